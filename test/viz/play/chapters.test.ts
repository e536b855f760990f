/** The story: every chapter's swarms are valid, its captions come in their order, and what it says is what happens. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Act, fillIn } from '../../../viz/play/chapter.ts';
import { CHAPTERS } from '../../../viz/play/chapters/chapters.ts';
import { LiveRecord } from '../../../viz/play/live-record.ts';
import { ContentCache, type LiveEnd, LiveRun } from '../../../viz/play/live-run.ts';
import type { Facts } from '../../../viz/play/moments.ts';
import { Sha1Hasher } from '../../../viz/play/sha1-hasher.ts';

const contents = new ContentCache(new Sha1Hasher());

interface Watched {
  readonly record: LiveRecord;
  readonly end: LiveEnd;
}

function watch({ swarms, captions }: Act): Watched[] {
  return swarms.map(({ text }) => {
    const started = LiveRun.start(text, contents);
    if (!started.ok) throw new Error(started.fault.message);
    const { run } = started;
    const moments = captions.map(({ when }) => when);
    const record = new LiveRecord(run.header, run.plan.endUs, moments);
    expect(run.advance(Number.POSITIVE_INFINITY)).toBeUndefined();
    const { events, strings, untilUs } = run.take();
    record.add(events, strings, untilUs);
    const end = run.end();
    if (!end.ok) throw new Error(end.fault.message);
    record.finish(end.value);
    return { record, end: end.value };
  });
}

function factsOf({ captions }: Act, watched: readonly Watched[]): (Facts | undefined)[] {
  return captions.map(({ of }, index) => watched[of]?.record.moments.reached[index]);
}

const ACTS = CHAPTERS.flatMap(({ title, acts }) =>
  acts.map((act, index) => [`${title}, act ${index + 1}`, act] as const),
);
const seconds = (facts: Facts | undefined): number => (facts?.atUs ?? Number.NaN) / 1e6;

test('six chapters, each with a scenario of the library behind it', () => {
  expect(CHAPTERS.map(({ id }) => id)).toEqual([
    'one-server',
    'swarm',
    'rarest-first',
    'seed-leaves',
    'lines-and-caps',
    'tit-for-tat',
  ]);
  for (const { library } of CHAPTERS) expect(existsSync(`src/scenarios/library/${library}.yaml`)).toBe(true);
});

describe.each(ACTS)('%s', (_name, act) => {
  const watched = watch(act);
  const facts = factsOf(act, watched);

  test('holds what its scenarios expect', () => {
    for (const { end } of watched) {
      expect(end.verdicts.map(({ status, left, right }) => [status, left?.text, right?.text])).toEqual([
        ['held', expect.anything(), expect.anything()],
      ]);
    }
  });

  test('has every caption in its turn, and has filled in what it says', () => {
    expect(facts).not.toContain(undefined);
    const times = facts.map(seconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    for (const [index, { text }] of act.captions.entries()) {
      const said = fillIn(text, facts[index] as Facts, 48);
      expect(said).not.toMatch(/[{}]|NaN|undefined|Infinity/);
      expect(said.length).toBeLessThan(140);
    }
  });

  test('asks before it shows: three choices, and one is right', () => {
    expect(act.choices).toHaveLength(3);
    expect(act.choices[act.right]).toBeDefined();
    expect(act.question).toMatch(/\?$/);
  });

  test('takes half a minute or so to watch', () => {
    const longest = Math.max(...watched.map(({ end }) => end.trace.endUs / 1e6));
    expect(longest / act.speed).toBeGreaterThan(12);
    expect(longest / act.speed).toBeLessThan(45);
  });
});

/** Chapter and act, and what its words claim about the run: its settings, questions, choices and answers are text. */
describe('the numbers in the words', () => {
  const acts = new Map<string, Act>(ACTS);
  const of = (name: string): { facts: (Facts | undefined)[]; ends: number[]; watched: Watched[] } => {
    const act = acts.get(name) as Act;
    const watched = watch(act);
    return { facts: factsOf(act, watched), ends: watched.map(({ end }) => end.trace.endUs / 1e6), watched };
  };

  test('one server: 5 minutes, of 25 seconds for each', () => {
    const { ends, facts } = of('One server alone, act 1');
    expect(ends[0]).toBeGreaterThan(12 * 25);
    expect(ends[0]).toBeLessThan(5 * 60 * 1.05);
    expect(facts.at(-1)?.sourceCopies).toBe(12);
  });

  test('a swarm: 1 minute, and few copies from the server', () => {
    const { ends, facts } = of('A swarm, act 1');
    expect(ends[0]).toBeGreaterThan(50);
    expect(ends[0]).toBeLessThan(70);
    expect(facts.at(-1)?.sourceCopies).toBeLessThan(3);
    expect(facts[1]?.most).toBeLessThan(48);
  });

  test('rarest first: less than half the time of pieces in order', () => {
    const { ends } = of('Rarest first, act 1');
    expect(ends[1]).toBeLessThan((ends[0] as number) / 2);
  });

  test('the seed leaves: all finish, or nobody does', () => {
    const late = of('The seed leaves, act 1');
    expect(late.facts[0]?.most).toBeLessThan(48);
    expect(late.facts[0]?.missing).toBe(0);
    expect(late.facts.at(-1)?.complete).toBe(12);
    const early = of('The seed leaves, act 2');
    expect(seconds(early.facts[0])).toBe(25);
    expect(early.facts[0]?.missing).toBeGreaterThan(0);
    expect(early.facts.at(-1)?.complete).toBe(0);
    // It has sent as many bytes as the file has.
    expect((early.watched[0]?.end.trace.totals.sentBytes[0] ?? 0) / (6 * 2 ** 20)).toBeCloseTo(1, 1);
  });

  test('home lines: wider downlinks make hardly a difference; caps hold up those who have them', () => {
    const { ends } = of('Home lines, act 1');
    expect(Math.abs((ends[1] as number) / (ends[0] as number) - 1)).toBeLessThan(0.1);
    const { facts } = of('Home lines, act 2');
    expect(facts[1]?.complete).toBe(8);
  });

  test('tit for tat: free-riders wait, by chance they do not', () => {
    const { facts } = of('Tit for tat, act 1');
    const [, chance, givers] = facts;
    expect(chance?.complete).toBeLessThan(10);
    expect(givers?.freeRiders).toBe(5);
  });
});
