/** Verdicts over a run that is given as plain numbers. */
import { describe, expect, it } from 'vitest';
import type { BaselineLookup } from '../../../src/scenarios/baseline/baseline.ts';
import { compileExpectation, ordinary } from '../../../src/scenarios/expectations/expectation.ts';
import type { Selection } from '../../../src/scenarios/expectations/formula.ts';
import { allHeld, judge } from '../../../src/scenarios/expectations/judge.ts';
import { groupsOnly } from '../../../src/scenarios/expectations/labels.ts';
import type {
  MetricSource,
  Series,
  SeriesChange,
} from '../../../src/scenarios/expectations/metric-source.ts';
import type { PeerMetric, RowMetric, RunMetric } from '../../../src/scenarios/expectations/metrics.ts';
import { formatMeasured, type Verdict } from '../../../src/scenarios/expectations/verdict.ts';

interface PeerValue {
  readonly group: string;
  readonly value: number | undefined;
}

interface Given {
  /** The n-th value is that of the n-th peer, called "p" and n. */
  readonly peers?: Partial<Record<PeerMetric, readonly PeerValue[]>>;
  readonly run?: Partial<Record<RunMetric, number>>;
  readonly series?: Partial<Series>;
  readonly rows?: Partial<Record<RowMetric, Partial<Series>>>;
  /** By metric, or by metric and group: "peers.present crowd". */
  readonly swarm?: Readonly<Record<string, Partial<Series>>>;
}

const NO_SERIES: Series = { rows: 1, startUs: undefined, untilUs: 0, changes: [] };

function source({ peers = {}, run = {}, series = {}, rows = {}, swarm = {} }: Given): MetricSource {
  const groups = Object.values(peers).reduce((most, one) => (one.length > most.length ? one : most), []);
  const groupIn = (selection: Selection) => selection[0]?.values[0];
  return {
    peers: (name) => (peers[name] ?? []).map(({ value }, row) => ({ row, value })),
    pieces: () => [],
    rows: (name) => ({
      ...NO_SERIES,
      rows: 0,
      ...(name === 'piece.availability' ? series : rows[name]),
    }),
    swarm: (name, selection) => ({
      ...NO_SERIES,
      ...swarm[selection.length === 0 ? name : `${name} ${groupIn(selection)}`],
    }),
    run: (name) => run[name],
    selects: (selection, peer) =>
      selection.every(({ negated, values }) => values.includes(groups[peer]?.group ?? '') !== negated),
    peerName: (peer) => `p${peer}`,
  };
}

function verdict(text: string, given: Given, baselines?: BaselineLookup): Verdict {
  const groups = groupsOnly([
    ['origin', 1],
    ['crowd', 4],
    ['empty', 1],
  ]);
  const compiled = compileExpectation(ordinary('it'), text, 9, groups);
  if (!compiled.ok) throw new Error(compiled.complaints.map((one) => one.message).join('; '));
  return judge([compiled.value], source(given), baselines && { baselines })[0] as Verdict;
}

const crowd = (...values: (number | undefined)[]): PeerValue[] =>
  values.map((value) => ({ group: 'crowd', value }));
const origin = (value: number): PeerValue => ({ group: 'origin', value });

const BYTES: Given = {
  peers: { 'peer.sent': [origin(1000), ...crowd(10, 20, 20, 50)] },
  run: { 'torrent.size': 100 },
};

describe('aggregates', () => {
  it.each([
    ['min(peer.sent{group=crowd}) == 10 B'],
    ['max(peer.sent{group=crowd}) == 50 B'],
    ['sum(peer.sent{group=crowd}) == 100 B'],
    ['sum(peer.sent{group=crowd}) == torrent.size'],
    ['mean(peer.sent{group=crowd}) == 25 B'],
    ['count(peer.sent{group=crowd}) == 4'],
    ['count(peer.sent) == 5'],
    ['max(peer.sent) == 10 * torrent.size'],
    ['p1(peer.sent{group=crowd}) == 10 B'],
    ['p25(peer.sent{group=crowd}) == 10 B'],
    ['p26(peer.sent{group=crowd}) == 20 B'],
    ['p75(peer.sent{group=crowd}) == 20 B'],
    ['p76(peer.sent{group=crowd}) == 50 B'],
    ['p100(peer.sent{group=crowd}) == 50 B'],
    ['sum(peer.sent{group=origin}) / sum(peer.sent{group=crowd}) == 10'],
    ['(max(peer.sent) - min(peer.sent)) / 2 == 495 B'],
    ['sum(peer.sent{group=origin}) + 1 B > 1000 B'],
  ])('%s', (text) => {
    const result = verdict(text, BYTES);
    expect(result).toMatchObject({ status: 'held', evaluations: 1, line: 9, expression: text });
  });

  it('fraction is the share of yes', () => {
    const given: Given = { peers: { 'peer.complete': crowd(1, 1, 0, 1) } };
    expect(verdict('fraction(peer.complete) == 75%', given).status).toBe('held');
    expect(verdict('fraction(peer.complete) == 1', given)).toMatchObject({
      status: 'failed',
      left: { value: 0.75, unit: '', text: '3 of 4 (75 %)' },
      right: { value: 1, unit: '', text: '100 %' },
    });
    expect(formatMeasured(verdict('1 > fraction(peer.complete{group=crowd})', given))).toBe(
      '100 %, expected more than 3 of 4 (75 %)',
    );
  });
});

describe('shares', () => {
  const given: Given = {
    run: { 'swarm.upload_use': 0.319 },
    peers: { 'peer.upload_use': crowd(0.5, 0.25) },
  };

  it.each([
    ['swarm.upload_use >= 40%', '31.9 %, expected at least 40 %'],
    ['mean(peer.upload_use{group=crowd}) > 0.5', '37.5 %, expected more than 50 %'],
    ['count(peer.upload_use) == 3', '2, expected 3'],
    ['swarm.upload_use / 2 > 1', '0.1595, expected more than 1'],
  ])('%s reads: %s', (text, expected) => {
    expect(formatMeasured(verdict(text, given))).toBe(expected);
  });
});

describe('comparisons', () => {
  it.each([
    ['==', [false, true, false]],
    ['!=', [true, false, true]],
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
  ])('%s', (comparison, expected) => {
    const held = [4, 5, 6].map(
      (duration) => verdict(`run.duration ${comparison} 5us`, { run: { 'run.duration': duration } }).status,
    );
    expect(held).toEqual(expected.map((one) => (one ? 'held' : 'failed')));
  });
});

describe('numbers of a verdict', () => {
  it('carry their units', () => {
    const given: Given = {
      peers: { 'peer.download_time': crowd(724_000_000) },
      run: { 'run.duration': 2e6, 'torrent.size': 4e6 },
    };
    const late = verdict('p95(peer.download_time) < 12m', given);
    expect(late).toMatchObject({
      status: 'failed',
      left: { value: 724_000_000, unit: 'us', text: '12m04s' },
      right: { value: 720_000_000, unit: 'us', text: '12m' },
      atUs: undefined,
      reason: undefined,
    });
    expect(formatMeasured(late)).toBe('12m04s (p0), expected less than 12m');
    expect(formatMeasured(verdict('torrent.size / run.duration >= 16 Mbit/s', given))).toBe(
      '16 Mbit/s, expected at least 16 Mbit/s',
    );
  });
});

describe('no data', () => {
  const times: Given = { peers: { 'peer.download_time': crowd(3, undefined, 1, 2) } };

  it.each([
    ['max(peer.download_time) < 1h', '1 of 4 peers have no peer.download_time: not complete at the end'],
    ['max(peer.download_time) >= 1us', '1 of 4 peers have no peer.download_time: not complete at the end'],
    ['mean(peer.download_time) < 1h', '1 of 4 peers have no peer.download_time: not complete at the end'],
    [
      'p76(peer.download_time{group=crowd}) < 1h',
      '1 of 4 peers of group crowd have no peer.download_time: not complete at the end',
    ],
    ['max(peer.download_time{group=empty}) < 1h', 'no peer of group empty has a peer.download_time'],
    ['count(peer.download_time{group=empty}) == 0', 'no peer of group empty has a peer.download_time'],
    ['sum(peer.sent) < 1 B', 'no peer has a peer.sent'],
    [
      'run.duration < bound.completion',
      'run.duration is not known; bound.completion is not defined without a seed and a peer to serve',
    ],
    [
      'max(peer.download_time) < max(peer.download_time)',
      '1 of 4 peers have no peer.download_time: not complete at the end',
    ],
    ['1 / (count(peer.download_time) - 3) > 0', 'division by zero'],
    ['always min(piece.availability) >= 1', 'the metric never had a value'],
    ['eventually min(piece.availability) >= 1', 'the metric never had a value'],
  ])('%s', (text, reason) => {
    const result = verdict(text, times);
    expect(result).toMatchObject({
      status: 'no-data',
      evaluations: 0,
      reason,
      left: undefined,
      right: undefined,
    });
    expect(formatMeasured(result)).toBe(`no data: ${reason}`);
    expect(allHeld([result])).toBe(false);
  });

  it('does not keep order statistics below the missing ones from a value', () => {
    expect(verdict('p75(peer.download_time) == 3us', times).status).toBe('held');
    expect(verdict('min(peer.download_time) == 1us', times).status).toBe('held');
    expect(verdict('count(peer.download_time) == 3', times).status).toBe('held');
  });

  it('comes of infinite values too', () => {
    expect(
      verdict('bound.completion > 1s', { run: { 'bound.completion': Number.POSITIVE_INFINITY } }).status,
    ).toBe('no-data');
  });
});

describe('a scenario without expectations', () => {
  it('gets a verdict that fails it', () => {
    const verdicts = judge([], source({}));
    expect(verdicts).toHaveLength(1);
    expect(verdicts[0]).toMatchObject({ status: 'no-data', evaluations: 0 });
    expect(verdicts[0]?.reason).toContain('no expectation');
    expect(allHeld(verdicts)).toBe(false);
    expect(allHeld([])).toBe(false);
  });
});

describe('over time', () => {
  const change = (timeUs: number, index: number, value: number): SeriesChange => ({ timeUs, index, value });
  const copies = (changes: SeriesChange[], details: Partial<Series> = {}): Given => ({
    series: { rows: 3, startUs: 5, untilUs: 100, changes, ...details },
    run: { 'torrent.pieces': 3 },
  });
  const seeded = [change(5, 0, 1), change(5, 1, 1), change(5, 2, 1)];

  it('always holds when it holds after every change', () => {
    const given = copies([...seeded, change(7, 1, 3), change(9, 0, 2)]);
    expect(verdict('always min(piece.availability) >= 1', given)).toMatchObject({
      status: 'held',
      evaluations: 3,
      left: { value: 1 },
      right: { value: 1 },
      atUs: 5,
      firstViolationUs: undefined,
    });
  });

  it('shows the first violation of always, and looks no further', () => {
    const given = copies([...seeded, change(7, 1, 0), change(9, 1, 1), change(11, 2, 0)]);
    const result = verdict('always min(piece.availability) >= 1', given);
    expect(result).toMatchObject({
      status: 'failed',
      firstViolationUs: 7,
      atUs: 7,
      left: { value: 0 },
      evaluations: 2,
    });
    expect(formatMeasured(result)).toBe('0 (piece 1) at 7us, expected at least 1 throughout');
  });

  it('takes changes at one instant as one', () => {
    const given = copies([...seeded, change(7, 1, 0), change(7, 2, 9), change(7, 1, 1)]);
    expect(verdict('always min(piece.availability) >= 1', given)).toMatchObject({
      status: 'held',
      evaluations: 2,
    });
  });

  it('begins at the start of the series, before any change', () => {
    const late = seeded.map((one) => ({ ...one, timeUs: 6 }));
    expect(verdict('always min(piece.availability) >= 1', copies(late))).toMatchObject({
      status: 'failed',
      firstViolationUs: 5,
    });
  });

  it('ends at the end of the series', () => {
    const given = copies([...seeded, change(100, 1, 2), change(101, 0, 0)]);
    expect(verdict('always min(piece.availability) >= 1', given)).toMatchObject({
      status: 'held',
      evaluations: 2,
    });
  });

  it('eventually holds at the first instant at which it holds', () => {
    const given = copies([...seeded, change(7, 1, 4), change(9, 0, 4), change(11, 2, 9), change(12, 2, 1)]);
    expect(verdict('eventually p50(piece.availability) >= 4', given)).toMatchObject({
      status: 'held',
      atUs: 9,
      left: { value: 4 },
    });
  });

  it('eventually fails with the instant at which it came closest', () => {
    const given = copies([...seeded, change(7, 1, 4), change(9, 1, 2)]);
    expect(verdict('eventually max(piece.availability) > 2 * torrent.pieces', given)).toMatchObject({
      status: 'failed',
      atUs: 7,
      left: { value: 4 },
      right: { value: 6 },
      firstViolationUs: undefined,
      evaluations: 3,
    });
  });

  it.each([
    ['always mean(piece.availability) >= 1', 'held'],
    ['always sum(piece.availability) >= torrent.pieces', 'held'],
    ['always count(piece.availability) == torrent.pieces', 'held'],
    ['always max(piece.availability) - min(piece.availability) <= 2', 'held'],
    ['always max(piece.availability) - min(piece.availability) <= 1', 'failed'],
    ['eventually max(piece.availability) == 3', 'held'],
    ['eventually max(piece.availability) == 4', 'failed'],
    ['always min(piece.availability) <= 1', 'held'],
  ])('%s: %s', (text, status) => {
    const given = copies([...seeded, change(7, 1, 3), change(9, 0, 2), change(9, 1, 2)]);
    expect(verdict(text, given).status).toBe(status);
  });

  it.each([
    ['always min(piece.availability) >= 1', 'lowest 1, expected at least 1 throughout'],
    ['always max(piece.availability) < 9', 'highest 3, expected less than 9 throughout'],
    ['always max(piece.availability) != 4', 'closest 3, expected anything but 4 throughout'],
    ['always max(piece.availability) < 2', '3 (piece 1) at 7us, expected less than 2 throughout'],
    [
      'always max(piece.availability) <= 2 * min(piece.availability) + 1',
      'closest 3, expected at most 3 throughout',
    ],
    ['eventually max(piece.availability) == 3', '3 at 7us, expected 3 at some time'],
    [
      'eventually max(piece.availability) > 3',
      'highest 3 (piece 1) at 7us, expected more than 3 at some time',
    ],
    ['eventually min(piece.availability) <= 0', 'lowest 1 (piece 0) at 5us, expected at most 0 at some time'],
  ])('%s reads: %s', (text, expected) => {
    const given = copies([...seeded, change(7, 1, 3), change(9, 0, 2)]);
    expect(formatMeasured(verdict(text, given))).toBe(expected);
  });

  it('has no data where one side has none', () => {
    const result = verdict('always min(piece.availability) >= count(peer.sent)', copies(seeded));
    expect(result).toMatchObject({ status: 'no-data', reason: 'no peer has a peer.sent' });
  });
});

describe('metrics of the swarm', () => {
  const step = (timeUs: number, value: number): SeriesChange => ({ timeUs, index: 0, value });
  const given: Given = {
    swarm: {
      'peers.present': { startUs: 5, untilUs: 100, changes: [step(5, 3), step(20, 8), step(60, 2)] },
      'peers.complete': { startUs: 5, untilUs: 100, changes: [step(5, 3), step(60, 0)] },
      'peers.present crowd': { startUs: 5, untilUs: 100, changes: [step(20, 5)] },
      'swarm.sent_rate': { startUs: 0, untilUs: 50, changes: [step(0, 1), step(10, 4), step(30, 2)] },
      'swarm.uplink': { startUs: 5, untilUs: 100, changes: [step(5, 5), step(60, 1)] },
    },
  };

  it.each([
    ['always peers.present >= 2', 'held', 3],
    ['always peers.present >= 3', 'failed', 3],
    ['eventually peers.present == 8', 'held', 2],
    ['eventually peers.present{group=crowd} == 8', 'failed', 2],
    ['eventually peers.present{group=crowd} == peers.present - 3', 'held', 1],
    ['eventually peers.present{group=crowd} == peers.present + 3', 'held', 3],
    ['always swarm.sent_rate < 1000 kB/s * peers.present', 'failed', 2],
    // What was sent is known until 50 only, and is not compared with anything later.
    ['always swarm.sent_rate <= 2000 kB/s * peers.complete', 'held', 3],
    ['always swarm.sent_rate / swarm.uplink <= 80%', 'held', 3],
    ['eventually swarm.sent_rate / swarm.uplink > 80%', 'failed', 3],
  ])('%s: %s', (text, status, evaluations) => {
    expect(verdict(text, given)).toMatchObject({ status, evaluations });
  });

  it('begin where all of them have a value', () => {
    expect(verdict('eventually swarm.sent_rate == swarm.uplink / 5', given)).toMatchObject({
      status: 'held',
      atUs: 5,
    });
  });
});

describe('a window', () => {
  const step = (timeUs: number, value: number): SeriesChange => ({ timeUs, index: 0, value });
  const given: Given = {
    swarm: { 'peers.present': { startUs: 5, untilUs: 100, changes: [step(5, 1), step(20, 8), step(60, 2)] } },
  };

  it.each([
    // text, status, evaluations, instant shown
    ['always from 10us peers.present >= 2', 'failed', 1, 10],
    ['always from 20us peers.present >= 2', 'held', 2, 60],
    ['always from 20us until 59us peers.present == 8', 'held', 1, 20],
    ['always from 21us until 59us peers.present == 8', 'held', 1, 21],
    ['always until 60us peers.present != 2', 'failed', 3, 60],
    ['eventually until 19us peers.present == 8', 'failed', 1, 5],
    ['eventually until 20us peers.present == 8', 'held', 2, 20],
    ['eventually from 0s until 5us peers.present == 1', 'held', 1, 5],
  ])('%s: %s', (text, status, evaluations, atUs) => {
    expect(verdict(text, given)).toMatchObject({ status, evaluations, atUs });
  });

  it('in which nothing was measured has no data', () => {
    const late = verdict('always from 101us peers.present >= 0', given);
    expect(late).toMatchObject({ status: 'no-data', reason: 'the metric never had a value from 101us' });
    const early = verdict('always from 1us until 4us peers.present >= 0', given);
    expect(early.reason).toBe('the metric never had a value from 1us until 4us');
  });

  it('is named in words', () => {
    expect(formatMeasured(verdict('always from 20us until 59us peers.present == 8', given))).toBe(
      'closest 8, expected 8 all the time from 20us until 59us',
    );
    expect(formatMeasured(verdict('eventually until 19us peers.present > 7', given))).toBe(
      'highest 1 at 5us, expected more than 7 at some time until 19us',
    );
  });
});
