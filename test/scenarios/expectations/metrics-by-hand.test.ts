/** Every metric over a run that is small enough to be reckoned by hand. */
import { describe, expect, it } from 'vitest';
import { compileExpectation, ordinary } from '../../../src/scenarios/expectations/expectation.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { groupsOnly } from '../../../src/scenarios/expectations/labels.ts';
import { METRIC_NAMES, METRICS } from '../../../src/scenarios/expectations/metrics.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { handTrace } from '../../trace/metrics/hand-trace.ts';

const SECOND = 1_000_000;

/**
 * Two pieces of 100 bytes; times in seconds.
 *  0  the seed and a arrive, are connected; a is interested, the seed has a unchoked from 1 on
 *  2  a has piece 0, and sent nothing; b arrives and connects to a
 *  3  b is interested in a; a has b unchoked from 4 on
 *  5  b has piece 0 (from a); b is no longer interested in a
 *  6  a fails piece 1, wastes 30 bytes
 *  7  the seed chokes a
 *  8  a has piece 1 (from the seed) and is complete
 *  9  b is interested in a again; a crashes at 10 and is back at 12 with nothing; the seed leaves at 11
 * 14  the run ends; c never came
 */
const trace: Trace = handTrace({
  peers: [
    { id: 'origin-1', have: 'all' },
    { id: 'crowd-1', nat: 'symmetric', playback: { bytesPerSec: 25, delayUs: SECOND } },
    { id: 'crowd-2' },
    { id: 'crowd-3' },
  ],
  sampleUs: SECOND,
  totalBytes: 200,
  endUs: 14 * SECOND,
  tell: (recorder, at) => {
    const [seed, a, b] = [0, 1, 2].map((peer) => recorder.observer(peer));
    if (seed === undefined || a === undefined || b === undefined) throw new Error('three peers');
    for (const peer of [0, 1, 2, 3]) recorder.registerHost(`10.0.0.${peer}`, peer);
    const address = (peer: number) => ({ host: `10.0.0.${peer}`, port: 1 });
    const id = new Uint8Array(20);
    recorder.peerJoined(0);
    recorder.peerJoined(1);
    seed.completed();
    seed.connected(address(1), id, false);
    a.connected(address(0), id, true);
    a.interestChanged(0, true);
    a.announced('udp://t', 'started', 1);
    at(1 * SECOND);
    seed.unchoked(1, 'seed');
    at(2 * SECOND);
    seed.blockSent(1, 0, 0, 100);
    a.blockReceived(0, 0, 0, 100);
    a.pieceVerified(0, 0);
    recorder.peerJoined(2);
    a.connected(address(2), id, false);
    b.connected(address(1), id, true);
    b.announceFailed('udp://t', 'started', 'no answer');
    at(3 * SECOND);
    b.interestChanged(1, true);
    at(4 * SECOND);
    a.unchoked(2, 'regular');
    at(5 * SECOND);
    a.blockSent(2, 0, 0, 100);
    b.blockReceived(1, 0, 0, 100);
    b.pieceVerified(0, 1);
    b.interestChanged(1, false);
    at(6 * SECOND);
    a.pieceFailed(1);
    a.blockWasted(0, 1, 0, 30);
    at(7 * SECOND);
    seed.choked(1);
    at(8 * SECOND);
    seed.blockSent(1, 1, 0, 100);
    a.blockReceived(0, 1, 0, 100);
    a.pieceVerified(1, 0);
    a.completed();
    at(9 * SECOND);
    b.interestChanged(1, true);
    at(10 * SECOND);
    recorder.peerLeft(1, 'crashed', 'power');
    at(11 * SECOND);
    recorder.peerLeft(0, 'planned', 'done');
    at(12 * SECOND);
    recorder.peerJoined(1);
    recorder.controlSent(0, Float64Array.of(5, 10, 0, 0, 18));
    recorder.controlSent(1, Float64Array.of(0, 0, 5));
    recorder.controlSent(1, Float64Array.of(0, 0, 5));
  },
});

const metrics = new TraceMetrics(trace);

function holds(text: string): { readonly status: string | undefined; readonly why: unknown } {
  const groups = groupsOnly([
    ['origin', 1],
    ['crowd', 3],
  ]);
  const compiled = compileExpectation(ordinary('it'), text, 1, groups);
  if (!compiled.ok) throw new Error(compiled.complaints[0]?.message);
  const [verdict] = judge([compiled.value], metrics);
  return { status: verdict?.status, why: { left: verdict?.left?.text, reason: verdict?.reason } };
}

/** For each metric, expectations that hold of this run and of no other value. */
const BY_HAND: Readonly<Record<string, readonly string[]>> = {
  'peer.complete': ['sum(peer.complete) == 2', 'count(peer.complete) == 4'],
  'peer.arrival_time': [
    'max(peer.arrival_time{group!=crowd}) == 0s',
    'p75(peer.arrival_time) == 2s',
    'count(peer.sent where peer.arrival_time <= 2s) == 3',
  ],
  'peer.completion_time': ['min(peer.completion_time) == 8s', 'count(peer.completion_time) == 1'],
  'peer.download_time': [
    'min(peer.download_time) == 8s',
    'fraction(peer.download_time < 9s) within 1% of 0.3333',
  ],
  'peer.time_to_first_piece': [
    'min(peer.time_to_first_piece) == 2s',
    'median(peer.time_to_first_piece) == 3s',
  ],
  'peer.time_to_25': ['min(peer.time_to_25) == 2s', 'median(peer.time_to_25) == 3s'],
  'peer.time_to_50': ['min(peer.time_to_50) == 2s', 'median(peer.time_to_50) == 3s'],
  'peer.time_to_75': ['min(peer.time_to_75) == 8s', 'count(peer.time_to_75) == 1'],
  'peer.sent': ['max(peer.sent) == 200 B', 'sum(peer.sent{group=crowd}) == 100 B'],
  'peer.received': ['max(peer.received{peer=crowd-1}) == 200 B', 'sum(peer.received) == 300 B'],
  'peer.wasted': ['sum(peer.wasted) == 30 B'],
  'peer.control_sent': [
    'max(peer.control_sent) == 33 B',
    'sum(peer.control_sent{group=crowd}) == 10 B',
    'count(peer.control_sent) == 4',
  ],
  'peer.failed_pieces': ['sum(peer.failed_pieces) == 1', 'max(peer.failed_pieces{nat=symmetric}) == 1'],
  'peer.share_ratio': ['max(peer.share_ratio{have=all}) == 1', 'sum(peer.share_ratio{have!=all}) == 0.5'],
  // The seed: 200 bytes in 11 s at 1000 bytes/s; a: 100 in 12 s; b none in 12 s; c never came.
  'peer.upload_use': [
    'max(peer.upload_use) within 0.01% of 200 / 11000',
    'count(peer.upload_use) == 3',
    'sum(peer.upload_use{group=crowd}) within 0.01% of 100 / 12000',
  ],
  'peer.online_time': ['max(peer.online_time) == 12s', 'sum(peer.online_time) == 35s'],
  'peer.longest_stay': ['max(peer.longest_stay{peer=crowd-1}) == 10s'],
  'peer.away_time': ['sum(peer.away_time) == 2s'],
  'peer.capped_time': ['sum(peer.capped_time) == 0s', 'count(peer.capped_time) == 4'],
  // Somebody watches a: piece 0, which comes at 2 s, plays until 6 s, and piece 1 comes at 8 s.
  'peer.startup_delay': ['max(peer.startup_delay) == 2s', 'count(peer.startup_delay) == 1'],
  'peer.stalls': ['sum(peer.stalls) == 1', 'count(peer.stalls) == 1'],
  'peer.stall_time': ['sum(peer.stall_time) == 2s', 'count(peer.stall_time) == 1'],
  // Piece 1 would have had to be there 4 s after the beginning.
  'peer.least_delay': ['max(peer.least_delay) == 4s', 'count(peer.least_delay) == 1'],
  // a and b share 2 s to 8 s, when a completes; b was interested from 3 s to 5 s.
  'peer.interest': [
    'max(peer.interest) within 0.01% of 1 / 3',
    'min(peer.interest) == 0',
    'count(peer.interest) == 2',
  ],
  'peer.interest_of_others': ['max(peer.interest_of_others{peer=crowd-1}) within 0.01% of 1 / 3'],
  // a from 1 s to 7 s; b from 4 s to 10 s, when a crashed.
  'peer.unchoked_time': ['min(peer.unchoked_time{peer=crowd-1}) == 6s', 'sum(peer.unchoked_time) == 12s'],
  // a from 0 s to 1 s and from 7 s to 8 s; b from 3 s to 4 s.
  'peer.starved_time': ['max(peer.starved_time) == 2s', 'sum(peer.starved_time) == 3s'],
  'peer.most_connections': ['max(peer.most_connections) == 2', 'sum(peer.most_connections) == 4'],
  'peer.announces': ['sum(peer.announces) == 1', 'max(peer.announces{peer=crowd-1}) == 1'],
  'peer.failed_announces': ['max(peer.failed_announces{peer=crowd-2}) == 1'],
  'peer.progress': [
    'at 4s min(peer.progress) == 0',
    'at 5s min(peer.progress) == 50%',
    'at 12s min(peer.progress) == 0',
    'at 11s count(peer.progress) == 1',
  ],
  'peer.connections': [
    'at 0s max(peer.connections) == 1',
    'at 2s max(peer.connections) == 2',
    'at 12s min(peer.connections) == 0',
  ],
  'piece.first_copy_time': ['min(piece.first_copy_time) == 2s', 'max(piece.first_copy_time) == 8s'],
  'piece.downloads': ['sum(piece.downloads) == 3', 'max(piece.downloads) == 2'],
  'piece.failures': ['sum(piece.failures) == 1', 'min(piece.failures) == 0'],
  'piece.copies': ['max(piece.copies) == 1', 'min(piece.copies) == 0'],
  'piece.availability': [
    'at 5s max(piece.availability) == 3',
    'at 8s min(piece.availability) == 2',
    'at 11s min(piece.availability) == 0',
    'eventually from 1s fraction(piece.availability >= 2) == 1 by 8s',
  ],
  'peers.present': [
    'at 2s peers.present == 3',
    'at 11s peers.present == 1',
    'at 12s peers.present{nat=symmetric} == 1',
  ],
  'peers.complete': ['at 8s peers.complete == 2', 'at 10s peers.complete == 1', 'at 12s peers.complete == 0'],
  'peers.leeching': ['at 2s peers.leeching == 2', 'at 8s peers.leeching == 1', 'at 12s peers.leeching == 2'],
  'peers.away': ['at 9s peers.away == 0', 'at 10s peers.away == 1', 'at 12s peers.away == 0'],
  'swarm.one_club': ['at 2s swarm.one_club == 1', 'at 5s swarm.one_club == 2', 'at 8s swarm.one_club == 1'],
  // Pieces have 3 and 1 copies at 5 s.
  'swarm.distributed_copies': [
    'at 5s swarm.distributed_copies == 1.5',
    'at 0s swarm.distributed_copies == 1',
  ],
  'swarm.rarest_set': ['at 0s swarm.rarest_set == 2', 'at 5s swarm.rarest_set == 1'],
  'swarm.sent_rate': ['at 0s swarm.sent_rate == 30 B/s', 'at 10s swarm.sent_rate == 0'],
  'swarm.uplink': ['at 2s swarm.uplink == 3000 B/s', 'at 11s swarm.uplink == 1000 B/s'],
  // 300 bytes over 35 s of uplinks, since b never completes.
  'swarm.upload_use': ['swarm.upload_use within 0.01% of 300 / 35000'],
  'swarm.seed_copies': ['swarm.seed_copies == 1'],
  // a sent 100 and b nothing: 100² / (2 · 100²).
  'swarm.fairness': ['swarm.fairness == 0.5'],
  // 200 bytes by 8 s, when the last piece had a copy.
  'swarm.copies_out': ['swarm.copies_out == 1'],
  'swarm.first_full_copy': ['swarm.first_full_copy == 8s'],
  'tracker.announces': ['tracker.announces == 1'],
  'tracker.failed_announces': ['tracker.failed_announces == 1'],
  'torrent.size': ['max(peer.received{peer=crowd-1}) == torrent.size'],
  'torrent.pieces': ['sum(piece.downloads) == torrent.pieces + 1'],
  // F/u_s = 200 ms; both are held up by downlinks: 2 s + 200 ms for b.
  'bound.completion': ['bound.completion == 2200ms'],
  // a is the only one to complete, at 8 s, and could have done so at 200 ms.
  'bound.prefix_margin': ['bound.prefix_margin == 40'],
  // The seed sends 400 bytes from 0 s on: 400 ms; b cannot have them before 2.2 s.
  'bound.client_server': ['bound.client_server == 2200ms'],
  'run.duration': ['run.duration == 14s'],
};

describe('reckoned by hand', () => {
  it.each(METRIC_NAMES)('%s', (name) => {
    const texts = BY_HAND[name] ?? [];
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      expect(text).toContain(name);
      expect({ text, ...holds(text) }).toMatchObject({ status: 'held' });
    }
  });
});

describe('of a part of the peers', () => {
  it.each([
    'sum(peer.sent where peer.received > 0) == 100 B',
    'max(peer.download_time where peer.arrival_time < 1s) == 8s',
    'fraction(peer.sent > 50 B where peer.arrival_time <= 1s) == 1',
    'at 5s max(peer.progress where peer.connections >= 2) == 50%',
    'sum(piece.downloads where piece.failures == 0) == 2',
  ])('%s', (text) => {
    expect({ text, ...holds(text) }).toMatchObject({ status: 'held' });
  });

  it('has no value where nobody is left', () => {
    expect(holds('mean(peer.sent where peer.arrival_time > 3s and peer.arrival_time < 4s) >= 0').status).toBe(
      'no-data',
    );
  });
});

describe('on average over time', () => {
  // Three are there from 2 s to 10 s, two until 11 s, one until 12 s, then two.
  it.each([
    'average(peers.present from 2s until 12s) == 2.7',
    'average(peers.present{group=crowd} during 2s..10s) == 2',
    'average(peers.present) == 2.5',
    'average(peers.present from 12s) == 2',
    'average(swarm.uplink from 2s until 10s) == 3000 B/s',
  ])('%s', (text) => {
    expect({ text, ...holds(text) }).toMatchObject({ status: 'held' });
  });

  it('has no value after the end', () => {
    expect(holds('average(peers.present from 15s) >= 0').status).toBe('no-data');
  });
});

describe('where there is nothing', () => {
  const empty = new TraceMetrics(handTrace({ peers: [{ id: 'crowd-1' }], endUs: 10, tell: () => {} }));

  it.each(METRIC_NAMES)('%s invents nothing', (name) => {
    const { of, overTime } = METRICS[name];
    const many = of === 'peer' || of === 'piece';
    const text = `${overTime ? 'always ' : ''}${many ? `max(${name})` : name} >= 0`;
    const compiled = compileExpectation(ordinary('it'), text, 1, groupsOnly([['crowd', 1]]));
    // What is known before the run is not measured.
    if (!compiled.ok)
      return expect(compiled.complaints[0]?.message).toBe('nothing in this expression is measured');
    const [verdict] = judge([compiled.value], empty);
    const isNought = METRICS[name].empty.includes('nought') || name === 'run.duration';
    const isZero = isNought || name === 'peer.complete';
    expect({ name, status: verdict?.status }).toEqual({ name, status: isZero ? 'held' : 'no-data' });
    if (!isZero) expect(verdict?.reason).toBeTruthy();
  });
});
