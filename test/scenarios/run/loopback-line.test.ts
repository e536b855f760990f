/** The rates of a line on real sockets: timetable, caps and faults, in a time that the test moves. */
import { describe, expect, it } from 'vitest';
import type { PlannedCap, PlannedLink } from '../../../src/scenarios/plan.ts';
import { LoopbackLine } from '../../../src/scenarios/run/loopback-line.ts';
import { VirtualClock } from '../../host/virtual-clock.ts';

const HOUR_US = 3_600_000_000;
const LINK: PlannedLink = {
  upBytesPerSec: 100_000,
  downBytesPerSec: 1_000_000,
  latencyUs: 0,
  queueBytes: 65_536,
  jitterUs: 0,
  lossPerMillion: 0,
  lossBurst: 1,
  region: undefined,
  nat: 'open',
  schedule: [],
  caps: [],
};

function cap(
  counts: PlannedCap['counts'],
  bytes: number,
  periodUs: number,
  outcome: PlannedCap['then'],
): PlannedCap {
  // biome-ignore lint/suspicious/noThenProperty: the plan's word for what becomes of the line; never awaited.
  return { counts, bytes, periodUs, then: outcome };
}

function line(link: Partial<PlannedLink>, startsAtUs = 0) {
  const clock = new VirtualClock();
  const rates: (readonly [number, number])[] = [];
  const told: string[] = [];
  const made = new LoopbackLine(clock, { ...LINK, ...link }, startsAtUs, {
    onRates: (up, down) => rates.push([up, down]),
    onLineChanged: (_up, _down, reason) => told.push(`${reason} at ${clock.now() / HOUR_US} h`),
  });
  return { clock, rates, told, made };
}

describe('the line of a machine on real sockets', () => {
  it('follows its timetable through the week, from the time of the week at which the run starts', () => {
    const evening = { fromUs: 19 * HOUR_US, toUs: 23 * HOUR_US, upPerMille: 500, downPerMille: 100 };
    const { clock, rates, told, made } = line({ schedule: [evening] }, 18 * HOUR_US);
    made.begin(0);
    clock.runTo(6 * HOUR_US);
    expect(rates).toEqual([
      [50_000, 100_000],
      [100_000, 1_000_000],
    ]);
    expect(told).toEqual(['schedule at 1 h', 'schedule at 5 h']);
  });

  it('slows down when a data cap is used up, until its period ends', () => {
    const { clock, rates, told, made } = line(
      { caps: [cap('both', 1000, 24 * HOUR_US, { kind: 'throttle', bytesPerSec: 8000 })] },
      23 * HOUR_US,
    );
    made.begin(0);
    made.passed('up', 600);
    made.passed('down', 399);
    expect(rates).toEqual([]);
    made.passed('down', 1);
    made.passed('down', 500);
    clock.runTo(2 * HOUR_US);
    expect(rates).toEqual([
      [8000, 8000],
      [100_000, 1_000_000],
    ]);
    expect(told).toEqual(['cap at 0 h', 'cap renewed at 1 h']);
    made.passed('up', 999);
    expect(rates).toHaveLength(2);
  });

  it('cuts both directions off when the cap says so, whatever it counts', () => {
    const { rates, made } = line({ caps: [cap('up', 10, HOUR_US, { kind: 'cut' })] });
    made.begin(0);
    made.passed('down', 1_000_000);
    expect(rates).toEqual([]);
    made.passed('up', 10);
    expect(rates).toEqual([[0, 0]]);
  });

  it('gives the least of what faults allow, and all of it again when they are lifted in any order', () => {
    const { rates, told, made } = line({});
    made.begin(0);
    const liftFirst = made.limit(20_000, undefined);
    const liftSecond = made.limit(50_000, 0);
    liftFirst();
    liftFirst();
    liftSecond();
    expect(rates).toEqual([
      [20_000, 1_000_000],
      [20_000, 0],
      [50_000, 0],
      [100_000, 1_000_000],
    ]);
    expect(told.map((text) => text.split(' ')[0])).toEqual(['fault', 'fault', 'restored', 'restored']);
  });
});
