/**
 * Hundreds of mutated conversations with a live client, as a seed and as a leecher: nothing throws, no connection stays
 * that nobody owns, what it keeps is bounded, and honest peers are served and complete it afterwards.
 */
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/core/bytes.ts';
import { BLOCK, EngineWorld, PIECE } from '../support/engine-world.ts';
import { expectCompletes, expectServes } from '../support/liveness.ts';
import { Mutations } from '../support/mutations.ts';
import type { ScriptedPeer } from '../support/scripted-peer.ts';

const CONVERSATIONS = 400;
/** Whoever floods is banned, so there are many of them. */
const PEERS = 40;

const u32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];
const message = (id: number, ...body: number[]): Uint8Array =>
  Uint8Array.from([...u32(1 + body.length), id, ...body]);

/** What a peer may say after the handshake, each message by itself. */
const MESSAGES: readonly Uint8Array[] = [
  Uint8Array.of(0, 0, 0, 0),
  ...[0, 1, 2, 3, 14, 15].map((id) => message(id)),
  ...[4, 13, 17].flatMap((id) => [0, 7, 8, 0xffffffff].map((piece) => message(id, ...u32(piece)))),
  message(5, 0xff),
  message(5, 0xff, 0xff),
  ...[6, 8, 16].flatMap((id) =>
    [
      [0, 0, BLOCK],
      [7, BLOCK, 1000],
      [0, 0xffffc000, BLOCK],
      [0, 0, 0],
      [0, 0, 1 << 18],
    ].map((numbers) => message(id, ...numbers.flatMap(u32))),
  ),
  message(7, ...u32(0), ...u32(0), ...new Array<number>(300).fill(1)),
  message(9, 0, 1),
  message(20, 0, ...Array.from('d1:md6:ut_pexi1ee1:pi0ee', (letter) => letter.charCodeAt(0))),
  message(20, 1, ...Array.from('d5:added6:abcdefe', (letter) => letter.charCodeAt(0))),
  message(99, 1, 2, 3),
  Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 4),
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 4),
];

function assault(world: EngineWorld, testee: ReturnType<EngineWorld['client']>, seed: number): void {
  const mutations = new Mutations(seed);
  const peers: ScriptedPeer[] = Array.from({ length: PEERS }, (_, index) =>
    world.peer({ fast: index % 3 !== 0, extended: index % 2 === 0 }),
  );
  for (let number = 0; number < CONVERSATIONS; number++) {
    const peer = peers[number % PEERS] as ScriptedPeer;
    const conversation = peer.dial(testee);
    const handshake = conversation.handshakeBytes();
    conversation.say(number % 10 === 9 ? mutations.mutated([handshake]) : handshake);
    for (let said = mutations.below(12); said >= 0; said--) {
      const good = MESSAGES[mutations.below(MESSAGES.length)] as Uint8Array;
      const next = mutations.below(3) === 0 ? mutations.mutated(MESSAGES) : good;
      conversation.say(mutations.below(20) === 0 ? concatBytes(next, mutations.random(50)) : next);
    }
    world.run(0.02);
    if (mutations.below(4) === 0) conversation.stream?.reset();
    else if (mutations.below(2) === 0) conversation.stream?.close();
  }
  // Nobody says anything more: who is still there has been silent for too long.
  world.run(300);
  expect(testee.torrent.status().connections).toBe(0);
  expect(testee.client.limits.places.taken).toBe(0);
  expect(testee.observer.of('connected')).toHaveLength(testee.observer.of('disconnected').length);
}

describe('after hundreds of mutated conversations', () => {
  it.each([1, 2, 3])('a seed serves an honest peer (%i)', (seed) => {
    const world = new EngineWorld({ payload: 'bytes' });
    const testee = world.client({ have: 'all', allowedFastCount: 3 });
    assault(world, testee, seed);
    expect(testee.observer.bytes('blockSent')).toBeLessThan(CONVERSATIONS * 8 * PIECE);
    expectServes(world, testee);
  });

  it.each([4, 5, 6])('a leecher completes with an honest peer (%i)', (seed) => {
    const world = new EngineWorld({ payload: 'bytes' });
    const testee = world.client({});
    assault(world, testee, seed);
    expect(testee.torrent.status().state).toBe('downloading');
    expectCompletes(world, testee, 120);
    expect(testee.observer.verified).toHaveLength(world.pieceCount);
  });
});
