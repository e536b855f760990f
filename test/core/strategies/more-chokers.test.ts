/** The taste of the chokers that go by taking, by progress, by shares and by price. */
import { describe, expect, it } from 'vitest';
import { AntiLeech } from '../../../src/core/strategies/anti-leech.ts';
import { BitTyrant } from '../../../src/core/strategies/bit-tyrant.ts';
import { BlockTitForTat } from '../../../src/core/strategies/block-tit-for-tat.ts';
import { ByRole } from '../../../src/core/strategies/by-role.ts';
import { FastestUpload } from '../../../src/core/strategies/fastest-upload.ts';
import { NeverUnchoke } from '../../../src/core/strategies/never-unchoke.ts';
import { PieceByPiece } from '../../../src/core/strategies/piece-by-piece.ts';
import { ProportionalShare } from '../../../src/core/strategies/proportional-share.ts';
import { RandomChoker } from '../../../src/core/strategies/random-choker.ts';
import { RoundRobin } from '../../../src/core/strategies/round-robin.ts';
import { type BenchPeer, ChokerBench, ROUND_US } from '../../contract/choker.ts';

const keys = (named: ReadonlyMap<number, string>, reason: string): number[] =>
  [...named].filter(([, why]) => why === reason).map(([index]) => index);

it('fastest upload serves those who take fastest, and one by chance', () => {
  const bench = new ChokerBench(new FastestUpload(), 3);
  for (const rate of [100, 900, 0, 500, 700]) bench.add({ uploadRate: rate });
  bench.add({ uploadRate: 1000, interested: false });
  const named = bench.round();
  expect(keys(named, 'regular')).toEqual([1, 4]);
  expect(keys(named, 'optimistic')).toHaveLength(1);
  bench.seeding = true;
  expect(keys(bench.round(), 'seed')).toEqual([1, 4]);
});

describe('anti-leech', () => {
  it('serves those at both ends of their download, those half way last', () => {
    const bench = new ChokerBench(new AntiLeech(), 5);
    for (const havePieces of [50, 2, 97, 40, 60, 10, 90]) bench.add({ havePieces });
    expect(keys(bench.round(), 'regular').toSorted((a, b) => a - b)).toEqual([1, 2, 5, 6]);
  });

  it('takes one that hides what it has to have what it was sent', () => {
    const bench = new ChokerBench(new AntiLeech(), 3);
    bench.add({ havePieces: 0, sentBytes: 50 * 65_536 });
    bench.add({ havePieces: 10 });
    bench.add({ havePieces: 20 });
    expect(keys(bench.round(), 'regular')).toEqual([1, 2]);
  });
});

it('proportional share sends to each in proportion to what it gave', () => {
  const bench = new ChokerBench(new ProportionalShare(), 3);
  const gives = [40_000, 30_000, 20_000, 10_000, 10_000, 10_000];
  const earned: number[] = gives.map(() => 0);
  for (const _ of gives) bench.add();
  for (let round = 0; round < 900; round++) {
    const named = bench.round();
    bench.peers.forEach((peer, index) => {
      peer.receivedBytes += (gives[index] as number) * 10;
      if (!peer.unchoked) return;
      peer.sentBytes += 250_000;
      if (named.get(index) === 'regular') earned[index] = (earned[index] as number) + 250_000;
    });
  }
  const total = earned.reduce((sum, bytes) => sum + bytes, 0);
  const given = gives.reduce((sum, rate) => sum + rate, 0);
  // But for the slot that nobody has to earn, to within two parts in a hundred of the whole.
  gives.forEach((rate, index) => {
    expect(Math.abs((earned[index] as number) / total - rate / given)).toBeLessThan(0.02);
  });
});

describe('BitTyrant', () => {
  it('serves those who give most for what they cost, while its upload lasts', () => {
    const bench = new ChokerBench(new BitTyrant({ upload: 30_000 }), 3);
    for (const downloadRate of [5000, 80_000, 20_000, 60_000]) bench.add({ downloadRate, unchokesUs: true });
    // At an equal share of 10,000 each there is upload for three.
    expect([...bench.round().keys()]).toEqual([1, 3, 2]);
  });

  it('pays less to those who serve it anyway, more to those who do not, and so finds room for more', () => {
    const bench = new ChokerBench(new BitTyrant({ upload: 30_000 }), 10);
    for (let count = 0; count < 10; count++) bench.add({ downloadRate: 20_000, unchokesUs: true });
    // An equal share of 3,000 is enough for each of ten.
    expect(bench.round().size).toBe(10);
    const dear = new ChokerBench(new BitTyrant({ upload: 30_000 }), 10);
    for (let count = 0; count < 10; count++) dear.add({ downloadRate: 20_000 });
    const served = Array.from({ length: 8 }, () => dear.round().size);
    expect(served[0]).toBe(10);
    expect(served.at(-1)).toBeLessThan(8);
  });

  it('goes by the upload limit where it is told nothing', () => {
    const bench = new ChokerBench(new BitTyrant({ upload: 0 }), 2);
    bench.uploadLimitBytesPerSec = 10_000;
    for (let count = 0; count < 4; count++) bench.add({ downloadRate: 1000, uploadRate: 50_000 });
    expect(bench.round().size).toBe(2);
  });
});

it('random serves everybody alike, and changes every third round', () => {
  const bench = new ChokerBench(new RandomChoker(), 2);
  for (let count = 0; count < 6; count++)
    bench.add({ downloadRate: count * 1000, connectedAtUs: -ROUND_US * 9 });
  const served: number[] = Array(6).fill(0);
  let before = '';
  for (let round = 1; round <= 1200; round++) {
    const named = [...bench.round().keys()].toSorted((a, b) => a - b);
    for (const index of named) served[index] = (served[index] as number) + 1;
    if (round % 3 !== 0 && round > 3) expect(named.join()).toBe(before);
    before = named.join();
  }
  for (const count of served) expect(Math.abs(count - 400)).toBeLessThan(90);
});

it('one choker may decide until completion and another after', () => {
  const bench = new ChokerBench(new ByRole(new NeverUnchoke(), new RandomChoker()), 2);
  for (let count = 0; count < 3; count++) bench.add();
  expect(bench.round().size).toBe(0);
  bench.seeding = true;
  expect(bench.round().size).toBe(2);
});

describe('round robin', () => {
  /** Of the bench's torrent; a quota of two pieces. */
  const PIECE = 65_536;
  const served = (named: ReadonlyMap<number, string>): number[] => [...named.keys()].toSorted();

  it('keeps a slot until so many pieces were sent, and gives it to who never had one', () => {
    const bench = new ChokerBench(new RoundRobin({ quota: 2, idle: 60_000_000 }), 1);
    for (let peer = 0; peer < 3; peer++) bench.add();
    const turns: number[] = [];
    for (let round = 0; round < 9; round++) {
      turns.push(...served(bench.round()));
      for (const peer of bench.peers) if (peer.unchoked) peer.sentBytes += PIECE;
    }
    const [a, b, c] = [turns[0], turns[2], turns[4]];
    expect(new Set([a, b, c]).size).toBe(3);
    expect(turns).toEqual([a, a, b, b, c, c, a, a, b]);
  });

  it('counts what it sent in this turn alone, and cuts nobody off between rounds', () => {
    const bench = new ChokerBench(new RoundRobin({ quota: 2, idle: 60_000_000 }), 1);
    const first = bench.add({ sentBytes: 50 * PIECE });
    expect(served(bench.round())).toEqual([0]);
    bench.add();
    expect(served(bench.round())).toEqual([0]);
    first.sentBytes += 2 * PIECE;
    expect(served(bench.between())).toEqual([0]);
    expect(served(bench.round())).toEqual([1]);
  });

  it.each([60, 20])('takes the slot from one that takes nothing for %d s', (seconds) => {
    const bench = new ChokerBench(new RoundRobin({ quota: 2, idle: seconds * 1_000_000 }), 1);
    bench.add();
    bench.round();
    bench.add();
    for (let round = 1; round < seconds / 10; round++) expect(served(bench.round())).toEqual([0]);
    expect(served(bench.round())).toEqual([1]);
  });

  it('goes on with one that had enough while nobody else wants anything', () => {
    const bench = new ChokerBench(new RoundRobin({ quota: 1, idle: 60_000_000 }), 2);
    const peer = bench.add();
    bench.round();
    peer.sentBytes += 5 * PIECE;
    expect(served(bench.round())).toEqual([0]);
  });
});

describe('piece by piece', () => {
  const PIECE = 65_536;

  it('ends a turn with a piece, between rounds too, and never before', () => {
    const choker = new PieceByPiece();
    const bench = new ChokerBench(choker, 1);
    const peers = [bench.add({ sentBytes: 7 * PIECE }), bench.add()];
    const [first] = [...bench.round().keys()] as [number];
    const served = peers[first] as BenchPeer;
    const before = served.sentBytes;
    for (const [bytes, isOver] of [
      [0, false],
      [PIECE - 1, false],
      [PIECE, true],
    ] as const) {
      served.sentBytes = before + bytes;
      expect(choker.isTurnOver(served)).toBe(isOver);
    }
    expect(choker.isTurnOver(peers[1 - first] as BenchPeer)).toBe(false);
    // It has its slot until it is choked, and gets another share only when it is drawn again.
    served.unchoked = false;
    expect([...bench.between().keys()]).toHaveLength(1);
    expect(peers.filter((peer) => choker.isTurnOver(peer))).toEqual([]);
  });

  it('draws all alike', () => {
    const bench = new ChokerBench(new PieceByPiece(), 1);
    for (let count = 0; count < 3; count++) bench.add();
    const turns = [0, 0, 0];
    for (let round = 0; round < 1500; round++) {
      for (const index of bench.round().keys()) turns[index] = (turns[index] as number) + 1;
      for (const peer of bench.peers) {
        if (peer.unchoked) peer.sentBytes += PIECE;
        peer.unchoked = false;
      }
    }
    for (const count of turns) expect(Math.abs(count - 500)).toBeLessThan(90);
  });

  it('takes the slot from one that takes nothing for a minute', () => {
    const bench = new ChokerBench(new PieceByPiece(), 1);
    bench.add();
    bench.round();
    bench.add();
    for (let round = 1; round < 6; round++) expect([...bench.round().keys()]).toEqual([0]);
    expect([...bench.round().keys()]).toEqual([1]);
  });

  it('ends turns in its role alone', () => {
    const both = new ByRole(new RandomChoker(), new PieceByPiece());
    const bench = new ChokerBench(both, 1);
    bench.seeding = true;
    const peer = bench.add();
    bench.round();
    peer.sentBytes += PIECE;
    expect(both.isTurnOver?.(peer, true)).toBe(true);
    expect(both.isTurnOver?.(peer, false)).toBe(false);
    expect(new ByRole(new RandomChoker(), new NeverUnchoke()).isTurnOver).toBeUndefined();
  });
});

describe('block-level tit for tat', () => {
  const PIECE = 65_536;

  it('serves those whose debt is within the credit, best givers first', () => {
    const bench = new ChokerBench(new BlockTitForTat({ credit: 2 }), 3);
    bench.add({ downloadRate: 900, sentBytes: 2 * PIECE });
    bench.add({ downloadRate: 100, sentBytes: 5 * PIECE, receivedBytes: 4 * PIECE });
    bench.add({ downloadRate: 300, sentBytes: PIECE });
    bench.add({ downloadRate: 200, sentBytes: 9 * PIECE, receivedBytes: 6 * PIECE });
    expect([...bench.round()]).toEqual([
      [2, 'regular'],
      [1, 'regular'],
    ]);
  });

  it('holds one back as soon as the credit is used up, and nobody as a seed', () => {
    const choker = new BlockTitForTat({ credit: 2 });
    const bench = new ChokerBench(choker, 3);
    const peer = bench.add();
    bench.round();
    const isHeld = (sent: number, received: number, seeding = false): boolean =>
      choker.holdsBack({ ...peer, sentBytes: sent * PIECE, receivedBytes: received * PIECE }, seeding);
    expect([isHeld(1, 0), isHeld(2, 0), isHeld(2, 1), isHeld(7, 5), isHeld(7, 0, true)]).toEqual([
      ...[false, true, false, true, false],
    ]);
    bench.seeding = true;
    peer.sentBytes = 50 * PIECE;
    expect([...bench.round().values()]).toEqual(['seed']);
  });

  it('keeps to its turn when another choker decides as a seed', () => {
    const held = { sentBytes: 9e9, receivedBytes: 0 } as BenchPeer;
    const both = new ByRole(new BlockTitForTat({ credit: 1 }), new NeverUnchoke());
    expect([both.holdsBack?.(held, false), both.holdsBack?.(held, true)]).toEqual([true, false]);
    expect(new ByRole(new NeverUnchoke(), new NeverUnchoke()).holdsBack).toBeUndefined();
  });
});
