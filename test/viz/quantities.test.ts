/** The further quantities of a report, against runs reckoned by hand. */
import { describe, expect, it } from 'vitest';
import { largeTrace } from '../../bench/large-trace.ts';
import { foldClientServer } from '../../src/trace/metrics/client-server.ts';
import type { TraceRecorder } from '../../src/trace/recorder.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { unpackUint16 } from '../../viz/report/base64.ts';
import { buildReportModel } from '../../viz/report/build-model.ts';
import * as readings from '../../viz/report/quantity-readings.ts';
import { sectionsOf } from '../../viz/report/registry.ts';
import { reportInfo } from '../support/report-info.ts';
import { handTrace } from '../trace/metrics/hand-trace.ts';
import { smallTrace } from '../trace/metrics/small-trace.ts';

const SECOND = 1_000_000;

describe('quantities of a small run', () => {
  const model = buildReportModel(smallTrace(), reportInfo());
  const { downloads, milestones, rarity, sharing, gaps, traffic, rates } = model.quantities;

  it('say how long downloads took, and how long from a server alone', () => {
    expect(downloads.byGroup).toEqual([
      { count: 0, of: 0, values: [] },
      { count: 2, of: 2, values: [2e6, 4e6] },
    ]);
    // a has 100 bytes/s for itself until b comes, who takes no more than 50.
    expect(downloads.server?.values).toEqual([2e6, 4e6]);
    expect([downloads.order, downloads.serverUs, downloads.stride]).toEqual([[1, 2], [2e6, 4e6], 1]);
    expect(readings.readDownloads(model)).toBe(
      'Half of the downloaders were done within 2s of their arrival. A server alone would have taken 2s: 1 times as long.',
    );
  });

  it('say how soon there was a part of the content', () => {
    expect(milestones.all.map(({ values }) => values)).toEqual([
      [1e6, 2e6],
      [1e6, 2e6],
      [1e6, 2e6],
      [2e6, 4e6],
      [2e6, 4e6],
    ]);
    expect(milestones.medians).toEqual([
      [null, null, null, null, null],
      [1e6, 1e6, 1e6, 2e6, 2e6],
    ]);
    expect(readings.readMilestones(model)).toContain('the second half took 50 % of the time');
    expect(gaps.all.values).toEqual([1e6, 2e6]);
    expect(readings.readGaps(model)).toBe('The median wait for the next piece was 1s.');
  });

  it('say how rare pieces were, what the seed sent and when a first copy was out', () => {
    const at = (sec: number): number => Math.floor((sec * SECOND) / rarity.sliceUs);
    const distributed = [0.5, 1.5, 3, 5, 6.3].map((sec) => rarity.distributed[at(sec)]);
    expect(distributed).toEqual([1, 1.5, 2, 1.5, 2]);
    expect([0.5, 1.5, 3, 5, 6.3].map((sec) => rarity.rarest[at(sec)])).toEqual([2, 1, 2, 1, 2]);
    expect(rarity.seedTimeUs.slice(0, 4)).toEqual([0, 1e6, 2e6, 3e6]);
    expect(rarity.seedCopies.slice(0, 4)).toEqual([0, 0.5, 1, 1]);
    expect(rarity.firstFullCopyUs).toBe(2e6);
    expect(readings.readRarity(model)).toBe(
      'The first full copy was out at 2s, when the first seeds had sent 1 copies of the content; in all they sent 1.',
    );
  });

  it('say what each gave and got', () => {
    expect(sharing.peers).toEqual([0, 1, 2]);
    expect(sharing.up).toEqual([100, 50, 50]);
    expect(sharing.ratio).toEqual([1, 1, 0]);
    expect(sharing.byGroup.map(({ values }) => values)).toEqual([[1], [0, 1]]);
    expect(readings.readSharing(model)).toBe(
      "Median share ratio by group: origin 1, crowd 0. Jain's index of what downloaders sent is 0.5.",
    );
    // Who gave what: seed and a, a piece of 100 bytes each time.
    const { ranks, matrix } = model.quantities;
    expect(ranks.received.map((shares) => shares?.slice(0, 2) ?? null)).toEqual([null, [1, 1]]);
    expect(ranks.sent.map((shares) => shares?.slice(0, 2) ?? null)).toEqual([null, [1, 1]]);
    expect(matrix.groups.bytes).toEqual([
      [0, 200],
      [0, 200],
    ]);
    expect(matrix.bytes?.most).toBe(200);
    expect(traffic).toMatchObject({
      useful: [0, 300],
      wasted: [0, 30],
      failedBytes: [0, 100],
      control: null,
    });
    expect(readings.readTraffic(model)).toBe('Of the payload received, 43 % came in vain on top of it.');
  });

  it('carry the rates of each peer as parts of the largest', () => {
    expect(rates).toMatchObject({
      count: 7,
      sliceUs: 1e6,
      peers: [0, 1, 2],
      mostReceived: 100,
      mostSent: 100,
    });
    const received = unpackUint16(rates.received);
    expect([...received.subarray(7, 14)]).toEqual([65_535, 65_535, 0, 0, 0, 0, 0]);
    expect([...received.subarray(14, 21)]).toEqual([0, 0, 0, 65_535, 0, 65_535, 0]);
    expect([...unpackUint16(rates.sent).subarray(0, 3)]).toEqual([65_535, 65_535, 0]);
  });

  it('leave out charts for which nothing was told', () => {
    const ids = sectionsOf(model).map(({ id }) => id);
    expect(ids).not.toContain('neighbours');
    expect(ids).not.toContain('choking');
    expect(ids).not.toContain('peer-sets');
    expect(ids).not.toContain('interest');
    expect(ids).toContain('downloads');
  });
});

/** Two fast and two slow homes for 100 s: the fast two trade for 80 s, one slow one is unchoked by a fast one for 20. */
function clusteredTrace(): Trace {
  return handTrace({
    peers: [
      { id: 'seed', have: 'all', upBytesPerSec: 500 },
      { id: 'slow-1', upBytesPerSec: 100 },
      { id: 'fast-1', upBytesPerSec: 900 },
      { id: 'slow-2', upBytesPerSec: 100 },
      { id: 'fast-2', upBytesPerSec: 900 },
    ],
    sampleUs: SECOND,
    endUs: 100 * SECOND,
    tell: (recorder, at) => {
      for (let peer = 0; peer < 5; peer++) {
        recorder.registerHost(`10.0.0.${peer}`, peer);
        recorder.peerJoined(peer);
      }
      meet(recorder, 2, 4);
      meet(recorder, 2, 1);
      recorder.observer(4).interestChanged(2, true);
      recorder.observer(2).interestChanged(4, true);
      recorder.observer(1).interestChanged(2, true);
      at(10 * SECOND);
      recorder.observer(2).unchoked(4, 'regular');
      recorder.observer(4).unchoked(2, 'regular');
      at(50 * SECOND);
      recorder.observer(2).choked(4);
      recorder.observer(4).choked(2);
      recorder.observer(2).unchoked(1, 'regular');
      at(70 * SECOND);
      recorder.observer(2).choked(1);
      recorder.observer(2).unchoked(1, 'optimistic');
      at(80 * SECOND);
      recorder.observer(2).choked(1);
    },
  });
}

function meet(recorder: TraceRecorder, one: number, other: number): void {
  const id = new Uint8Array(20);
  recorder.observer(one).connected({ host: `10.0.0.${other}`, port: 1 }, id, true);
  recorder.observer(other).connected({ host: `10.0.0.${one}`, port: 1 }, id, false);
}

describe('quantities of peers that trade', () => {
  const model = buildReportModel(clusteredTrace(), reportInfo());
  const { matrix, choking, interest, peerSets } = model.quantities;
  const names = model.groups.map(({ name }) => name);

  it('order everybody by uplink and tell who had whom unchoked', () => {
    expect(names).toEqual(['seed', 'slow', 'fast']);
    expect(matrix.order.map((peer) => model.peers.id[peer])).toEqual([
      'fast-1',
      'fast-2',
      'seed',
      'slow-1',
      'slow-2',
    ]);
    expect([matrix.perRow, matrix.rows]).toEqual([1, 5]);
    const unchoked = unpackUint16(matrix.unchoked.cells);
    expect(matrix.unchoked.most).toBe(40 * SECOND);
    expect([unchoked[0 * 5 + 1], unchoked[1 * 5 + 0], unchoked[0 * 5 + 3], unchoked[3 * 5 + 0]]).toEqual([
      65_535,
      65_535,
      Math.round((65_535 * 30) / 40),
      0,
    ]);
    expect(matrix.connected.most).toBe(100 * SECOND);
    expect(unpackUint16(matrix.connected.cells).filter((cell) => cell > 0).length).toBe(4);
  });

  it('count by group what was given for something in return', () => {
    const { order, regularUs } = matrix.groups;
    expect(order.map((group) => names[group])).toEqual(['fast', 'seed', 'slow']);
    expect(regularUs[2]).toEqual([0, 20 * SECOND, 80 * SECOND]);
    expect(regularUs[1]).toEqual([0, 0, 0]);
    expect(readings.readNeighbours(model)).toBe(
      'fast gave 80 % of its regular unchoke time to its own kind (by chance 33 %).',
    );
  });

  it('count pairs by how long they were interested and unchoked', () => {
    const { bins, binUs, counts, pairs } = choking.leeching;
    expect([bins, pairs, choking.seeding.pairs]).toEqual([24, 3, 0]);
    expect(binUs).toBe(Math.ceil((100 * SECOND) / 24));
    const row = (sec: number): number => Math.floor((sec * SECOND) / binUs);
    const column = 23;
    expect(counts[row(40) * bins + column]).toBe(2);
    expect(counts[row(30) * bins + column]).toBe(1);
    expect(counts.reduce((sum, count) => sum + count)).toBe(3);
    expect(choking.unchoked).toEqual([null, 0.15, 0.4]);
    expect(choking.starved).toEqual([null, 0.35, 0.6]);
  });

  it('share the time that downloaders were interested in each other', () => {
    expect(interest.inOthers.map(({ values }) => values)).toEqual([[], [1], [0.5, 1]]);
    expect(interest.ofOthers.map(({ values }) => values)).toEqual([[], [0], [1, 1]]);
  });

  it('count connections, by group over time and on average', () => {
    expect(peerSets.mean.map((group) => group[10])).toEqual([0, 0.5, 1.5]);
    expect(peerSets.least.map((group) => group[10])).toEqual([0, 0, 1]);
    expect(peerSets.most.map((group) => group[10])).toEqual([0, 1, 2]);
    expect(peerSets.degree.map(({ values }) => values)).toEqual([[0], [0, 1], [1, 2]]);
  });

  it('show all that was told', () => {
    const ids = sectionsOf(model).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['neighbours', 'choking', 'peer-sets', 'interest']));
  });
});

describe('quantities of a large run', () => {
  const trace = largeTrace({ peers: 3000, pieces: 8 });
  const { quantities } = buildReportModel(trace, reportInfo());

  it('are bounded, and say what they leave out', () => {
    expect(JSON.stringify(quantities).length).toBeLessThan(400_000);
    expect(quantities.downloads).toMatchObject({ stride: 2 });
    expect(quantities.downloads.order.length).toBe(1500);
    expect(quantities.sharing.peerStride).toBe(2);
    expect(quantities.matrix).toMatchObject({ perRow: 24, rows: 126 });
    expect(quantities.rates.peerStride).toBe(13);
    expect(quantities.rates.count).toBeLessThanOrEqual(240);
    for (const distribution of quantities.milestones.all) expect(distribution.values.length).toBe(201);
  });

  it('are of everybody where they are counts', () => {
    expect(quantities.milestones.all.map(({ count, of }) => [count, of])).toEqual(
      new Array(5).fill([3000, 3000]),
    );
    const alone = foldClientServer(trace);
    const joined = buildReportModel(trace, reportInfo()).peers.joinedUs;
    const longest = Math.max(
      ...trace.header.peers.map((_, peer) => (alone?.[peer] ?? 0) - (joined[peer] ?? 0)).slice(1),
    );
    expect(quantities.downloads.server?.values.at(-1)).toBe(Math.round(longest));
    const sum = quantities.choking.leeching.counts.reduce((total, count) => total + count, 0);
    expect(sum).toBe(quantities.choking.leeching.pairs);
  });
});
