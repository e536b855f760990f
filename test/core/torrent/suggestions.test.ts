/** Suggestions (BEP 6): what a seed names to those whom it serves, and what is remembered of those that come. */
import { describe, expect, it } from 'vitest';
import { SUGGESTIONS_MAX } from '../../../src/core/peer/peer-connection.ts';
import { SuggestedPicker } from '../../../src/core/strategies/suggested.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

const HAND = 0.2;
/** More than a round of choking. */
const ROUND = 11;

/** What was suggested in this conversation, from the `from`th suggestion on. */
const suggested = (peer: Conversation, from = 0): number[] =>
  peer
    .heard('suggest')
    .slice(from)
    .map(({ piece }) => piece);

function askFor(peer: Conversation, ...pieces: readonly number[]): void {
  for (const piece of pieces)
    peer.sayBlock('request', piece, 0, BLOCK).sayBlock('request', piece, BLOCK, BLOCK);
}

describe('a seed that suggests', () => {
  it('names as many pieces as it is told to each that it serves, not the same to all, before it unchokes them', () => {
    const world = new EngineWorld({ totalBytes: 12 * PIECE });
    const seed = world.client({ have: 'all', suggest: 3 });
    const all = [0, 1, 2, 3].map(() => {
      const peer = world.peer().connect(seed);
      peer.sayBare('haveNone').sayBare('interested');
      world.run(HAND);
      expect(peer.heard('unchoke')).toHaveLength(1);
      return suggested(peer);
    });
    expect(all.map((pieces) => pieces.length)).toEqual([3, 3, 3, 3]);
    // Twelve pieces, each given away once before any is given twice.
    expect(new Set(all.flat()).size).toBe(12);
  });

  it('names another when one has arrived, and nothing that the remote has', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all', suggest: 2 });
    const peer = world.peer().connect(seed);
    peer.sayBare('haveNone').sayBare('interested');
    world.run(HAND);
    peer.sayIndexed('have', suggested(peer)[0] as number);
    world.run(HAND);
    const pieces = suggested(peer);
    expect(pieces).toHaveLength(3);
    expect(new Set(pieces).size).toBe(3);
    // Said all at once, as by clients that repeat their bitfield.
    peer.sayBitfield(...pieces);
    world.run(HAND);
    expect(suggested(peer)).toHaveLength(5);
  });

  it('names another when one is asked for, once for each piece', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all', suggest: 2 });
    const peer = world.peer().connect(seed);
    peer.sayBare('haveNone').sayBare('interested');
    world.run(HAND);
    askFor(peer, suggested(peer)[0] as number);
    world.run(HAND);
    expect(suggested(peer)).toHaveLength(3);
    // What it takes of its own accord is given as well, and takes the place of no suggestion.
    const own = [0, 1, 2, 3, 4, 5].find((piece) => !suggested(peer).includes(piece)) as number;
    askFor(peer, own);
    world.run(HAND);
    expect(suggested(peer)).toHaveLength(3);
    const other = world.peer().connect(seed);
    other.sayBare('haveNone').sayBare('interested');
    world.run(HAND);
    const untouched = [0, 1, 2, 3, 4, 5].filter((piece) => piece !== own && !suggested(peer).includes(piece));
    expect(suggested(other).toSorted()).toEqual(untouched);
  });

  it('has not given what a peer did not ask for before it was choked', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all', suggest: 3 });
    const [one, two] = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone')) as [
      Conversation,
      Conversation,
    ];
    one.sayBare('interested');
    world.run(HAND);
    const before = suggested(one);
    one.sayBare('notInterested');
    two.sayBare('interested');
    world.run(ROUND);
    expect(one.heard('choke')).toHaveLength(1);
    askFor(two, ...suggested(two));
    // Nobody else has got them, so they are suggested to both.
    world.run(HAND);
    expect(suggested(two, 3).toSorted()).toEqual(before.toSorted());
    one.sayBare('interested');
    world.run(HAND);
    expect(one.heard('unchoke')).toHaveLength(2);
    expect(suggested(one, 3)).toHaveLength(3);
  });

  it('lets a choked peer finish the piece that it has begun, and has not given what it refuses', () => {
    const world = new EngineWorld({ totalBytes: 5 * PIECE });
    const seed = world.client({ have: 'all', suggest: 3, link: { upBytesPerSec: 3000 } });
    const [one, two] = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone')) as [
      Conversation,
      Conversation,
    ];
    one.sayBare('interested');
    world.run(1);
    const [sent, begun, waiting] = suggested(one) as [number, number, number];
    // Three blocks are given to the stream ahead of time.
    askFor(one, sent, begun, waiting);
    one.sayBare('notInterested');
    // What the peer is told waits behind the blocks.
    world.run(4 * ROUND);
    const words = one
      .heard('choke', 'allowedFast', 'reject', 'piece')
      .map(({ word, piece }) => [word, piece]);
    expect(words).toEqual([
      ['piece', sent],
      ['piece', sent],
      ['piece', begun],
      ['choke', -1],
      ['allowedFast', sent],
      ['allowedFast', begun],
      ['reject', waiting],
      ['reject', waiting],
      ['piece', begun],
    ]);
    // What it has it may not fetch again.
    one.sayIndexed('have', begun);
    askFor(one, begun);
    world.run(HAND);
    expect(one.heard('reject').slice(2)).toMatchObject([{ piece: begun }, { piece: begun }]);
    two.sayBare('interested');
    world.run(ROUND);
    askFor(two, ...suggested(two));
    world.run(4 * ROUND);
    const order = suggested(two);
    expect(order.slice(0, 3)).toContain(waiting);
    expect(order.slice(3).toSorted()).toEqual([sent, begun].toSorted());
  });

  it.each([
    ['asked for', true],
    ['asked for too late', false],
  ])('has half given what it broke off because the peer cannot be let finish what it %s', (_, inTime) => {
    const world = new EngineWorld({ totalBytes: 4 * PIECE });
    const seed = world.client({ have: 'all', suggest: 1, link: { upBytesPerSec: 3000 } });
    const plain = world.peer({ fast: false }).connect(seed).sayBare('interested');
    const [one, two] = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone')) as [
      Conversation,
      Conversation,
    ];
    world.run(1);
    askFor(plain, 0);
    plain.sayBlock('request', 1, 0, BLOCK);
    if (inTime) plain.sayBlock('request', 1, BLOCK, BLOCK);
    world.run(1);
    plain.sayBare('notInterested');
    world.run(3 * ROUND);
    if (!inTime) plain.sayBlock('request', 1, BLOCK, BLOCK);
    expect(plain.heard('piece').map(({ piece }) => piece)).toEqual([0, 0, 1]);
    one.sayBare('interested');
    world.run(1);
    askFor(one, ...suggested(one));
    world.run(3 * ROUND);
    expect(suggested(one).toSorted()).toEqual([2, 3]);
    two.sayBare('interested');
    world.run(1);
    expect(suggested(two)).toEqual([1]);
  });

  it('has not given what was to be fetched by a peer that is gone', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all', suggest: 2, link: { upBytesPerSec: 3000 } });
    const [one, two] = [0, 1].map(() => world.peer().connect(seed).sayBare('haveNone')) as [
      Conversation,
      Conversation,
    ];
    one.sayBare('interested');
    world.run(1);
    const [first] = suggested(one) as [number];
    askFor(one, first);
    world.run(2 * ROUND);
    expect(suggested(one)).toHaveLength(3);
    one.stream?.close();
    two.sayBare('interested');
    world.run(3 * ROUND);
    askFor(two, ...suggested(two));
    world.run(3 * ROUND);
    askFor(two, ...suggested(two, 2));
    world.run(3 * ROUND);
    // All six in turn: none counts more than another.
    expect(suggested(two).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('suggests nothing unless it is told to', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all' });
    const peer = world.peer().connect(seed);
    peer.sayBare('haveNone').sayBare('interested');
    world.run(HAND);
    expect(peer.heard('unchoke')).toHaveLength(1);
    expect(suggested(peer)).toEqual([]);
  });
});

describe('a leecher', () => {
  it('fetches what is suggested first where its picker goes by that, remembering the latest few', () => {
    const world = new EngineWorld({ totalBytes: 60 * PIECE });
    const leecher = world.client({ picker: new SuggestedPicker() });
    const giver = world.peer().connect(leecher);
    giver.sayBare('haveAll');
    for (let piece = 10; piece < 10 + SUGGESTIONS_MAX + 4; piece++) giver.sayIndexed('suggest', piece);
    giver.sayBare('unchoke');
    world.run(HAND);
    expect(giver.heard('request')[0]?.piece).toBe(14);
    expect(giver.ended).toBeUndefined();
  });

  it('forgets what was suggested once it is choked', () => {
    const world = new EngineWorld({ totalBytes: 60 * PIECE });
    const leecher = world.client({ picker: new SuggestedPicker() });
    const giver = world.peer().connect(leecher);
    giver.sayBare('haveAll');
    for (const piece of [10, 11, 12]) giver.sayIndexed('suggest', piece);
    giver.sayBare('unchoke');
    world.run(HAND);
    const asked = giver.heard('request');
    expect(asked.map(({ piece }) => piece)).toEqual([10, 10, 11, 11]);
    giver.sayBare('choke');
    for (const { piece, begin, length } of asked) giver.sayBlock('reject', piece, begin, length);
    giver.sayIndexed('suggest', 20).sayBare('unchoke');
    world.run(HAND);
    const again = giver.heard('request').map(({ piece }) => piece);
    expect(again.slice(4, 6)).toEqual([20, 20]);
    expect(again).not.toContain(12);
  });
});
