/** Who is asked for what among several peers: snubbing, endgame, and what a slow or dead peer may hold up. */
import { describe, expect, it } from 'vitest';
import type { PiecePicker, SharesStarted } from '../../../src/core/strategies/picker.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { honestSeed, type Message, staller } from '../../support/scripted-peer.ts';

const HAND = 0.2;

describe('snubbing', () => {
  it('gives up on a peer that sends nothing for a minute, and asks its blocks elsewhere', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client();
    const lazy = world.peer({ onMessage: staller }).connect(leecher);
    world.run(5);
    const held = lazy.heard('request');
    expect(held.length).toBeGreaterThan(1);
    const eager = world.peer().connect(leecher);
    eager.sayBitfield(...new Set(held.map(({ piece }) => piece)));
    world.run(50);
    expect(leecher.observer.of('snubbed')).toEqual([]);
    world.run(25);
    expect(leecher.observer.of('snubbed')).toHaveLength(1);
    expect(lazy.ended).toBeUndefined();
    eager.sayBare('unchoke');
    world.run(HAND);
    expect(eager.heard('request').length).toBeGreaterThan(0);
    // One request stays with the lazy one, so that it can show that it is back.
    expect(lazy.heard('request').length).toBe(held.length + 1);
  });

  it('lets one staller hold up nothing: the others complete the download', () => {
    const world = new EngineWorld({ totalBytes: 20 * PIECE });
    const leecher = world.client();
    world.peer({ onMessage: staller }).connect(leecher);
    world.run(1);
    world.peer({ onMessage: honestSeed }).connect(leecher);
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding', 30)).toBe(true);
  });

  it('ends with the first block', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client();
    const lazy = world.peer({ onMessage: staller }).connect(leecher);
    world.run(75);
    const probe = lazy.heard('request').at(-1) as Message;
    lazy.answer(probe);
    world.run(HAND);
    expect(lazy.heard('request').length).toBeGreaterThan(5);
    world.run(75);
    expect(leecher.observer.of('snubbed')).toHaveLength(2);
  });
});

describe('endgame', () => {
  it('asks for the last blocks twice and cancels with the loser', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const leecher = world.client();
    const slow = world.peer().connect(leecher);
    slow.sayBitfield(0).sayBare('unchoke');
    world.run(HAND);
    expect(slow.heard('request')).toHaveLength(2);
    const quick = world.peer().connect(leecher);
    quick.sayBitfield(0).sayBare('unchoke');
    const first = quick.hear('request') as Message;
    expect(leecher.observer.of('endgameEntered')).toHaveLength(1);
    quick.answer(first);
    const cancel = slow.hear('cancel');
    expect(cancel).toMatchObject({ piece: first.piece, begin: first.begin, length: first.length });
    // A block that crossed the cancel is waste, and no offence.
    slow.answer(first);
    quick.answer(quick.hear('request') as Message);
    world.run(HAND);
    expect(leecher.torrent.status().state).toBe('seeding');
    expect(leecher.observer.bytes('blockWasted')).toBe(BLOCK);
    expect(new Set(leecher.observer.reasons)).toEqual(new Set(['both are seeds']));
  });

  it('asks no more than four for the same block', () => {
    const world = new EngineWorld({ totalBytes: BLOCK, pieceLength: BLOCK });
    const leecher = world.client();
    const peers = Array.from({ length: 8 }, () => world.peer({ onMessage: staller }).connect(leecher));
    world.run(30);
    expect(peers.flatMap((peer) => peer.heard('request'))).toHaveLength(4);
  });

  it('does not begin while a piece is left to be started', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client();
    const peers = [0, 1, 2].map(() => world.peer({ onMessage: staller }).connect(leecher));
    world.run(5);
    const asked = peers.flatMap((peer) =>
      peer.heard('request').map(({ piece, begin }) => `${piece}/${begin}`),
    );
    expect(new Set(asked).size).toBe(asked.length);
    expect(leecher.observer.of('endgameEntered')).toEqual([]);
  });
});

describe('the window of requests', () => {
  it('grows until the line is full, and to about three seconds of work', () => {
    const world = new EngineWorld({ totalBytes: 400 * PIECE });
    const leecher = world.client();
    const seed = world.peer({ onMessage: honestSeed, link: { upBytesPerSec: 500_000 } }).connect(leecher);
    world.run(10);
    // 500 kB/s for ten seconds, less what the start costs.
    expect(leecher.observer.bytes('blockReceived')).toBeGreaterThan(4_500_000);
    // Three seconds of work are about 92 blocks; what a silent peer queues is 250.
    const open = seed.heard('request').length - leecher.observer.of('blockReceived').length;
    expect(open).toBeGreaterThan(80);
    expect(open).toBeLessThan(110);
  });
});

describe('what others have begun', () => {
  /** Two remotes of which the first has sent nothing yet; the pieces that the second is asked for. */
  function askedOfSecond(picker: PiecePicker): ReadonlySet<number> {
    const world = new EngineWorld({ totalBytes: 80 * BLOCK, pieceLength: 8 * BLOCK });
    const leecher = world.client({ picker });
    world.peer({ onMessage: staller }).connect(leecher);
    world.run(1);
    const second = world.peer({ onMessage: staller }).connect(leecher);
    world.run(1);
    return new Set(second.heard('request').map(({ piece }) => piece));
  }
  const begun = (asked: ReadonlySet<number>, first: ReadonlySet<number>): number =>
    [...asked].filter((piece) => first.has(piece)).length;

  it.each([
    ['always', true],
    ['last', false],
  ] as const)('is helped with %s: %s', (sharesStarted, helps) => {
    const picked: number[] = [];
    const picker: PiecePicker = {
      name: 'lowest',
      sharesStarted,
      pick: (view) => {
        const piece = view.firstInOrder(0, view.pieceCount);
        picked.push(piece);
        return { piece, rule: 'lowest' };
      },
    };
    const asked = askedOfSecond(picker);
    expect(asked.size).toBeGreaterThan(0);
    expect(begun(asked, new Set(picked.slice(0, 1))) > 0).toBe(helps);
  });

  describe('of a picker that says itself what is helped with', () => {
    /** What the second of two remotes is asked for, once there are enough pieces, where the picker wants `wants` of the begun ones. */
    function askedWith(wants: (started: number, candidate: number) => number, sharesStarted: SharesStarted) {
      // More blocks than are ever asked of one peer at a time: the piece that it is asked for stays open to others.
      const blocks = 300;
      const world = new EngineWorld({ totalBytes: 8 * blocks * BLOCK, pieceLength: blocks * BLOCK });
      const picker: PiecePicker = {
        name: 'chooser',
        sharesStarted,
        pick: (view) => {
          const candidate = view.firstInOrder(0, view.pieceCount);
          const piece = wants(view.firstStarted(0, view.pieceCount), candidate);
          return piece < 0 ? undefined : { piece, rule: 'chosen' };
        },
      };
      const leecher = world.client({ picker });
      // The first pieces are finished before anything else, whatever the picker says.
      let served = 0;
      world
        .peer({
          onMessage: (message, conversation) => {
            if (message.word !== 'request' || served++ < 4 * blocks) honestSeed(message, conversation);
          },
        })
        .connect(leecher);
      expect(world.runUntil(() => leecher.observer.verified.length === 4, 120)).toBe(true);
      const second = world.peer({ onMessage: staller }).connect(leecher);
      world.run(1);
      return [...new Set(second.heard('request').map(({ piece }) => piece))];
    }

    it('starts what it picks, though the remote could help with one that is begun', () => {
      expect(askedWith((_started, candidate) => candidate, 'as-picked')).toEqual([5]);
    });

    it('helps with the begun piece that it names', () => {
      const asked = askedWith((started, candidate) => (started < 0 ? candidate : started), 'as-picked');
      expect(asked).toEqual([4]);
    });

    it('is not heard where others decide', () => {
      expect(askedWith((_started, candidate) => candidate, 'unless-rarer')).toEqual([4]);
    });
  });
});
