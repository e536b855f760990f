import { describe, expect, it } from 'vitest';
import { foldBlockGaps } from '../../../src/trace/metrics/block-gaps.ts';
import { foldRankShares } from '../../../src/trace/metrics/rank-shares.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { emptyPairs, noArrivals } from '../../../src/trace/transfers/transfer-columns.ts';
import { handTrace } from './hand-trace.ts';

type Gift = readonly [from: number, to: number, blocks: number];

/** Whoever gives so many blocks of a hundred bytes to whom, one block a microsecond. */
function gifts(all: readonly Gift[]): Trace {
  return handTrace({
    peers: [{ id: 'seed', have: 'all' }, { id: 'home-1' }, { id: 'home-2' }, { id: 'fibre' }],
    endUs: 10_000,
    tell: (recorder, at) => {
      for (let peer = 0; peer < 4; peer++) recorder.peerJoined(peer);
      let us = 0;
      for (const [from, to, blocks] of all) {
        for (let block = 0; block < blocks; block++) {
          at(us++);
          recorder.observer(from).blockSent(to, 0, block * 100, 100);
          recorder.observer(to).blockReceived(from, 0, block * 100, 100);
        }
      }
    },
  });
}

describe('bytes by rank of the remote', () => {
  it('add up from the largest, as shares, mean over the peers of a group', () => {
    const shares = foldRankShares(
      gifts([
        [0, 1, 6],
        [2, 1, 3],
        [3, 1, 1],
        [0, 2, 2],
        [1, 2, 2],
      ]),
      3,
    );
    // home-1: 60, 90, 100 %; home-2: 50, 100 %.
    expect([...(shares.received[1] ?? [])].map((share) => Math.round(share * 1000) / 1000)).toEqual([
      0.55, 0.95, 1,
    ]);
    expect(shares.receivers).toEqual([0, 2, 0]);
    expect([...(shares.sent[0] ?? [])]).toEqual([0.75, 1, 1]);
    expect(shares.senders).toEqual([1, 2, 1]);
    expect(shares.received[0]?.[0]).toBeNaN();
    expect(shares.everyNth).toBe(1);
  });

  it('leave out remotes beyond the ranks, and peers that do not count', () => {
    const trace = gifts([
      [0, 1, 2],
      [2, 1, 1],
      [3, 1, 1],
      [1, 3, 5],
    ]);
    const shares = foldRankShares(trace, 1, (peer) => peer !== 3);
    expect([...(shares.received[1] ?? [])]).toEqual([0.5]);
    expect(shares.receivers).toEqual([0, 1, 0]);
    expect(shares.senders).toEqual([1, 2, 0]);
  });

  it('are none where nothing was recorded', () => {
    const trace = { ...gifts([[0, 1, 2]]), pairs: emptyPairs(0, 0) };
    expect(foldRankShares(trace, 2)).toMatchObject({ everyNth: 0, receivers: [0, 0, 0], senders: [0, 0, 0] });
  });
});

/** One download of so many blocks: the first wait 10 µs for each other, the others 1 µs, the last 20 of them 100 µs. */
function blockTrace(blocks: number, completes: boolean): Trace {
  return handTrace({
    peers: [{ id: 'seed', have: 'all' }, { id: 'home' }],
    totalBytes: blocks * 100,
    endUs: 1_000_000,
    tell: (recorder, at) => {
      recorder.peerJoined(0);
      recorder.peerJoined(1);
      let us = 0;
      for (let block = 0; block < blocks; block++) {
        us += block < 50 ? 10 : block >= blocks - 20 ? 100 : 1;
        at(us);
        recorder.observer(1).blockReceived(0, 0, block * 100, 100);
      }
      if (completes) recorder.observer(1).completed();
    },
  });
}

describe('waits between blocks', () => {
  it('are those of the first and of the last hundred', () => {
    const { first, last, everyNth } = foldBlockGaps(blockTrace(600, true));
    expect([first.length, last.length, everyNth]).toEqual([99, 99, 1]);
    expect(first.filter((us) => us === 10).length).toBe(49);
    expect(last.filter((us) => us === 100).length).toBe(20);
    expect([first[0], last[0]]).toEqual([1, 1]);
  });

  it('are of a quarter of the blocks where there are few, and have no end without completion', () => {
    const { first, last } = foldBlockGaps(blockTrace(80, false));
    expect([first.length, last.length]).toEqual([19, 0]);
    expect([...new Set(first)]).toEqual([10]);
  });

  it('are none where no instants were kept', () => {
    const trace = { ...blockTrace(600, true), arrivals: noArrivals() };
    expect(foldBlockGaps(trace)).toMatchObject({ everyNth: 0, first: new Float64Array(0) });
  });
});
