/** Whatever a scenario says about presence and events: absences are in order and within the run, and nothing throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { accept } from '../../src/scenarios/complaint.ts';
import { ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { NO_FILES } from '../../src/scenarios/named-files.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import { type Plan, type PlannedEvent, TRACKER } from '../../src/scenarios/plan.ts';
import { gapsBetween, joinedSpans } from '../../src/scenarios/spans.ts';
import { STRATEGIES } from '../scenarios/support.ts';

const link = { down: '8 Mbit/s', up: '1 Mbit/s' };

function scenario(group: object, rest: object = {}, time: object = { until: '30h' }): object {
  const torrent = { size: '4 MiB' };
  return {
    version: 1,
    name: 'any',
    time: { ...time, sample: '1m' },
    torrent,
    peers: [
      { group: 'a', count: 3, link, ...group },
      { group: 'b', have: 'all', link },
    ],
    ...rest,
  };
}

/** The plan, or undefined when the scenario is refused; every other error goes on. */
function planOf(data: object, csv = ''): Plan | undefined {
  try {
    const readText = () => accept({ text: csv, file: 'a.csv' });
    return expand(
      parseScenario(stringify(data), 'any.yaml', STRATEGIES, { files: { ...NO_FILES, readText } }),
      5,
    );
  } catch (error) {
    if (error instanceof ScenarioError) return undefined;
    throw error;
  }
}

const number = (from: number, to: number) => fc.integer({ min: from, max: to });
const minutes = number(1, 3000).map((value) => `${value}m`);
const lengths = fc.oneof(
  minutes,
  minutes.map((mean) => ({ exponential: mean })),
  fc.record({ shape: fc.constantFrom(0.1, 0.6, 2), scale: minutes }).map((weibull) => ({ weibull })),
  fc.record({ least: minutes, shape: fc.constantFrom(0.3, 1.2) }).map((pareto) => ({ pareto })),
  fc.record({ median: minutes, sigma: fc.constantFrom(0, 3) }).map((one) => ({ 'log-normal': one })),
  fc.array(minutes, { minLength: 1, maxLength: 3 }).map((values) => ({ values })),
);
const clock = fc
  .tuple(number(0, 23), number(0, 59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const day = fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');
const hours = fc.tuple(clock, clock).map(([from, to]) => `${from}-${to}`);
const off = fc.array(
  fc.oneof(
    hours.map((daily) => ({ daily })),
    fc.record({ days: fc.tuple(day, day).map(([from, to]) => `${from}-${to}`), hours }),
  ),
  { minLength: 1, maxLength: 4 },
);
const presence = fc.record(
  {
    arrive: fc.oneof(
      minutes.map((at) => ({ at })),
      fc.record({ process: fc.constant('decaying'), mean: minutes }),
      fc.record({ process: fc.constant('waves'), size: number(1, 4), every: minutes, within: minutes }),
    ),
    stay: fc.record({ 'after-complete': lengths, 'give-up-after': lengths }, { requiredKeys: [] }),
    off,
    sessions: fc.record({ online: lengths, away: lengths }),
  },
  { requiredKeys: [] },
);

describe('absences', () => {
  it('are in order, apart from each other, after the arrival and within the run', () => {
    let absent = 0;
    fc.assert(
      fc.property(presence, (group) => {
        const plan = planOf(scenario(group));
        for (const { arriveUs, absences } of plan?.peers ?? []) {
          let before = arriveUs;
          for (const { fromUs, toUs } of absences) {
            expect(fromUs).toBeGreaterThan(before);
            expect(toUs).toBeGreaterThan(fromUs);
            expect([arriveUs, fromUs, toUs].every(Number.isSafeInteger)).toBe(true);
            before = toUs;
            absent++;
          }
          if (absences.length > 0) expect(before).toBeLessThanOrEqual(30 * 3_600_000_000);
        }
      }),
    );
    expect(absent).toBeGreaterThan(100);
  });

  it('and presence from a trace are the whole time, and no instant is both', () => {
    const span = fc
      .tuple(number(0, 200), number(1, 60))
      .map(([from, length]) => ({ fromUs: from, toUs: from + length }));
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 6 }), number(1, 250), (spans, endUs) => {
        const online = joinedSpans(spans);
        const away = gapsBetween(online, endUs);
        for (let at = 0; at < endUs; at++) {
          const within = (span: { fromUs: number; toUs: number }): boolean =>
            span.fromUs <= at && at < span.toUs;
          expect(online.some(within)).toBe(spans.some(within));
          expect(away.some(within)).toBe(!online.some(within));
        }
        expect(joinedSpans([...online, ...away].filter((one) => one.fromUs < endUs))).toHaveLength(1);
      }),
    );
  });
});

describe('events', () => {
  const names = fc.constantFrom('a', 'b', 'a-1', 'a-3', 'b-1', 'tracker', 'c', 'a-4', '');
  const pick = fc.oneof(number(0, 5), fc.constantFrom('0%', '50%', '100%', '200%'));
  const target = fc.record(
    { group: names, groups: fc.array(names, { maxLength: 2 }), peer: names, pick },
    { requiredKeys: [] },
  );
  const likely = fc.oneof(
    fc.constantFrom('a', 'b').map((group) => ({ group })),
    fc.constantFrom('a-1', 'b-1').map((peer) => ({ peer })),
    fc.record({ groups: fc.constant(['a', 'b']), pick: fc.constantFrom(2, '30%') }),
    target,
  );
  const side = fc.oneof(names, fc.array(names, { maxLength: 3 }));
  const cut = fc.oneof(
    fc.constantFrom({ groups: ['a', ['b', 'tracker']] }, { from: 'a-1', to: ['a-2', 'b'] }),
    fc.record({ groups: fc.array(side, { minLength: 1, maxLength: 3 }) }),
    fc.record({ from: side, to: side }, { requiredKeys: ['from'] }),
    likely,
  );
  const at = number(0, 1000).map((value) => `${value}m`);
  const every = number(10, 100).map((value) => `${value}m`);
  const times = fc.oneof(
    fc.record({ at }),
    fc.record({ at, every }),
    fc.record({ at, every, times: number(1, 4) }),
    fc.record({ at: minutes, every: minutes, times: number(1, 4) }, { requiredKeys: ['at'] }),
  );
  const verb = fc.oneof(
    fc.tuple(fc.constantFrom('partition', 'hold'), cut),
    fc.tuple(fc.constantFrom('crash', 'leave'), likely),
    fc.tuple(
      fc.constantFrom('latency', 'line'),
      likely.map((who) => ({ ...who, add: '5ms' })),
    ),
    fc.tuple(
      fc.constant('disk'),
      fc.tuple(likely, fc.constantFrom('full', 'slow')).map(([who, fault]) => ({ ...who, fault })),
    ),
    fc.tuple(fc.constant('tracker'), fc.record({ fault: fc.constantFrom('down', 'lies', 'odd') })),
  );
  const event = fc.tuple(times, verb).map(([time, [name, what]]) => ({ ...time, [name]: what }));
  const indices = (one: PlannedEvent): readonly number[] =>
    'from' in one ? [...one.from, ...one.to] : 'peers' in one ? one.peers : [];

  it('come out in order, with peers that there are, each once, or are refused', () => {
    let planned = 0;
    fc.assert(
      fc.property(fc.array(event, { maxLength: 2 }), (events) => {
        const plan = planOf(scenario({}, { events }, { until: '30h', heal: '29h' }));
        let before = 0;
        for (const one of plan?.events ?? []) {
          expect(one.atUs).toBeGreaterThanOrEqual(before);
          expect(one.atUs).toBeLessThan(30 * 3_600_000_000);
          before = one.atUs;
          const peers = indices(one);
          expect(new Set(peers).size).toBe(peers.length);
          for (const peer of peers) expect(peer >= TRACKER && peer < 4).toBe(true);
          planned++;
        }
      }),
      { numRuns: 300 },
    );
    expect(planned).toBeGreaterThan(30);
  });

  it('and presence of any shape are a scenario or a ScenarioError', () => {
    const key = fc.constantFrom(
      ...[
        'at',
        'every',
        'times',
        'partition',
        'groups',
        'from',
        'to',
        'group',
        'pick',
        'for',
        'fault',
        'add',
      ],
      ...[
        'crash',
        'disk',
        'engine',
        'loss',
        'share',
        'online',
        'away',
        'csv',
        'values',
        'quantiles',
        'weibull',
      ],
      ...['daily', 'days', 'hours', 'after-complete', 'until', 'until-ratio', 'process', '__proto__'],
    );
    const leaf = fc.oneof(
      names,
      minutes,
      number(-1, 9),
      fc.constantFrom(null, true, '25%', '1/s', 1.5, 'slow'),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, tree, tree, (one, two, three) => {
        planOf(scenario({ arrive: one, sessions: two, off: three }, { events: [one, two, three] }));
        planOf(scenario({ stay: one }, { events: two, swarm: three }, { until: '1h', heal: one }));
      }),
      { numRuns: 300 },
    );
  });

  it('and files with any text are a scenario or a ScenarioError', () => {
    const text = fc.string({
      unit: fc.constantFrom('peer', 'from', 'to', 'arrive', '_s', ',', '\n', '1', '"', 's'),
    });
    fc.assert(
      fc.property(text, (csv) => {
        planOf(scenario({ arrive: { csv: 'a.csv' } }), csv);
        planOf(scenario({ sessions: { csv: 'a.csv' } }), csv);
      }),
    );
  });
});
