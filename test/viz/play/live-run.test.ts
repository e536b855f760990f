/** A run that somebody looks at and meddles with is the run that its text gives everywhere else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expand } from '../../../src/scenarios/expand.ts';
import { parseScenario } from '../../../src/scenarios/parse.ts';
import { runPlan } from '../../../src/scenarios/run/run-plan.ts';
import { strategyNames } from '../../../src/scenarios/strategy-names.ts';
import { EventKind } from '../../../src/trace/trace.ts';
import { type Intervention, layInterventions } from '../../../viz/play/intervention.ts';
import { ContentCache, type Increment, type LiveEnd, LiveRun } from '../../../viz/play/live-run.ts';
import { Sha1Hasher } from '../../../viz/play/sha1-hasher.ts';

const SECOND = 1_000_000;
const TEXT = `# A small swarm.
version: 1
name: small
seed: 3
time: { until: 2m }
torrent: { size: 2 MiB, piece: 64 KiB }
peers:
  - { group: source, have: all, link: { down: 8 Mbit/s, up: 2 Mbit/s, latency: 10ms } }
  - group: homes
    count: 5
    # What homes have.
    link: { down: 8 Mbit/s, up: 1 Mbit/s, latency: 10ms..30ms }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete{group=homes}) == 1" }
`;

const contents = new ContentCache(new Sha1Hasher());

function start(text: string): LiveRun {
  const started = LiveRun.start(text, contents);
  if (!started.ok) throw new Error(started.fault.message);
  return started.run;
}

function endOf(run: LiveRun): LiveEnd {
  const end = run.end();
  if (!end.ok) throw new Error(end.fault.message);
  return end.value;
}

async function elsewhere(text: string): Promise<string> {
  const scenario = parseScenario(text, 'elsewhere.yaml', strategyNames);
  const { expectations } = scenario;
  const { trace } = await runPlan(expand(scenario, scenario.seed), { network: 'sim', expectations });
  return trace.digest;
}

/** As a page does it: in steps of so many microseconds, and taking what happened after each. */
function watch(text: string, stepUs: number): { increments: Increment[]; digest: string; endUs: number } {
  const run = start(text);
  const increments: Increment[] = [];
  while (!run.isOver) {
    expect(run.advance(run.nowUs + stepUs)).toBeUndefined();
    increments.push(run.take());
  }
  const { digest, endUs } = endOf(run).trace;
  return { increments, digest, endUs };
}

describe('a run in steps', () => {
  test('has the digest of a run at one go', async () => {
    const digest = await elsewhere(TEXT);
    expect(watch(TEXT, SECOND).digest).toBe(digest);
    expect(watch(TEXT, 17_000).digest).toBe(digest);
    expect(watch(TEXT.replace('seed: 3', 'seed: 4'), SECOND).digest).not.toBe(digest);
  });

  test('tells every row and every text once, in order', () => {
    const { increments } = watch(TEXT, SECOND);
    const run = start(TEXT);
    run.advance(Number.POSITIVE_INFINITY);
    const { events, strings } = endOf(run).trace;
    const told = increments.flatMap((each) =>
      Array.from(each.events.timeUs, (timeUs, row) => [timeUs, each.events.kind[row], each.events.c[row]]),
    );
    expect(told).toEqual(
      Array.from(events.timeUs, (timeUs, row) => [timeUs, events.kind[row], events.c[row]]),
    );
    expect(increments.flatMap((each) => each.strings)).toEqual(strings);
    expect(increments.length).toBeGreaterThan(5);
    for (const { events, untilUs } of increments)
      expect(events.timeUs.at(-1) ?? 0).toBeLessThanOrEqual(untilUs);
  });

  test('judges what the text expects', () => {
    const run = start(TEXT);
    run.advance(Number.POSITIVE_INFINITY);
    expect(endOf(run).verdicts.map(({ name, status }) => [name, status])).toEqual([
      ['everyone finishes', 'held'],
    ]);
  });

  test('stops between two events where it is told to', () => {
    const run = start(TEXT);
    let asked = 0;
    run.advance(Number.POSITIVE_INFINITY, () => asked++ < 2);
    expect(run.isOver).toBe(false);
    expect(run.nowUs).toBeGreaterThan(0);
  });
});

describe('what is wrong comes back as a message', () => {
  test('of an author, with its place', () => {
    const started = LiveRun.start(TEXT.replace('count: 5', 'cuont: 5'), contents);
    expect(started).toMatchObject({ ok: false, fault: { blame: 'author' } });
    expect(!started.ok && started.fault.message).toMatch(
      /scenario\.yaml:10:5: .*cuont[\s\S]*did you mean "count"/,
    );
  });

  test.each(['', '- a list', 'version: 1\nextends: flash-crowd\nname: x', '\u0000', '{{{', 'a: &a [*a]'])(
    'of %j',
    (text) => {
      expect(LiveRun.start(text, contents)).toMatchObject({ ok: false, fault: { blame: 'author' } });
    },
  );

  test('of more than a page can carry', () => {
    const started = LiveRun.start(TEXT.replace('count: 5', 'count: 5000'), contents);
    expect(started).toMatchObject({ ok: false, fault: { blame: 'size' } });
    expect(!started.ok && started.fault.message).toContain('5001 peers');
  });
});

describe('interventions', () => {
  const at = (seconds: number): { atUs: number } => ({ atUs: seconds * SECOND });

  test('are events and groups of the text, and the rest of it stays as it is written', () => {
    const text = layInterventions(TEXT, [
      { ...at(2), kind: 'cut-off', peer: 'homes-1' },
      { ...at(2.5), kind: 'throttle', peer: 'homes-2', bytesPerSec: 12_500 },
      { ...at(3), kind: 'mend', peer: 'homes-1' },
      { ...at(3.25), kind: 'add', like: 'homes', freeRider: true },
      { ...at(4), kind: 'remove', peer: 'source-1' },
      { ...at(5), kind: 'picker', group: 'homes', picker: 'sequential' },
    ]);
    expect(text).toContain('# A small swarm.');
    expect(text).toContain('# What homes have.');
    expect(text.split('\n').slice(-6)).toEqual([
      'events:',
      '  - { at: 2s, partition: { peer: homes-1, for: 1s } }',
      '  - { at: 2.5s, line: { peer: homes-2, up: 12500 B/s, down: 12500 B/s } }',
      '  - { at: 4s, leave: { peer: source-1 } }',
      '  - { at: 5s, engine: { group: homes, picker: sequential } }',
      '',
    ]);
    expect(text).toContain(
      '  - { group: guest-1, arrive: { at: 3.25s }, link: { down: 8 Mbit/s, up: 1 Mbit/s, latency: 10ms..30ms }, behaviour: free-rider }',
    );
  });

  test('leave everything before them as it was', () => {
    const plain = watch(TEXT, SECOND).increments.flatMap((each) => [...each.events.timeUs]);
    const text = layInterventions(TEXT, [
      { ...at(3), kind: 'add', like: 'homes', freeRider: false },
      { ...at(4), kind: 'remove', peer: 'homes-3' },
    ]);
    const changed = watch(text, SECOND).increments.flatMap((each) => [...each.events.timeUs]);
    const early = (times: number[]): number[] => times.filter((timeUs) => timeUs < 3 * SECOND);
    expect(early(plain).length).toBeGreaterThan(100);
    expect(early(changed)).toEqual(early(plain));
    expect(changed).not.toEqual(plain);
  });

  test('do what they say', () => {
    const run = start(layInterventions(TEXT, [{ ...at(4), kind: 'remove', peer: 'homes-3' }]));
    run.advance(Number.POSITIVE_INFINITY);
    const { events } = run.take();
    const left = [...events.kind.keys()].filter(
      (row) => events.kind[row] === EventKind.left && events.timeUs[row] === 4 * SECOND,
    );
    expect(left.map((row) => run.header.peers[events.peer[row] as number]?.id)).toEqual(['homes-3']);
  });

  const peers = ['source-1', 'homes-1', 'homes-2', 'homes-3', 'homes-4', 'homes-5'];
  const peer = fc.constantFrom(...peers);
  const deed = fc.oneof(
    fc.record({ kind: fc.constant('remove' as const), peer }),
    fc.record({ kind: fc.constant('cut-off' as const), peer }),
    fc.record({
      kind: fc.constant('throttle' as const),
      peer,
      bytesPerSec: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    fc.record({ kind: fc.constant('mend' as const), peer }),
    fc.record({
      kind: fc.constant('add' as const),
      like: fc.constantFrom('homes', 'source'),
      freeRider: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('picker' as const),
      group: fc.constant('homes'),
      picker: fc.constantFrom('random', 'sequential', 'rarest-first', 'most-common'),
    }),
  );
  const interventions = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 30 * SECOND }), deed), { maxLength: 8 })
    .map((list) =>
      list.map(([atUs, each]): Intervention => ({ atUs, ...each })).sort((a, b) => a.atUs - b.atUs),
    );

  test('of any kind, at any time, in any number: the text gives the same digest elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(interventions, fc.integer({ min: 10_000, max: 5 * SECOND }), async (done, stepUs) => {
        const text = layInterventions(TEXT, done);
        expect(watch(text, stepUs).digest).toBe(await elsewhere(text));
      }),
      { numRuns: 20 },
    );
  });
});
