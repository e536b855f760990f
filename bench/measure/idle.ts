/**
 * One virtual day in which nothing is to be transferred. Two seeds part from each other, because there is nothing to be
 * had or given, so a swarm of seeds has no connections; what it costs is timers and trackers. Connections stay where
 * nobody is complete: peers that all hold the same part of the content, while nobody has the rest.
 */
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import { planOf } from './swarm.ts';

export type IdleKind = 'seeds' | 'partial';

export interface IdleMeasurement {
  readonly peers: number;
  /** For the day alone, without the hour before it in which the peers meet. */
  readonly wallSeconds: number;
  readonly events: number;
  /** Connection ends at the beginning of the day and at its end. */
  readonly endsBefore: number;
  readonly endsAfter: number;
  /** Connection ends that came and went during the day. */
  readonly opened: number;
}

const HOUR_US = 3_600_000_000;
/** Small, so that the day ends on the second. */
const SLICE_EVENTS = 50;

const LINK = '{ down: 16 Mbit/s, up: 4 Mbit/s, latency: 10ms..30ms }';

/** A run ends when nothing can change any more; the one that comes at the very end keeps it going. */
function seedsScenario(peers: number): string {
  return `
version: 1
name: bench-idle-seeds
seed: 1
time: { until: 26h }
torrent: { size: 64 MiB, piece: 256 KiB }
peers:
  - { group: seeds, count: ${peers}, have: all, link: ${LINK}, arrive: { process: flash, within: 10s } }
  - { group: late, link: ${LINK}, arrive: { at: 25h59m59s } }
expect:
  - { name: it is counted, that: "count(peer.complete) >= 1" }
`;
}

/** The only source leaves when it has sent about half of the content once; the rest is nowhere. */
function partialScenario(peers: number): string {
  return `
version: 1
name: bench-idle-partial
seed: 1
time: { until: 26h }
torrent: { size: 16 MiB, piece: 256 KiB }
peers:
  - { group: origin, have: all, link: { down: 2 Mbit/s, up: 2 Mbit/s, latency: 15ms }, stay: { until: 40s } }
  - { group: crowd, count: ${peers}, link: ${LINK}, arrive: { process: flash, within: 10s } }
expect:
  - { name: it is counted, that: "count(peer.complete) >= 1" }
`;
}

export function measureIdle(kind: IdleKind, peers: number): IdleMeasurement {
  const plan = planOf(kind === 'seeds' ? seedsScenario(peers) : partialScenario(peers));
  const run = new SimulatedRun(plan, new NodeHasher());
  while (run.nowUs < HOUR_US && run.advance(SLICE_EVENTS));
  const beginUs = run.nowUs;
  const events = run.eventCount;
  const start = performance.now();
  while (run.nowUs < beginUs + 24 * HOUR_US && run.advance(SLICE_EVENTS));
  const wallSeconds = (performance.now() - start) / 1000;
  const trace = run.finish();
  if (kind === 'partial') checkShares(trace);
  return { peers, wallSeconds, events: run.eventCount - events, ...countEnds(trace, beginUs) };
}

function countEnds(
  { events }: Trace,
  beginUs: number,
): { endsBefore: number; endsAfter: number; opened: number } {
  let ends = 0;
  let endsBefore = 0;
  let opened = 0;
  for (let row = 0; row < events.count; row++) {
    const isNew = (events.timeUs[row] as number) >= beginUs;
    if (events.kind[row] === EventKind.connected) {
      ends++;
      if (isNew) opened++;
    } else if (events.kind[row] === EventKind.disconnected) ends--;
    if (!isNew) endsBefore = ends;
  }
  return { endsBefore, endsAfter: ends, opened };
}

/** Throws unless all those of the crowd hold the same number of pieces, and not all. */
function checkShares({ events, header }: Trace): void {
  const held = new Int32Array(header.peers.length);
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== EventKind.pieceVerified) continue;
    const peer = events.peer[row] as number;
    held[peer] = (held[peer] as number) + 1;
  }
  const crowd = held.subarray(1);
  const least = Math.min(...crowd);
  if (least !== Math.max(...crowd) || least === 0 || least === header.torrent.pieceCount) {
    throw new Error(`the crowd holds ${least} to ${Math.max(...crowd)} pieces: it is not idle`);
  }
}
