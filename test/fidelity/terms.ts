/**
 * What the simulated network has a closed form for, each term measured in a small world of its own: a transfer, a message, a
 * cap. The table in docs/FIDELITY.md is made of these, and a test holds each to its tolerance.
 */

import { LossChain } from '../../src/sim/loss-chain.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { BLOCK, rig } from '../sim/disk-world.ts';
import { type End, SmallWorld } from '../sim/small-world.ts';

export interface TermCase {
  readonly expected: number;
  readonly measured: number;
}

export interface Term {
  readonly name: string;
  /** The closed form, in words and signs. */
  readonly law: string;
  /** How far a measured value may lie from the law, as a share of it; 0: to the microsecond or the byte. */
  readonly tolerance: number;
  /** The test that has more of its kind. */
  readonly heldBy: string;
  measure(): TermCase[];
}

const FAST = { upBytesPerSec: 1e9, downBytesPerSec: 1e9 };
const SECOND_US = 1_000_000;
const MSS = 1_460;
const FIRST_WINDOW = 14_600;

/** Bytes per second that arrive over `seconds`, once `lead` seconds have passed. */
function rateOf(world: SmallWorld, end: End, seconds: number, lead = 0): number {
  world.run(lead);
  const before = end.receivedBytes;
  world.run(seconds);
  return (end.receivedBytes - before) / seconds;
}

/** Microseconds from now until the last byte of what `send` sends has arrived. */
function timeOf(
  world: SmallWorld,
  [left, right]: readonly [End, End],
  bytes: number,
  withinSeconds = 60,
): number {
  const startUs = world.simulation.nowUs;
  left.send(bytes);
  world.run(withinSeconds);
  return (right.arrivals.at(-1)?.atUs ?? Number.NaN) - startUs;
}

function oneStream(up: number, down: number): TermCase {
  const world = new SmallWorld();
  const [left, right] = world.connect(
    world.host({ upBytesPerSec: up }),
    world.host({ downBytesPerSec: down }),
  );
  left.sendForEver();
  return {
    expected: Math.min(up, down),
    measured: rateOf(world, right, 20_000_000 / Math.min(up, down), 10),
  };
}

/** a → x, a → y, b → y: a's uplink of 600 kB/s binds its two at 300, and b gets what y's 900 have left. */
function crossing(): TermCase[] {
  const world = new SmallWorld();
  const a = world.host({ upBytesPerSec: 6e5 });
  const b = world.host({ upBytesPerSec: 1e7 });
  const x = world.host({ downBytesPerSec: 1e7 });
  const y = world.host({ downBytesPerSec: 9e5 });
  const pairs = [world.connect(a, x), world.connect(a, y), world.connect(b, y)];
  for (const [left] of pairs) left.sendForEver();
  world.run(1_000);
  return pairs.map(([, right], index) => ({
    expected: [3e5, 3e5, 6e5][index] as number,
    measured: right.receivedBytes / 1_000,
  }));
}

/** 100 kB and 300 kB share 1 MB/s: the first is done at 0.2 s, the second, alone then, at 0.4 s. */
function leftOver(): TermCase[] {
  const world = new SmallWorld();
  const source = world.host();
  const pairs = [world.connect(source, world.host()), world.connect(source, world.host())];
  const startUs = world.simulation.nowUs;
  for (const [index, [left]] of pairs.entries()) left.send([100_000, 300_000][index] as number);
  world.run(10);
  return pairs.map(([, right], index) => ({
    expected: [200_000, 400_000][index] as number,
    measured: (right.arrivals.at(-1)?.atUs ?? Number.NaN) - startUs,
  }));
}

function opening(here: number, there: number): TermCase {
  const world = new SmallWorld();
  const end = world.dial(world.host({ latencyUs: here }), world.host({ latencyUs: there }));
  world.run(5);
  return { expected: 2 * (here + there), measured: end.openedUs };
}

function delivery(bytes: number, rate: number, latencyUs: number): TermCase {
  const world = new SmallWorld({ initialWindowBytes: 1e7 });
  const pair = world.connect(world.host({ upBytesPerSec: rate, latencyUs }), world.host(FAST));
  return {
    expected: Math.ceil((bytes / rate) * SECOND_US) + latencyUs,
    measured: timeOf(world, pair, bytes),
  };
}

/** The windows hold a backlog of two streams in front of the source; a message of one byte waits for it. */
function queueing(latencies: readonly number[], window: number): TermCase {
  const rate = 100_000;
  const world = new SmallWorld({ initialWindowBytes: window, maxWindowBytes: window });
  const source = world.host({ upBytesPerSec: rate, queueBytes: 1e6 });
  const pair = world.connect(source, world.host({ ...FAST, queueBytes: 0 }));
  const flows = latencies.map((latencyUs) =>
    world.connect(source, world.host({ ...FAST, queueBytes: 0, latencyUs })),
  );
  for (const [left] of flows) left.send(1e6);
  world.run(2);
  const onTheWay = latencies.map((latencyUs) => ((rate / latencies.length) * 2 * latencyUs) / SECOND_US);
  const backlog = latencies.length * window - onTheWay.reduce((sum, bytes) => sum + bytes, 0);
  const startUs = world.simulation.nowUs;
  const count = pair[1].arrivals.length;
  pair[0].send(1);
  while (pair[1].arrivals.length === count && world.simulation.step());
  return {
    expected: ((backlog + 1) / rate) * SECOND_US,
    measured: (pair[1].arrivals.at(-1)?.atUs ?? Number.NaN) - startUs,
  };
}

/** (2^k - 1) first windows take k round trips; the last arrives half of one after it was sent. */
function slowStart(rounds: number): TermCase {
  const world = new SmallWorld();
  const pair = world.connect(
    world.host({ ...FAST, latencyUs: 50_000 }),
    world.host({ ...FAST, latencyUs: 50_000 }),
  );
  const bytes = (2 ** rounds - 1) * FIRST_WINDOW;
  return { expected: rounds * 200_000 + 100_000, measured: timeOf(world, pair, bytes) };
}

function lossy(p: number, roundTripMs: number): TermCase {
  const world = new SmallWorld();
  const from = world.host({ ...FAST, latencyUs: roundTripMs * 500, lossPerMillion: p * 1e6 });
  const [left, right] = world.connect(from, world.host(FAST));
  left.sendForEver();
  const law = ((MSS / (roundTripMs / 1e3)) * 1.22) / Math.sqrt(p);
  return { expected: law, measured: rateOf(world, right, 200, 30) };
}

/** Shares of messages that arrive at once, after one retransmission, after two. */
function retransmitted(p: number): TermCase[] {
  const world = new SmallWorld();
  const [left, right] = world.connect(
    world.host({ latencyUs: 20_000, lossPerMillion: p * 1e6 }),
    world.host(),
  );
  const count = 4_000;
  const late: number[] = [];
  for (let index = 0; index < count; index++) {
    const startUs = world.simulation.nowUs;
    left.send(100);
    world.run(600);
    late.push((right.arrivals[index]?.atUs ?? Number.NaN) - startUs - 20_200);
  }
  return [0, 1, 3].map((seconds, losses) => ({
    expected: p ** losses * (1 - p),
    measured: late.filter((us) => us === seconds * SECOND_US).length / count,
  }));
}

/** What was sent into a cut that is healed after so long arrives with the first retransmission that follows. */
function cut(healSeconds: number, againSeconds: number): TermCase {
  const world = new SmallWorld();
  const from = world.host({ latencyUs: 15_000 });
  const to = world.host({ latencyUs: 5_000 });
  const [left, right] = world.connect(from, to);
  const startUs = world.simulation.nowUs;
  const lift = world.layBothWays('cut', from, to);
  left.send(100);
  world.run(healSeconds);
  lift();
  world.run(300);
  return {
    expected: againSeconds * SECOND_US + 20_200,
    measured: (right.arrivals.at(-1)?.atUs ?? Number.NaN) - startUs,
  };
}

/** When a cap is full, and how much has passed by then. */
function cap(bytes: number, rate: number): TermCase[] {
  const world = new SmallWorld();
  // biome-ignore lint/suspicious/noThenProperty: what a scenario says
  const caps = [{ counts: 'up', bytes, periodUs: 3_600 * SECOND_US, then: { kind: 'cut' } }] as const;
  const host = world.host({ upBytesPerSec: rate, caps });
  let fullUs = Number.NaN;
  host.line.listener = {
    onLineChanged: () => {
      if (Number.isNaN(fullUs)) fullUs = world.simulation.nowUs;
    },
  };
  const [left] = world.connect(host, world.host({ downBytesPerSec: 1e9 }));
  const startUs = world.simulation.nowUs;
  left.sendForEver();
  world.run((2 * bytes) / rate);
  return [
    { expected: Math.ceil((bytes * SECOND_US) / rate), measured: fullUs - startUs },
    { expected: bytes, measured: Math.round(host.line.capStates()[0]?.usedBytes ?? 0) },
  ];
}

/** The k-th of three datagrams that are sent at once. */
function datagrams(): TermCase[] {
  const world = new SmallWorld();
  const from = world.host({ upBytesPerSec: 100_000, latencyUs: 7_000 });
  const to = world.host({ downBytesPerSec: 500_000, latencyUs: 3_000 });
  const arrivals: number[] = [];
  const bind = (host: SimulatedHost) =>
    host.network.bindDatagrams(5_000, {
      onBound() {},
      onDatagramError() {},
      onDatagram: () => arrivals.push(world.simulation.nowUs),
    });
  const socket = bind(from);
  bind(to);
  world.run(0.001);
  const startUs = world.simulation.nowUs;
  for (let count = 0; count < 3; count++)
    socket.send(new Uint8Array(1_000), { host: to.address, port: 5_000 });
  world.run(1);
  return arrivals.map((atUs, k) => ({
    expected: (k + 1) * (1_000 / 0.1 + 1_000 / 0.5) + 10_000,
    measured: atUs - startUs,
  }));
}

function datagramLoss(p: number, burst: number): TermCase[] {
  const chain = new LossChain('7/home/up');
  const count = 400_000;
  let lost = 0;
  let bursts = 0;
  let before = false;
  for (let index = 0; index < count; index++) {
    const loses = chain.loses(p * 1e6, burst, index * 10);
    if (loses) lost++;
    if (loses && !before) bursts++;
    before = loses;
  }
  return [
    { expected: p, measured: lost / count },
    { expected: burst, measured: lost / bursts },
  ];
}

/** The k-th block of a disk that takes so long for each. */
function disk(accessUs: number, bytesPerSec: number): TermCase[] {
  const world = rig({ payload: 'reference', accessUs, readBytesPerSec: bytesPerSec, have: 'all' });
  const port = world.open();
  for (let k = 0; k < 4; k++) port.read(0, k * BLOCK, BLOCK, k);
  world.simulation.runUntilIdle();
  const blockUs = accessUs + Math.ceil((BLOCK / bytesPerSec) * SECOND_US);
  return world.answers.map(({ atUs }, k) => ({ expected: (k + 1) * blockUs, measured: atUs }));
}

export const TERMS: readonly Term[] = [
  {
    name: 'rate of one stream',
    law: 'min(uplink, downlink)',
    tolerance: 2e-3,
    heldBy: 'test/sim/sharing',
    measure: () => [oneStream(1e6, 3e5), oneStream(3e5, 1e6), oneStream(7_777, 1e9)],
  },
  {
    name: 'streams that cross',
    law: 'max-min fair shares of every link',
    tolerance: 2e-3,
    heldBy: 'test/sim/sharing',
    measure: crossing,
  },
  {
    name: 'what a stream leaves is shared out at once',
    law: 'both ends of two transfers on one uplink',
    tolerance: 0,
    heldBy: 'test/sim/sharing',
    measure: leftOver,
  },
  {
    name: 'opening',
    law: 'one round trip',
    tolerance: 0,
    heldBy: 'test/sim/streams, dial',
    measure: () => [opening(12_000, 30_000), opening(100, 250_000)],
  },
  {
    name: 'delivery of a block',
    law: 'bytes / rate + latency',
    tolerance: 0,
    heldBy: 'test/sim/streams',
    measure: () => [delivery(16_384, 100_000, 750), delivery(262_144, 62_500, 40_000)],
  },
  {
    name: 'slow start',
    law: '(2^k - 1) × 14,600 bytes in k round trips',
    tolerance: 0,
    heldBy: 'test/sim/streams',
    measure: () => [1, 3, 5].map(slowStart),
  },
  {
    name: 'queueing of a small message',
    law: '(windows - rate × round trip) / rate',
    tolerance: 1e-4,
    heldBy: 'test/sim/streams-queue',
    measure: () => [queueing([30_000, 100_000], 40_000), queueing([50_000], 60_000)],
  },
  {
    name: 'rate under loss',
    law: 'MSS / RTT × 1.22 / √p (Mathis and others, 1997)',
    tolerance: 0.02,
    heldBy: 'test/sim/loss',
    measure: () => [0.001, 0.01, 0.05].flatMap((p) => [lossy(p, 10), lossy(p, 60), lossy(p, 300)]),
  },
  {
    name: 'small messages under loss',
    law: 'share p^k (1 - p) with the k-th retransmission, after 1, 3, 7 … s',
    tolerance: 0.12,
    heldBy: 'test/sim/loss',
    measure: () => retransmitted(0.3),
  },
  {
    name: 'a cut that heals',
    law: 'the next of 1, 3, 7, 15, 31, 63 s after the send',
    tolerance: 0,
    heldBy: 'test/sim/stalls',
    measure: () => [cut(0.5, 1), cut(6, 7), cut(40, 63)],
  },
  {
    name: 'a data cap',
    law: 'full at bytes / rate, with not a byte more',
    tolerance: 0,
    heldBy: 'test/sim/data-cap',
    measure: () => [...cap(1_000_000, 1e6), ...cap(777_777, 300_007)],
  },
  {
    name: 'datagrams one after the other',
    law: 'k × (bytes / uplink + bytes / downlink) + latency',
    tolerance: 0,
    heldBy: 'test/sim/datagrams',
    measure: datagrams,
  },
  {
    name: 'loss of datagrams',
    law: 'share p, bursts of the given mean (Gilbert, 1960)',
    tolerance: 0.03,
    heldBy: 'test/sim/loss-chain',
    measure: () => [...datagramLoss(0.05, 3), ...datagramLoss(0.3, 10)],
  },
  {
    name: 'a disk',
    law: 'k × (access + bytes / rate)',
    tolerance: 0,
    heldBy: 'test/sim/disk-service',
    measure: () => [...disk(8_000, 16_384_000), ...disk(250, 100_000_000)],
  },
];

/** The largest distance from the law, as a share of it. */
export function errorOf(cases: readonly TermCase[]): number {
  return cases.reduce((most, { expected, measured }) => {
    const error = Math.abs(measured - expected) / expected;
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(most, error);
  }, 0);
}

export function describeError(error: number): string {
  if (error === 0) return 'none';
  return error >= 1e-3 ? `${(error * 100).toFixed(1)} %` : `${Math.ceil(error * 1e6)} in a million`;
}

/** The table of docs/FIDELITY.md. */
export function fidelityTable(measured: (term: Term) => readonly TermCase[]): string {
  const rows = TERMS.map((term) => {
    const { name, law, tolerance, heldBy } = term;
    const cases = measured(term);
    const bound = tolerance === 0 ? 'none' : describeError(tolerance);
    return `| ${name} | ${law} | ${cases.length} | ${describeError(errorOf(cases))} | ${bound} | ${heldBy} |`;
  });
  return [
    '| term | closed form | cases | largest error | allowed | more of it |',
    '| ---- | ----------- | ----- | ------------- | ------- | ---------- |',
    ...rows,
    '',
  ].join('\n');
}
