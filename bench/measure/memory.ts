/**
 * What a swarm in full swing keeps alive: everything reachable after a full garbage collection, on the heap and in
 * buffers. The cost of a connection end is the difference of two such worlds, which differ in nothing but in how many
 * connections a peer may have. The trace grows with time and not with connections; its share is found by recording it
 * once more, and is taken out. Needs `--expose-gc`.
 */
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { TraceRecorder } from '../../src/trace/recorder.ts';
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import { planOf, swarmScenario } from './swarm.ts';

export interface MemoryMeasurement {
  readonly peers: number;
  /** Connections that are up, counted at both ends. */
  readonly ends: number;
  /** Alive for the whole world, the trace included. */
  readonly liveBytes: number;
  readonly traceBytes: number;
  /** How far the swarm was, in hundredths of all bytes. */
  readonly downloadedPercent: number;
}

const CONTENT_MIB = 64;
/** Everybody has come and is connected, nobody is complete. */
const LOOK_AT_US = 60_000_000;
const SLICE_EVENTS = 1_000;

export function measureMemory(peers: number, connections: number): MemoryMeasurement {
  const plan = planOf(swarmScenario({ peers, contentMiB: CONTENT_MIB, connections }));
  const before = liveBytes();
  const run = new SimulatedRun(plan, new NodeHasher());
  while (run.nowUs < LOOK_AT_US && run.advance(SLICE_EVENTS));
  const live = liveBytes() - before;
  const { transferBytes, decisionBytes } = run.traceSize;
  const trace = run.finish();
  const received = trace.totals.receivedBytes.reduce((sum, bytes) => sum + bytes, 0);
  return {
    peers,
    ends: countEnds(trace),
    liveBytes: live,
    traceBytes: recordedBytes(trace) + transferBytes + decisionBytes,
    downloadedPercent: (received * 100) / (peers * CONTENT_MIB * 2 ** 20),
  };
}

/** Bytes that recording the same events keeps alive. */
function recordedBytes({ header, events }: Trace): number {
  const before = liveBytes();
  let nowUs = 0;
  const recorder = new TraceRecorder(header, () => nowUs);
  for (let row = 0; row < events.count; row++) {
    nowUs = events.timeUs[row] as number;
    const [kind, peer] = [events.kind[row] as number, events.peer[row] as number];
    recorder.event(kind, peer, events.a[row] as number, events.b[row] as number, events.c[row] as number);
  }
  const bytes = liveBytes() - before;
  // Keeps the recorder alive until here.
  return recorder.peerAt({ host: '', port: 0 }) < 0 ? bytes : 0;
}

function countEnds({ events }: Trace): number {
  let ends = 0;
  for (const kind of events.kind) {
    if (kind === EventKind.connected) ends++;
    else if (kind === EventKind.disconnected) ends--;
  }
  return ends;
}

function liveBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('memory is measured with --expose-gc only');
  gc();
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
