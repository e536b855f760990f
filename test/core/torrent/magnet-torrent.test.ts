/** From a magnet link to a torrent (BEP 9): conversations with peers that have metadata, lie about it, or hold it back. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { encodeMetadataData, METADATA_PIECE_BYTES } from '../../../src/core/metadata/metadata-messages.ts';
import { EngineWorld, PIECE } from '../../support/engine-world.ts';
import { startMagnet } from '../../support/magnet-client.ts';
import {
  type Conversation,
  honestSeed,
  type Message,
  type ScriptedPeer,
} from '../../support/scripted-peer.ts';

const SHARES = { metadataExchange: true, peerExchange: true };
/** A torrent whose metadata has three pieces. */
const LARGE = { pieceLength: 16_384, totalBytes: 2000 * 16_384 };
const THEIR_METADATA_ID = 9;

/** A peer with the extension protocol that serves metadata: what `alter` makes of it, as long as it says. */
function metadataPeer(
  world: EngineWorld,
  options: { alter?: (bytes: Uint8Array, piece: number) => Uint8Array; size?: number; mute?: boolean } = {},
): ScriptedPeer {
  const truth = world.metainfo.infoBytes;
  const size = options.size ?? truth.length;
  return world.peer({
    extended: true,
    onMessage: (message: Message, script: Conversation) => {
      if (message.word === 'handshake') {
        honestSeed(message, script);
        const m = `d1:md11:ut_metadatai${THEIR_METADATA_ID}ee13:metadata_sizei${size}ee`;
        script.sayExtended(0, fromLatin1(m));
        return;
      }
      if (message.word !== 'extended' || message.piece !== THEIR_METADATA_ID) {
        honestSeed(message, script);
        return;
      }
      const asked = /^d8:msg_typei0e5:piecei(\d+)ee$/.exec(toLatin1(message.bytes as Uint8Array));
      if (asked === null || options.mute === true) return;
      const piece = Number(asked[1]);
      // We are told the number under which the client wants its answers: 2.
      script.sayExtended(2, encodeMetadataData(options.alter?.(truth, piece) ?? truth, piece));
    },
  });
}

const poisoned = (bytes: Uint8Array, piece: number): Uint8Array => {
  const copy = bytes.slice();
  const at = piece * METADATA_PIECE_BYTES + 10;
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
};

describe('a magnet link', () => {
  it('becomes its torrent, over the same connection, and completes', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...SHARES });
    const leecher = startMagnet(world, { link: { peers: [seed.address] } });
    expect(world.runUntil(() => leecher.magnet.torrent?.status().state === 'seeding')).toBe(true);
    expect(leecher.metainfos.map(({ infoHash }) => infoHash)).toEqual([world.metainfo.infoHash]);
    expect(leecher.observer.of('connected')).toHaveLength(1);
    expect(seed.observer.of('connected')).toHaveLength(1);
  });

  it('keeps a connection that was made to it, and what was said on it before', () => {
    const world = new EngineWorld();
    const leecher = startMagnet(world);
    const guest = world.peer({ extended: true }).connect(leecher);
    guest.sayBitfield(0, 1).sayIndexed('have', 3).sayBare('unchoke');
    world.run(1);
    expect(guest.words).toEqual(['handshake', 'haveNone', 'extended']);
    const seed = world.client({ have: 'all', ...SHARES, uploadSlots: 0 });
    leecher.magnet.peers.add([seed.address], 'user');
    expect(world.runUntil(() => leecher.magnet.torrent !== undefined)).toBe(true);
    expect(guest.hear('interested')).toBeDefined();
    world.run(1);
    const pieces = new Set(guest.heard('request').map(({ piece }) => piece));
    expect([...pieces].filter((piece) => ![0, 1, 3].includes(piece))).toEqual([]);
    expect(pieces.size).toBe(2);
    // It is told that there is metadata to be had now.
    const handshakes = guest.heard('extended').map(({ bytes }) => toLatin1(bytes as Uint8Array));
    expect(handshakes[0]).not.toContain('metadata_size');
    expect(handshakes.at(-1)).toContain(`13:metadata_sizei${world.metainfo.infoBytes.length}e`);
  });

  it('waits for the check of what lies on the disk before it takes its peers over', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...SHARES });
    const late = startMagnet(world, { link: { peers: [seed.address] }, onDisk: 'unknown', have: 'all' });
    expect(world.runUntil(() => late.magnet.torrent?.status().state === 'seeding')).toBe(true);
    expect(late.magnet.torrent?.status().receivedBytes).toBe(0);
  });

  it.each([
    ['everything', (guest: Conversation) => guest.sayBare('haveAll'), undefined],
    [
      'a bitfield of the wrong size',
      (guest: Conversation) => guest.say([0, 0, 0, 9, 5, 1, 2, 3, 4, 5, 6, 7, 8]),
      'reset',
    ],
    ['a piece that is not there', (guest: Conversation) => guest.sayIndexed('have', 2_000_000), 'reset'],
  ])('judges afterwards a peer that said it has %s', (_what, say, ended) => {
    const world = new EngineWorld();
    const leecher = startMagnet(world);
    const guest = world.peer({ extended: true }).connect(leecher);
    say(guest);
    world.run(1);
    expect(guest.ended).toBeUndefined();
    const seed = world.client({ have: 'all', ...SHARES });
    leecher.magnet.peers.add([seed.address], 'user');
    world.runUntil(() => leecher.magnet.torrent !== undefined);
    world.run(1);
    expect(guest.ended).toBe(
      ended ?? (leecher.magnet.torrent?.status().state === 'seeding' ? 'finished' : undefined),
    );
    expect(world.runUntil(() => leecher.magnet.torrent?.status().state === 'seeding')).toBe(true);
  });

  it('does not allocate for a have beyond every torrent: the connection ends (BEP 3)', () => {
    const world = new EngineWorld();
    const leecher = startMagnet(world);
    const guest = world.peer({ extended: true }).connect(leecher).sayIndexed('have', 0xffffffff);
    world.run(1);
    expect(guest.ended).toBe('reset');
  });

  it('fetches metadata of several pieces from several peers, and one that lies is found and banned alone', () => {
    const world = new EngineWorld(LARGE);
    expect(world.metainfo.infoBytes.length).toBeGreaterThan(2 * METADATA_PIECE_BYTES);
    const honest = [metadataPeer(world), metadataPeer(world)];
    const liar = metadataPeer(world, { alter: poisoned });
    const leecher = startMagnet(world, { link: { peers: [liar.address] } });
    const isAsked = (): boolean =>
      liar.conversations[0]?.heard('extended').some(({ piece }) => piece > 0) === true;
    expect(world.runUntil(isAsked)).toBe(true);
    leecher.magnet.peers.add(
      honest.map(({ address }) => address),
      'user',
    );
    expect(world.runUntil(() => leecher.magnet.torrent !== undefined, 120)).toBe(true);
    world.run(1);
    expect(honest.map(({ conversations }) => conversations[0]?.ended)).toEqual([undefined, undefined]);
    expect(liar.conversations[0]?.ended).toBe('reset');
    const blamed = leecher.observer.of('disconnected').map(({ details }) => details);
    expect(blamed).toEqual([['sent wrong metadata', 'remote']]);
  });

  it.each([
    ['that is too large', 2 ** 40],
    ['that is another', 20_000],
  ])('is not held up by a peer that names a length %s', (_what, size) => {
    const world = new EngineWorld();
    const liar = metadataPeer(world, { size, mute: true });
    const honest = metadataPeer(world);
    const leecher = startMagnet(world, { link: { peers: [liar.address, honest.address] } });
    expect(world.runUntil(() => leecher.magnet.torrent !== undefined, 60)).toBe(true);
  });

  it('goes round a peer that never answers', () => {
    const world = new EngineWorld();
    const staller = metadataPeer(world, { mute: true });
    const leecher = startMagnet(world, { link: { peers: [staller.address] } });
    world.run(2);
    const honest = metadataPeer(world);
    leecher.magnet.peers.add([honest.address], 'user');
    expect(world.runUntil(() => leecher.magnet.torrent !== undefined, 60)).toBe(true);
    expect(staller.conversations[0]?.ended).toBeUndefined();
  });

  it('of a torrent that turns out to be private keeps to its trackers (BEP 27)', () => {
    const world = new EngineWorld({ isPrivate: true });
    const seed = world.client({ have: 'all', metadataExchange: true });
    const leecher = startMagnet(world, { link: { peers: [seed.address] } });
    world.runUntil(() => leecher.magnet.torrent !== undefined);
    // Longer than it takes until somebody who was lost is dialled again.
    const met = leecher.observer.of('connected').length;
    world.run(900);
    expect(leecher.observer.of('connected')).toHaveLength(met);
    expect(leecher.observer.of('disconnected').map(({ details }) => details[0])).toContain(
      'not named by a tracker of a private torrent',
    );
    expect(leecher.magnet.torrent?.status().connections).toBe(0);
    leecher.magnet.peers.add([seed.address], 'tracker');
    expect(world.runUntil(() => leecher.magnet.torrent?.status().state === 'seeding', 120)).toBe(true);
  });

  it('says so when the metadata is of no torrent', () => {
    const world = new EngineWorld();
    const other = fromLatin1('d4:name1:ae');
    const infoHash = world.hash(other);
    const peer = world.peer({
      extended: true,
      infoHash,
      onMessage: (message, script) => {
        if (message.word === 'handshake') {
          script.sayHandshake().sayBare('haveAll');
          script.sayExtended(0, fromLatin1('d1:md11:ut_metadatai9ee13:metadata_sizei11ee'));
        } else if (message.word === 'extended' && message.piece === 9) {
          script.sayExtended(2, encodeMetadataData(other, 0));
        }
      },
    });
    const leecher = startMagnet(world, { link: { peers: [peer.address], infoHash } });
    world.runUntil(() => leecher.failures.length > 0, 20);
    expect(leecher.failures).toEqual([expect.stringMatching(/^the metadata is of no use: .*piece length/)]);
    expect(leecher.magnet.torrent).toBeUndefined();
  });

  it('leaves when it is stopped before there is metadata', () => {
    const world = new EngineWorld();
    const guestless = startMagnet(world);
    const guest = world.peer({ extended: true }).connect(guestless);
    let done = false;
    guestless.client.stop(() => {
      done = true;
    });
    expect(done).toBe(false);
    world.run(1);
    expect(done).toBe(true);
    expect(guest.ended).toBe('finished');
  });
});

describe('metadata that we have', () => {
  const ask = (piece: number): Uint8Array => fromLatin1(`d8:msg_typei0e5:piecei${piece}ee`);
  const meet = (world: EngineWorld): Conversation => {
    const seed = world.client({ have: 'all', ...SHARES });
    const guest = world.peer({ extended: true }).connect(seed);
    guest.sayExtended(0, fromLatin1('d1:md11:ut_metadatai7eee'));
    world.run(0.1);
    return guest.moveOn();
  };

  it('is offered with its length, where we listen, what we queue, and how we see the other', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...SHARES });
    const guest = world.peer({ extended: true }).connect(seed);
    const text = toLatin1(guest.heard('extended')[0]?.bytes as Uint8Array);
    const size = world.metainfo.infoBytes.length;
    expect(text).toMatch(
      new RegExp(
        `^d1:md11:lt_donthavei3e11:ut_metadatai2e6:ut_pexi1ee13:metadata_sizei${size}e1:pi6881e4:reqqi500e1:v\\d+:swarmlab[^]*6:yourip4:`,
      ),
    );
  });

  it('is given piece by piece, under the number that the other has for it', () => {
    const world = new EngineWorld(LARGE);
    const guest = meet(world);
    const truth = world.metainfo.infoBytes;
    const count = Math.ceil(truth.length / METADATA_PIECE_BYTES);
    for (let piece = 0; piece < count; piece++) guest.sayExtended(2, ask(piece));
    world.run(5);
    const answers = guest.heard('extended').slice(1);
    expect(answers.map(({ piece }) => piece)).toEqual(Array(count).fill(7));
    expect(answers.map(({ bytes }) => bytes)).toEqual(
      answers.map((_, piece) => encodeMetadataData(truth, piece)),
    );
  });

  it.each([1, 5000, -1, 2 ** 40])('is refused for piece %d, which it has not', (piece) => {
    const world = new EngineWorld();
    const guest = meet(world);
    guest.sayExtended(2, ask(piece));
    world.run(1);
    const answers = guest
      .heard('extended')
      .slice(1)
      .map(({ bytes }) => toLatin1(bytes as Uint8Array));
    expect(answers).toEqual(piece < 0 ? [] : [`d8:msg_typei2e5:piecei${piece}ee`]);
  });

  it('is not given for ever: a flood of requests is refused, and ends the connection', () => {
    const world = new EngineWorld();
    const guest = meet(world);
    for (let count = 0; count < 30; count++) guest.sayExtended(2, ask(0));
    world.run(2);
    const kinds = guest
      .heard('extended')
      .slice(1)
      .map(({ length }) => length > 100);
    expect(kinds).toEqual([...Array(4).fill(true), ...Array(26).fill(false)]);
    for (let count = 0; count < 12_000; count++) guest.sayExtended(2, ask(0));
    world.run(20);
    expect(guest.ended).toBe('reset');
  });

  it('ignores a type that nobody knows (BEP 9), and what is malformed', () => {
    const world = new EngineWorld();
    const guest = meet(world);
    for (const text of ['d8:msg_typei9e5:piecei0ee', 'd8:msg_type1:0e', 'le', 'i5e', '', 'd5:piecei0ee']) {
      guest.sayExtended(2, fromLatin1(text));
    }
    guest.sayExtended(2, ask(0));
    world.run(1);
    expect(guest.heard('extended').slice(1)).toHaveLength(1);
    expect(guest.ended).toBeUndefined();
  });
});

it('a download by magnet in pieces of bytes gives the same as by torrent file', () => {
  const world = new EngineWorld({ payload: 'bytes', totalBytes: 5 * PIECE });
  const seed = world.client({ have: 'all', ...SHARES });
  const leecher = startMagnet(world, { link: { peers: [seed.address] } });
  expect(world.runUntil(() => leecher.magnet.torrent?.status().state === 'seeding')).toBe(true);
});
