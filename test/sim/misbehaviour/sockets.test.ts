/** The same misbehaviour on real sockets: an engine on a disk that cheats, and a hostile client. */
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../../src/core/memory-disk.ts';
import { RarestFirstPicker } from '../../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../../src/core/strategies/tit-for-tat.ts';
import { SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import { NodeClock } from '../../../src/host/node-clock.ts';
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import { NodeHttp } from '../../../src/host/node-http.ts';
import { NodeNetwork } from '../../../src/host/node-network.ts';
import type { Behaviour, MisbehaviourOptions } from '../../../src/sim/misbehaviour/behaviours.ts';
import { type RunningPeer, startPeer } from '../../../src/sim/misbehaviour/start-peer.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { pollUntil } from '../../contract/world.ts';
import { EngineWorld, PIECE } from '../../support/engine-world.ts';
import { NotedObserver } from '../../support/noted-observer.ts';

const HOST = '127.0.0.1';
/** Content and torrent file alone are used of it. */
const world = new EngineWorld({ totalBytes: 30 * PIECE - 777 });
const clock = new NodeClock();
const hasher = new NodeHasher();
const random = SeededRandom.ofRun(1);

interface Member {
  readonly peer: RunningPeer;
  readonly observer: NotedObserver;
  readonly disk: MemoryDisk;
}

let tracker: UdpTrackerEndpoint | undefined;
let members: Member[] = [];

async function startTracker(): Promise<string> {
  let port = 0;
  const registry = new SwarmRegistry(
    { random: random.fork('registry') },
    { intervalUs: 60_000_000, minIntervalUs: 60_000_000, defaultNumwant: 50 },
  );
  tracker = new UdpTrackerEndpoint(
    { clock, network: new NodeNetwork({ localHost: HOST }), random: random.fork('tracker') },
    registry,
    {
      port: 0,
      onBound: (address) => {
        port = address.port;
      },
    },
  );
  await pollUntil(() => port > 0);
  return `udp://${HOST}:${port}/announce`;
}

/** `number` names its loopback address: bans go by the address. */
async function start(
  number: number,
  behaviour: Behaviour,
  have: 'all' | 'none',
  tracker: string,
  misbehaviour: Partial<MisbehaviourOptions> = {},
): Promise<Member> {
  const localHost = `127.18.0.${number}`;
  const { pieceLengthBytes, totalBytes, pieceCount } = world.content;
  const soon = (callback: () => void): void => {
    setImmediate(callback);
  };
  const disk = new MemoryDisk({ soon, hasher }, { pieceLengthBytes, totalBytes });
  for (let piece = 0; have === 'all' && piece < pieceCount; piece++) {
    const bytes = new Uint8Array(world.content.pieceLength(piece));
    world.content.fill(piece, 0, bytes);
    disk.preload(piece, bytes);
  }
  const observer = new NotedObserver(() => clock.now());
  let listening = false;
  const peer = startPeer(
    behaviour,
    {
      clock,
      network: new NodeNetwork({ localHost }),
      http: new NodeHttp({ localHost }),
      hasher,
      random: random.fork(`peer-${number}`),
      disk,
      observer,
    },
    {
      port: 0,
      onListening: () => {
        listening = true;
      },
      onListenError: (message) => {
        throw new Error(message);
      },
      torrent: {
        metainfo: world.metainfo,
        onDisk: have === 'all' ? 'everything' : 'nothing',
        picker: new RarestFirstPicker(),
        choker: new TitForTat(),
        trackers: [[tracker]],
      },
      misbehaviour,
    },
  );
  const member = { peer, observer, disk };
  members.push(member);
  await pollUntil(() => listening);
  // The tracker knows it before the next one comes.
  await pollUntil(() => observer.of('announced').length > 0);
  return member;
}

const isSeeding = ({ peer }: Member): boolean => peer.torrent?.status().state === 'seeding';

const blames = ({ observer }: Member, host: string): boolean =>
  observer
    .of('disconnected')
    .some(({ remote, details }) => details[1] === 'remote' && observer.remotes[remote]?.host === host);

afterEach(async () => {
  const leaving = members;
  members = [];
  await Promise.all(leaving.map(({ peer }) => new Promise((resolve) => peer.stop(resolve))));
  tracker?.close();
});

describe('on real sockets', () => {
  it('a poisoner is banned by those it poisoned, who then complete', async () => {
    const tracker = await startTracker();
    await start(1, 'poisoner', 'all', tracker);
    const crowd = [await start(2, 'honest', 'none', tracker), await start(3, 'honest', 'none', tracker)];
    await pollUntil(() => crowd.every((member) => blames(member, '127.18.0.1')));
    for (const { observer } of crowd) expect(observer.verified).toEqual([]);
    const seed = await start(4, 'honest', 'all', tracker);
    await pollUntil(() => crowd.every(isSeeding));
    for (const member of [seed, ...crowd]) expect(blames(member, '127.18.0.4')).toBe(false);
    for (const member of [seed, ...crowd]) expect(blames(member, '127.18.0.2')).toBe(false);
  });

  it('a flooder is cut off by everybody, and nobody else is', async () => {
    const tracker = await startTracker();
    const honest = [await start(1, 'honest', 'all', tracker), await start(2, 'honest', 'none', tracker)];
    // As many as the line takes: nobody waits here for ten seconds of an ordinary flood.
    await start(3, 'flooder', 'none', tracker, { messagesPerSec: 1_000_000 });
    await pollUntil(() => honest.every((member) => blames(member, '127.18.0.3')));
    await pollUntil(() => honest.every(isSeeding));
    expect(honest.some((member) => blames(member, '127.18.0.1') || blames(member, '127.18.0.2'))).toBe(false);
  });
});
