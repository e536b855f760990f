/** Suggestions (BEP 6): what a seed names to those whom it serves, and what is remembered of those that come. */
import { describe, expect, it } from 'vitest';
import { SUGGESTIONS_MAX } from '../../../src/core/peer/peer-connection.ts';
import { SuggestedPicker } from '../../../src/core/strategies/suggested.ts';
import { EngineWorld, PIECE } from '../../support/engine-world.ts';

const HAND = 0.2;

describe('a seed that suggests', () => {
  it('names as many pieces as it is told to each that it serves, not the same to all, before it unchokes them', () => {
    const world = new EngineWorld({ totalBytes: 12 * PIECE });
    const seed = world.client({ have: 'all', suggest: 3 });
    const suggested = [0, 1, 2, 3].map(() => {
      const peer = world.peer().connect(seed);
      peer.sayBare('haveNone').sayBare('interested');
      world.run(HAND);
      expect(peer.heard('unchoke')).toHaveLength(1);
      return peer.heard('suggest').map(({ piece }) => piece as number);
    });
    expect(suggested.map((pieces) => pieces.length)).toEqual([3, 3, 3, 3]);
    // Twelve pieces, each given away once before any is given twice.
    expect(new Set(suggested.flat()).size).toBe(12);
  });

  it('names another when one has arrived, and nothing that the remote has', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all', suggest: 2 });
    const peer = world.peer().connect(seed);
    peer.sayBare('haveNone').sayBare('interested');
    world.run(HAND);
    const [first] = peer.heard('suggest');
    peer.sayIndexed('have', first?.piece as number);
    world.run(HAND);
    const pieces = peer.heard('suggest').map(({ piece }) => piece);
    expect(pieces).toHaveLength(3);
    expect(new Set(pieces).size).toBe(3);
  });

  it('suggests nothing unless it is told to', () => {
    const world = new EngineWorld({ totalBytes: 6 * PIECE });
    const seed = world.client({ have: 'all' });
    const peer = world.peer().connect(seed);
    peer.sayBare('haveNone').sayBare('interested');
    world.run(HAND);
    expect(peer.heard('unchoke')).toHaveLength(1);
    expect(peer.heard('suggest')).toEqual([]);
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
});
