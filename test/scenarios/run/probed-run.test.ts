/** A run that is looked on at: the same run, every event of it counted. */
import { describe, expect, test } from 'vitest';
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import { expand } from '../../../src/scenarios/expand.ts';
import { loadScenario } from '../../../src/scenarios/load-scenario.ts';
import { EVENT_KINDS, EventTally } from '../../../src/scenarios/run/event-tally.ts';
import { MessageTally } from '../../../src/scenarios/run/message-tally.ts';
import type { RunProbe } from '../../../src/scenarios/run/run-options.ts';
import { SimulatedRun } from '../../../src/scenarios/run/simulate.ts';
import { CONTROL_KIND_NAMES } from '../../../src/trace/control-bytes.ts';

/** One whose homes have NAT, data caps, timetables, disks that take time, and whose peers come and go. */
const SCENARIO = 'home-week';
/** Enough of it for every kind of event. */
const CALLS = 300_000;

function runOnce(probe?: RunProbe) {
  const { scenario } = loadScenario(SCENARIO, 'src/scenarios/library');
  const run = new SimulatedRun(expand(scenario, 1), new NodeHasher(), { probe });
  for (let calls = 0; calls < CALLS && run.advance(10_000); calls += 10_000);
  const trace = run.finish(false);
  return { run, trace, digest: trace.digest };
}

describe('a run with a probe', () => {
  let ns = 0;
  const events = new EventTally(() => ++ns);
  const messages = new MessageTally();
  const { run, trace, digest } = runOnce({ events, messages });

  test('has the digest of a run without', () => {
    expect(digest).toBe(runOnce().digest);
  });

  test('has every event counted, and all of the time', () => {
    const { counts } = events;
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(run.eventCount);
    // The clock of this test ticks at each look: once an event.
    expect(counts.reduce((sum, each) => sum + each.ns, 0)).toBe(run.eventCount);
  });

  test('knows every kind of event by a name of its own', () => {
    const names = new Set(Object.values(EVENT_KINDS).flat());
    expect(events.counts.filter(({ kind }) => !names.has(kind))).toEqual([]);
    expect(events.counts.length).toBeGreaterThan(5);
  });

  test('finds on the streams what the engines say that they sent, message by message', () => {
    const { kinds = 0, sentBytes = new Float64Array() } = trace.control ?? {};
    const payload = trace.totals.sentBytes.reduce((sum, bytes) => sum + bytes, 0);
    const told: Record<string, number> = {};
    for (const [cell, bytes] of sentBytes.entries()) {
      const name = CONTROL_KIND_NAMES[cell % kinds]?.replace('piece header', 'piece') ?? '';
      if (bytes > 0) told[name] = (told[name] ?? 0) + bytes;
    }
    told.piece = (told.piece ?? 0) + payload;
    const found = messages.counts.filter(({ message, sentBytes: bytes }) => message[0] !== '(' && bytes > 0);
    expect(told).toEqual(Object.fromEntries(found.map((each) => [each.message, each.sentBytes])));
    expect(Object.keys(told).length).toBeGreaterThan(8);
  });

  test('has the blocks that arrived among its messages', () => {
    expect(messages.blocks).toBeGreaterThan(0);
    expect(messages.counts.find(({ message }) => message === 'piece')?.received).toBe(messages.blocks);
  });
});
