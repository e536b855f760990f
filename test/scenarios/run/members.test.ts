/** Who is there when, and what they hold when they come back. */
import { describe, expect, it } from 'vitest';
import type { PlannedPeer } from '../../../src/scenarios/plan.ts';
import { STAYS } from '../../../src/scenarios/plan-defaults.ts';
import type { Machine } from '../../../src/scenarios/run/machine.ts';
import { Member } from '../../../src/scenarios/run/member.ts';
import type { PeerProgram } from '../../../src/scenarios/run/peer-program.ts';
import { traceHeader } from '../../../src/scenarios/run/trace-header.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import { Departure, EventKind, type Trace } from '../../../src/trace/trace.ts';
import { FakeClock } from '../../support/fake-world.ts';
import { SECOND, SMALL_BYTES, SMALL_PIECES, simulate, smallPlan } from '../../support/small-plan.ts';

/** Times in seconds of one peer's events of a kind. */
function times(trace: Trace, kind: number, peer: number, a?: number): number[] {
  const { events } = trace;
  const found: number[] = [];
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== kind || events.peer[row] !== peer) continue;
    if (a === undefined || events.a[row] === a) found.push((events.timeUs[row] as number) / SECOND);
  }
  return found;
}

/** Seconds at which the peer left, with the reason. */
function departures(trace: Trace, peer: number): [number, string][] {
  const { events, strings } = trace;
  const found: [number, string][] = [];
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== EventKind.left || events.peer[row] !== peer) continue;
    found.push([(events.timeUs[row] as number) / SECOND, strings[events.c[row] as number] as string]);
  }
  return found;
}

const completed = (trace: Trace, peer: number): number[] => times(trace, EventKind.completed, peer);

describe('a peer that is switched off', () => {
  const absences = [{ fromUs: 4 * SECOND, toUs: 30 * SECOND }];
  const trace = simulate(smallPlan([{}, { absences }]));

  it('leaves and joins at the microsecond', () => {
    expect(times(trace, EventKind.left, 1, Departure.switchedOff)).toEqual([4]);
    expect(times(trace, EventKind.joined, 1)).toEqual([0, 30]);
  });

  it('goes on with what it had stored and fetches none of it again', () => {
    const restored = times(trace, EventKind.pieceVerified, 1).filter((at) => at === 30);
    expect(restored.length).toBeGreaterThan(5);
    expect(restored.length).toBeLessThan(SMALL_PIECES);
    expect(completed(trace, 1)).toHaveLength(1);
    expect(completed(trace, 1)[0]).toBeGreaterThan(30);
    // Blocks of unfinished pieces are fetched again.
    expect(trace.totals.receivedBytes[1]).toBeLessThan(SMALL_BYTES + 10 * 65_536);
  });

  it('receives nothing while it is off', () => {
    const { received, intervalUs } = trace.samples;
    for (let row = 5; row < 30; row++) expect([row, received[row * 2 + 1]]).toEqual([row, 0]);
    expect(intervalUs).toBe(SECOND);
  });
});

it('a peer that is switched off for less time than its goodbye takes comes back once that is said', () => {
  const absences = [{ fromUs: 4 * SECOND, toUs: 4 * SECOND + 1 }];
  const trace = simulate(smallPlan([{}, { absences }]));
  expect(times(trace, EventKind.joined, 1)).toHaveLength(2);
  expect(times(trace, EventKind.joined, 1)[1]).toBeLessThan(10);
  expect(completed(trace, 1)).toHaveLength(1);
});

describe('a peer that crashes', () => {
  const crash = (restartAfterUs: number | undefined) =>
    simulate(
      smallPlan([{}, {}, {}], {
        events: [{ kind: 'crash', atUs: 8 * SECOND, label: 'crash', peers: [1], restartAfterUs }],
      }),
    );

  it('comes back when planned, with what was synced, and completes', () => {
    const trace = crash(20 * SECOND);
    expect(times(trace, EventKind.left, 1, Departure.crashed)).toEqual([8]);
    expect(times(trace, EventKind.joined, 1)).toEqual([0, 28]);
    const before = times(trace, EventKind.pieceVerified, 1).filter((at) => at < 8);
    const found = times(trace, EventKind.pieceVerified, 1).filter((at) => at === 28);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(before.length);
    expect(completed(trace, 1)).toHaveLength(1);
  });

  it('does not come back when nothing brings it back, and the run does not wait for it', () => {
    const trace = crash(undefined);
    expect(times(trace, EventKind.joined, 1)).toEqual([0]);
    expect(completed(trace, 1)).toEqual([]);
    expect(completed(trace, 2)).toHaveLength(1);
    expect(trace.endUs).toBeLessThan(600 * SECOND);
  });
});

describe('departures', () => {
  it('so long after completion', () => {
    const trace = simulate(smallPlan([{}, { leave: { ...STAYS, afterCompleteUs: 5 * SECOND } }]));
    const [at] = completed(trace, 1) as [number];
    expect(departures(trace, 1)).toEqual([[at + 5, 'stayed as long as planned']]);
  });

  it('at a time', () => {
    const trace = simulate(smallPlan([{}, { leave: { ...STAYS, atUs: 3 * SECOND } }, {}]));
    expect(departures(trace, 1)).toEqual([[3, 'left as planned']]);
    expect(completed(trace, 2)).toHaveLength(1);
  });

  it('on giving up, but not when it is complete by then', () => {
    const leave = (seconds: number) => ({ ...STAYS, abortAfterUs: seconds * SECOND });
    const trace = simulate(smallPlan([{}, { leave: leave(2) }, { leave: leave(300), arriveUs: SECOND }]));
    expect(departures(trace, 1)).toEqual([[2, 'gave up']]);
    expect(departures(trace, 2)).toEqual([]);
    expect(completed(trace, 2)).toHaveLength(1);
  });

  it('at a share ratio, and not before it is complete', () => {
    const seedLeaves = { leave: { ...STAYS, atShareRatioPerMille: 1200 } };
    const trace = simulate(smallPlan([seedLeaves, {}, {}, {}]));
    const [[at, reason]] = departures(trace, 0) as [[number, string]];
    expect(reason).toBe('its share ratio is reached');
    const { sent } = trace.samples;
    let sum = 0;
    for (let row = 0; row < Math.ceil(at); row++) sum += sent[row * 4] as number;
    expect(sum).toBeGreaterThanOrEqual(1.2 * SMALL_BYTES);
    expect(sum).toBeLessThan(1.2 * SMALL_BYTES + 300_000);

    const generous = { leave: { ...STAYS, atShareRatioPerMille: 1 } };
    const complete = simulate(smallPlan([{}, generous, {}]));
    expect(departures(complete, 1)[0]?.[0]).toBeGreaterThanOrEqual(completed(complete, 1)[0] as number);
  });

  it('once every piece has enough copies: the source goes, the swarm completes', () => {
    const trace = simulate(smallPlan([{ leave: { ...STAYS, whenCopies: 2 } }, {}, {}, {}, {}]));
    const [[at, reason]] = departures(trace, 0) as [[number, string]];
    expect(reason).toBe('every piece has 2 copies');
    const verified = new Set<number>();
    const { events } = trace;
    for (let row = 0; row < events.count && (events.timeUs[row] as number) / SECOND <= at; row++) {
      if (events.kind[row] === EventKind.pieceVerified && events.peer[row] !== 0) {
        verified.add(events.a[row] as number);
      }
    }
    expect(verified.size).toBe(SMALL_PIECES);
    for (const peer of [1, 2, 3, 4]) {
      expect(completed(trace, peer)).toHaveLength(1);
      expect(completed(trace, peer)[0]).toBeGreaterThan(at);
    }
  });

  it('before every piece has another copy: nobody completes', () => {
    const trace = simulate(smallPlan([{ leave: { ...STAYS, atUs: 5 * SECOND } }, {}, {}]));
    expect([1, 2].map((peer) => completed(trace, peer))).toEqual([[], []]);
    expect(trace.endUs).toBe(600 * SECOND);
  });
});

it('without a swarm those who come for the content give nothing', () => {
  const trace = simulate(smallPlan([{}, {}, {}, {}], { swarm: false }));
  expect([...trace.totals.sentBytes].slice(1)).toEqual([0, 0, 0]);
  expect(trace.totals.sentBytes[0]).toBeGreaterThanOrEqual(3 * SMALL_BYTES);
  for (const peer of [1, 2, 3]) expect(completed(trace, peer)).toHaveLength(1);
});

it('without a swarm they give nothing after a change of their settings either', () => {
  const plan = smallPlan([{}, {}, {}], {
    swarm: false,
    events: [{ kind: 'engine', label: 'slots', atUs: 2 * SECOND, peers: [1, 2], engine: { uploadSlots: 3 } }],
  });
  expect([...simulate(plan).totals.sentBytes].slice(1)).toEqual([0, 0]);
});

it('a peer that is to leave while it is away leaves without coming back', () => {
  const absences = [{ fromUs: 2 * SECOND, toUs: 20 * SECOND }];
  const trace = simulate(smallPlan([{}, { absences, leave: { ...STAYS, atUs: 5 * SECOND } }, {}]));
  expect(departures(trace, 1)).toEqual([
    [2, 'switched off'],
    [5, 'left as planned'],
  ]);
  expect(times(trace, EventKind.joined, 1)).toEqual([0]);
});

it('a peer that crashes and is back at once is not taken for a second connection of its former self', () => {
  const events = [
    { kind: 'crash', label: 'crash', atUs: 5 * SECOND, peers: [1], restartAfterUs: 2 * SECOND },
  ] as const;
  const trace = simulate(smallPlan([{}, {}], { events }));
  const [again] = times(trace, EventKind.connected, 1).filter((at) => at > 7);
  expect(again).toBeLessThan(8);
  expect(trace.strings).not.toContain('duplicate');
  expect(completed(trace, 1)).toHaveLength(1);
  expect(completed(trace, 1)[0]).toBeLessThan(60);
});

it('the end of a run waits for a member that is still saying goodbye', () => {
  const clock = new FakeClock();
  let saidGoodbye: (() => void) | undefined;
  const program: PeerProgram = {
    torrent: undefined,
    controlBytes: undefined,
    stored: () => 'none',
    configure: () => {},
    stop: (done) => {
      saidGoodbye = done;
    },
  };
  const plan = smallPlan([{}]);
  const machine = { connect: () => {}, disconnect: () => {}, faults: undefined } as unknown as Machine;
  const member = new Member(0, plan.peers[0] as PlannedPeer, 'none', machine, {
    clock,
    recorder: new TraceRecorder(traceHeader(plan), () => clock.now()),
    copies: undefined,
    totalBytes: SMALL_BYTES,
    engineOf: (_peer, planned) => planned,
    startProgram: () => ({ program, witnessed: undefined }),
    onCopiesChanged: () => {},
    onChanged: () => {},
    onFailed: () => {},
  });
  member.begin(0);
  clock.advance(0);
  member.leave('left');
  let ended = false;
  member.stop(() => {
    ended = true;
  });
  expect(ended).toBe(false);
  saidGoodbye?.();
  expect(ended).toBe(true);
});
