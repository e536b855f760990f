/** Choking as the remote peers see it: slots, rotation, free slots, reciprocity (BEP 3). */
import { describe, expect, it } from 'vitest';
import { BlockTitForTat } from '../../../src/core/strategies/block-tit-for-tat.ts';
import { NeverUnchoke } from '../../../src/core/strategies/never-unchoke.ts';
import { PieceByPiece } from '../../../src/core/strategies/piece-by-piece.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { type Conversation, honestSeed, type Message } from '../../support/scripted-peer.ts';

const HAND = 0.2;

/** Whether the client has this peer unchoked now. */
const isUnchoked = (conversation: Conversation): boolean =>
  conversation.heard('choke', 'unchoke').at(-1)?.word === 'unchoke';

describe('a seed with twelve that want something', () => {
  it('never has more unchoked than slots, and serves everybody in bounded time', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadSlots: 4 });
    const guests = Array.from({ length: 12 }, () =>
      world.peer().connect(seed).sayBare('haveNone').sayBare('interested'),
    );
    for (let second = 0; second < 600; second++) {
      world.run(1);
      if (second % 2 === 0) for (const guest of guests) guest.say([0, 0, 0, 0]);
      expect(guests.filter(isUnchoked)).toHaveLength(4);
    }
    for (const guest of guests) expect(guest.heard('unchoke').length).toBeGreaterThan(0);
  });
});

describe('a free slot', () => {
  it('is given at once to one who becomes interested', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadSlots: 2 });
    for (let count = 0; count < 2; count++) {
      const guest = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
      expect(guest.hear('unchoke', HAND)).toBeDefined();
    }
    const third = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    expect(third.hear('unchoke', 3)).toBeUndefined();
    expect(third.hear('unchoke', 60)).toBeDefined();
  });

  it('comes back from one who left or lost interest within a round', () => {
    for (const goes of [true, false]) {
      const world = new EngineWorld();
      const seed = world.client({ have: 'all', uploadSlots: 1 });
      const first = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
      first.hear('unchoke');
      const second = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
      if (goes) first.stream?.reset();
      else first.sayBare('notInterested');
      expect(second.hear('unchoke', 10.1)).toBeDefined();
    }
  });

  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])(
    'with refills at once: %s, it comes back at once from one who left: %s (else: lost interest)',
    (refillsSlotsAtOnce, goes) => {
      const world = new EngineWorld();
      const seed = world.client({ have: 'all', uploadSlots: 1, refillsSlotsAtOnce });
      const first = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
      first.hear('unchoke');
      const second = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
      world.run(1);
      if (goes) first.stream?.reset();
      else first.sayBare('notInterested');
      expect(second.hear('unchoke', HAND) !== undefined).toBe(refillsSlotsAtOnce);
      expect(isUnchoked(first)).toBe(goes || !refillsSlotsAtOnce);
    },
  );
});

describe('a turn of a piece', () => {
  it('ends with its last block: that peer is choked, what else it asked for is dropped, the slot is given away', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadSlots: 1, choker: new PieceByPiece() });
    const guests = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone').sayBare('interested'));
    world.run(1);
    const first = guests.find(isUnchoked) as Conversation;
    const blocks = PIECE / BLOCK;
    for (let block = 0; block < 2 * blocks; block++) {
      first.sayBlock('request', Math.floor(block / blocks), (block % blocks) * BLOCK, BLOCK);
    }
    world.run(1);
    expect(first.heard('piece')).toHaveLength(blocks);
    expect(first.heard('choke')).toHaveLength(1);
    // Drawn by chance: the other one has the slot, or the first one has it again.
    expect(guests.flatMap((guest) => guest.heard('unchoke'))).toHaveLength(2);
    expect(guests.filter(isUnchoked)).toHaveLength(1);
  });
});

describe('a leecher', () => {
  it('unchokes one who gives rather than one who does not', () => {
    const world = new EngineWorld({ totalBytes: 600 * PIECE });
    const leecher = world.client({ uploadSlots: 2, downloadLimitBytesPerSec: 50_000 });
    const giver = world.peer({ onMessage: honestSeed }).connect(leecher).sayBare('interested');
    const takers = Array.from({ length: 6 }, () => {
      return world.peer().connect(leecher).sayBare('haveNone').sayBare('interested');
    });
    let rounds = 0;
    for (let second = 0; second < 200; second++) {
      world.run(1);
      if (second < 30) continue;
      rounds++;
      expect(isUnchoked(giver)).toBe(true);
      expect(takers.filter(isUnchoked)).toHaveLength(1);
    }
    expect(rounds).toBeGreaterThan(100);
    expect(takers.filter((taker) => taker.heard('unchoke').length > 0).length).toBeGreaterThan(3);
  });

  it('that never unchokes gives nothing to anybody', () => {
    const world = new EngineWorld();
    const selfish = world.client({ have: 'all', choker: new NeverUnchoke() });
    const guests = [0, 1].map(() => world.peer().connect(selfish).sayBare('haveNone').sayBare('interested'));
    world.run(120);
    expect(guests.flatMap((guest) => guest.heard('unchoke', 'piece'))).toEqual([]);
    expect(selfish.observer.of('unchoked')).toEqual([]);
  });
});

describe('under tit for tat by blocks', () => {
  /** What lies in a stream before the peer is held back. */
  const AHEAD = 3;

  it('a peer with a slot gets its credit, and after that a block for each that it gives', () => {
    const world = new EngineWorld({ totalBytes: 60 * PIECE });
    const leecher = world.client({ choker: new BlockTitForTat({ credit: 2 }) });
    const seed = world.peer({ onMessage: honestSeed }).connect(leecher);
    world.runUntil(() => leecher.torrent.status().verifiedPieces >= 10, 30);
    seed.sayBare('choke');
    world.run(1);
    const held = leecher.observer.verified.slice(0, 10);
    const guest = world.peer().connect(leecher).sayBitfield(59).sayBare('interested').sayBare('unchoke');
    expect(guest.hear('unchoke', 60)).toBeDefined();
    for (const piece of held) {
      for (let begin = 0; begin < PIECE; begin += BLOCK) guest.sayBlock('request', piece, begin, BLOCK);
    }
    world.run(5);
    const credit = (2 * PIECE) / BLOCK;
    const before = guest.heard('piece').length;
    expect(before).toBeGreaterThanOrEqual(credit);
    expect(before).toBeLessThanOrEqual(credit + AHEAD);
    const asked = guest.heard('request') as Message[];
    expect(asked.length).toBeGreaterThan(1);
    for (const each of asked) guest.answer(each);
    world.run(2);
    const given = asked.length;
    expect(guest.heard('piece').length).toBeGreaterThan(before);
    expect(guest.heard('piece').length).toBeLessThanOrEqual(credit + given + AHEAD);
  });
});
