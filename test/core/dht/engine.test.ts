/** The DHT as a client has it: PORT messages both ways, the nodes of a torrent file, and private torrents that know nothing of it. */
import { describe, expect, it } from 'vitest';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import { Client } from '../../../src/core/client.ts';
import { decodeKrpc } from '../../../src/core/dht/krpc.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import { type Metainfo, parseTorrentFile } from '../../../src/core/metainfo/index.ts';
import type { Address } from '../../../src/core/ports.ts';
import { SilentObserver } from '../../../src/core/silent-observer.ts';
import { RarestFirstPicker } from '../../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../../src/core/strategies/tit-for-tat.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { SimulatedDisk } from '../../../src/sim/simulated-disk.ts';
import type { SimulatedHost } from '../../../src/sim/simulated-host.ts';
import { EngineWorld, PORT, type Testee } from '../../support/engine-world.ts';
import { nodeHasher } from '../../support/fake-world.ts';
import type { ScriptedPeer } from '../../support/scripted-peer.ts';

/** The world's torrent with other things said beside and in its info dictionary. */
function metainfoWith(world: EngineWorld, outer: object, isPrivate: boolean): Metainfo {
  const info = {
    name: 'content',
    length: world.metainfo.totalLength,
    'piece length': world.metainfo.pieceLength,
    pieces: world.metainfo.pieceHashes,
    ...(isPrivate ? { private: 1 } : {}),
  };
  const parsed = parseTorrentFile(encodeBencode({ info, ...outer }), nodeHasher);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

interface Taker {
  readonly client: Client;
  readonly host: SimulatedHost;
  readonly testee: Testee;
}

/** A client with a DHT node that has nobody to begin with. */
function takePart(world: EngineWorld, metainfo: Metainfo, bootstrap: readonly Address[] = []): Taker {
  const host = world.host();
  const disk = new SimulatedDisk(world.simulation, world.content, {
    payload: 'bytes',
    have: 'all',
    hasher: nodeHasher,
  });
  let listening = false;
  const client = new Client(
    {
      clock: world.clock,
      network: host.network,
      http: new StreamHttpClient({ clock: world.clock, network: host.network }),
      hasher: nodeHasher,
      random: SeededRandom.named(`taker-${host.address}`),
    },
    {
      port: PORT,
      dht: { bootstrap },
      onListening: () => {
        listening = true;
      },
      onListenError: (message) => {
        throw new Error(message);
      },
    },
  );
  client.start();
  world.runUntil(() => listening);
  const torrent = client.add(
    { disk, observer: new SilentObserver() },
    { metainfo, onDisk: 'everything', picker: new RarestFirstPicker(), choker: new TitForTat() },
  );
  const address = { host: host.address, port: PORT };
  return { client, host, testee: { client, torrent, address, host, disk } as unknown as Testee };
}

/** Queries that arrive at a port of a machine. */
function listenFor(host: SimulatedHost, port: number): { readonly from: Address; readonly kind: string }[] {
  const heard: { from: Address; kind: string }[] = [];
  host.network.bindDatagrams(port, {
    onBound: () => {},
    onDatagram: (bytes, from) => {
      const decoded = decodeKrpc(bytes);
      heard.push({ from, kind: decoded.ok ? decoded.value.kind : 'nothing' });
    },
    onDatagramError: () => {},
  });
  return heard;
}

const PORT_MESSAGE = (port: number): number[] => [0, 0, 0, 3, 9, port >> 8, port & 255];

describe('PORT messages (BEP 5)', () => {
  const connect = (peer: ScriptedPeer, taker: Taker, dht: boolean) => peer.connect(taker.testee, { dht });

  it('tell those who take part where our node is, and nobody else', () => {
    const world = new EngineWorld();
    const taker = takePart(world, world.metainfo);
    const other = connect(world.peer(), taker, true);
    world.run(1);
    expect(other.heardAll[0]?.handshake?.dht).toBe(true);
    expect(other.words).toContain('port');
    expect(other.heard('port')[0]?.length).toBe(PORT);
    const outsider = connect(world.peer(), taker, false);
    world.run(1);
    expect(outsider.words).not.toContain('port');
  });

  it('of a peer make us ask its node, the first one only, and not at port 0', () => {
    const world = new EngineWorld();
    const taker = takePart(world, world.metainfo);
    const peer = world.peer();
    const [first, second] = [listenFor(peer.host, 7001), listenFor(peer.host, 7002)];
    const conversation = connect(peer, taker, true);
    conversation.say(PORT_MESSAGE(0));
    conversation.say(PORT_MESSAGE(7001));
    conversation.say(PORT_MESSAGE(7002));
    world.run(2);
    expect(first.map(({ kind }) => kind)).toContain('query');
    expect(first[0]?.from).toEqual({ host: taker.host.address, port: PORT });
    expect(second).toEqual([]);
  });
});

describe('a torrent file', () => {
  it('names nodes to begin with; what is no host and port is passed over', () => {
    const world = new EngineWorld();
    const host = world.host();
    const heard = listenFor(host, 7003);
    const nodes = [
      [host.address, 7003],
      ['router.example', 6881],
      [fromLatin1('bad host'), 1],
      ['10.9.9.9', 0],
      ['10.9.9.9', 70_000],
      ['10.9.9.9'],
      'x',
      [7, 7],
    ];
    const metainfo = metainfoWith(world, { nodes }, false);
    expect(metainfo.dhtNodes).toEqual([
      { host: host.address, port: 7003 },
      { host: 'router.example', port: 6881 },
    ]);
    takePart(world, metainfo);
    world.run(2);
    expect(heard.length).toBeGreaterThan(0);
  });

  it('may name anything under "nodes"', () => {
    const world = new EngineWorld();
    for (const nodes of [7, 'x', {}, [[]], [[[], []]]]) {
      expect(metainfoWith(world, { nodes }, false).dhtNodes).toEqual([]);
    }
    const many = Array.from({ length: 1000 }, (_, index) => ['10.1.1.1', 1 + index]);
    expect(metainfoWith(world, { nodes: many }, false).dhtNodes.length).toBeLessThanOrEqual(32);
  });
});

describe('a private torrent (56, BEP 27)', () => {
  it('does not say that there is a DHT, uses no PORT message and no node that it names, and announces nothing', () => {
    const world = new EngineWorld();
    const node = world.host();
    const heard = listenFor(node, 7004);
    const metainfo = metainfoWith(world, { nodes: [[node.address, 7004]] }, true);
    const taker = takePart(world, metainfo);
    const peer = world.peer({ infoHash: metainfo.infoHash });
    const atPeer = listenFor(peer.host, 7005);
    const conversation = peer.connect(taker.testee, { dht: true });
    conversation.say(PORT_MESSAGE(7005));
    world.run(60);
    expect(conversation.heardAll[0]?.handshake?.dht).toBe(false);
    expect(conversation.words).not.toContain('port');
    expect([heard, atPeer]).toEqual([[], []]);
  });

  it('is looked for by nobody, although the client takes part', () => {
    const world = new EngineWorld();
    const router = takePart(world, world.metainfo);
    const at = { host: router.host.address, port: PORT };
    const metainfo = metainfoWith(world, {}, true);
    const taker = takePart(world, metainfo, [at]);
    world.run(120);
    const [node] = router.client.dht?.nodes ?? [];
    expect(taker.client.dht?.nodes[0]?.joined).toBe(true);
    expect(node?.responder.store.sample(metainfo.infoHash, 10)).toEqual([]);
  });

  it('while another torrent of the same client is', () => {
    const world = new EngineWorld();
    const router = takePart(world, metainfoWith(world, {}, true));
    const at = { host: router.host.address, port: PORT };
    const taker = takePart(world, world.metainfo, [at]);
    world.run(120);
    const stored = router.client.dht?.nodes[0]?.responder.store.sample(world.metainfo.infoHash, 10);
    expect(stored).toEqual([{ host: taker.host.address, port: PORT }]);
  });
});
