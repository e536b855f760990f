/** Strategies of the user's own: read from files, run on the simulated network, and every fault with its file and line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { strategyModules } from '../../src/scenarios/load-strategy-module.ts';
import { NO_FILES } from '../../src/scenarios/named-files.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Plan } from '../../src/scenarios/plan.ts';
import { checkStrategy } from '../../src/scenarios/run/check-strategy.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { StrategyFault } from '../../src/scenarios/strategies/strategy-fault.ts';
import type { StrategyRole } from '../../src/scenarios/strategies/strategy-module.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import { JOIN_REASONS } from '../../src/trace/decisions/decision-columns.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { EventKind } from '../../src/trace/trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'swarmlab-strategies-'));
afterAll(() => rmSync(folder, { recursive: true }));
const DOCUMENT = fileURLToPath(new URL('../../docs/STRATEGIES.md', import.meta.url));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return `./${name}`;
}

function planFor(engine: string, torrent = '{ size: 2 MiB, piece: 64 KiB }'): Plan {
  const text = `version: 1
name: own
time: { until: 20m }
torrent: ${torrent}
peers:
  - { group: seed, have: all, link: { down: 10 Mbit/s, up: 4 Mbit/s } }
  - group: crowd
    count: 4
    link: { down: 16 Mbit/s, up: 2 Mbit/s }
    engine: { ${engine} }
`;
  const scenario = parseScenario(text, 'own.yaml', strategyNames, {
    files: { ...NO_FILES, readStrategy: strategyModules(folder) },
  });
  return expand(scenario, 1);
}

function run(plan: Plan): Trace {
  const simulated = new SimulatedRun(plan, new NodeHasher());
  simulated.advance();
  return simulated.finish();
}

function faultOf(engine: string, torrent?: string): StrategyFault {
  const plan = planFor(engine, torrent);
  try {
    run(plan);
  } catch (fault) {
    if (fault instanceof StrategyFault) return fault;
    throw fault;
  }
  throw new Error('the run came to its end');
}

function refusalOf(engine: string): string {
  try {
    planFor(engine);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

const completions = ({ events }: Trace): number =>
  events.kind.filter((kind) => kind === EventKind.completed).length;

const GOOD = `import { rarest } from './chosen.ts';
export const picker = { name: 'my-own', pick: (view: any, random: any) => rarest(view, random) };
`;
const CHOSEN = `export function rarest(view: any, random: any): number | undefined {
  const rank: number = view.firstOfRemote(0, view.candidateCount);
  return rank < 0 ? undefined : view.candidateAt(rank);
}
`;

describe('a module of the user', () => {
  it('picks and chokes, imports included, and gives the same run from the plan alone', () => {
    write('chosen.ts', CHOSEN);
    const picker = write('good.ts', GOOD);
    const choker = write(
      'all.mjs',
      `export default ({ most = 1 }) => ({ name: 'some', decide(candidates, round, random, unchoke) {
        let count = 0;
        candidates.forEach((one, index) => { if (one.interested && count++ < Math.min(most, round.slots)) unchoke(index); });
      } });`,
    );
    const plan = planFor(`picker: ${picker}, choker: { ${choker}: { most: 3 } }`);
    expect(plan.strategyModules?.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'picker my-own',
      'choker some',
    ]);
    const trace = run(plan);
    expect(completions(trace)).toBe(5);
    expect(trace.strings).toContain('my-own');
    expect(trace.header.strategies).toEqual(['picker my-own', 'choker some']);
    write('good.ts', 'export const picker = 0;');
    expect(run(JSON.parse(JSON.stringify(plan)) as Plan).digest).toBe(trace.digest);
  });

  it('begins anew with each run, and an own one for each peer where a function makes it', () => {
    const path = write(
      'counting.js',
      `let made = 0;
      export const picker = () => {
        made++;
        if (made > 4) throw new Error('made ' + made);
        let picks = 0;
        return { name: 'counting', pick(view) { picks++; if (picks > 200) throw new Error('shared');
          const rank = view.firstOfRemote(0, view.candidateCount); return rank < 0 ? undefined : view.candidateAt(rank); } };
      };`,
    );
    const plan = planFor(`picker: ${path}`);
    expect(run(plan).digest).toBe(run(plan).digest);
  });

  it('may name a begun piece where it says that it chooses among them, and only there', () => {
    const naming = (sharesStarted: string): string => `export const picker = {
      name: 'helper', sharesStarted: '${sharesStarted}',
      pick(view: any) {
        const begun = view.rarestStarted(0, view.pieceCount);
        if (begun >= 0) return begun;
        const rank = view.firstOfRemote(0, view.candidateCount);
        return rank < 0 ? undefined : view.candidateAt(rank);
      },
    };`;
    const large = '{ size: 16 MiB, piece: 1 MiB }';
    const trace = run(planFor(`picker: ${write('helper.ts', naming('as-picked'))}`, large));
    expect(completions(trace)).toBe(5);
    expect(trace.decisions.joins.reason).toContain(JOIN_REASONS.indexOf('picked'));
    const fault = faultOf(`picker: ${write('lastly.ts', naming('last'))}`, large);
    expect(fault.message).toContain('which has been started already');
  });

  const answers: readonly (readonly [string, string, string, number])[] = [
    ['throws', "throw new TypeError('boom')", 'TypeError: boom', 7],
    ['throws what is no error', "throw 'words'", 'it threw words', 6],
    [
      'answers a piece that is not there',
      'return 4096',
      'pick() answered piece 4096; there are pieces 0 to 31',
      6,
    ],
    ['answers no number', 'return NaN', 'pick() answered NaN; it has to be the number of a piece', 6],
    ['answers a text', "return { piece: '3' }", 'pick() answered the piece "3"', 6],
    ['answers a promise', 'return Promise.resolve(1)', 'it has to be the number of a piece', 6],
    ['answers a started or verified piece', 'return last', ', which', 6],
    [
      'answers a wrong rule',
      "return { piece: view.candidateAt(0), rule: 'A B' }",
      'answered the rule "A B"',
      6,
    ],
    ['changes the view', 'view.pieceCount = 1; return 0', 'TypeError: Cannot set property pieceCount', 7],
    ['asks for what is not there', 'return view.candidateAt(-1)', 'RangeError: a rank cannot be -1', 7],
    ['draws from nothing', 'return random.below(0)', 'RangeError: the limit of random.below cannot be 0', 7],
    [
      'keeps something in what all share',
      'this.count = 1; return 0',
      'TypeError: Cannot add property count',
      7,
    ],
    [
      'calls itself without end',
      'const again = () => again() + 1; return again()',
      'RangeError: Maximum call stack',
      7,
    ],
  ];
  it.each(answers)('that %s ends the run with its line', (_what, code, message, line) => {
    const path = write(
      'faulty.ts',
      `interface Unused { readonly a: number }
let last: number | undefined;

export const picker = {
  name: 'faulty',
  pick(view: any, random: any): unknown {
    if (view.verifiedCount > 3) { ${code} }
    const rank = view.firstOfRemote(0, view.candidateCount);
    return rank < 0 ? undefined : (last = view.candidateAt(rank));
  },
};
`,
    );
    const fault = faultOf(`picker: ${path}`);
    expect(fault.message).toContain(message);
    expect(fault.message).toMatch(/\(peer crowd-\d, at [\d.]+ ?m?s/);
    // What has no line of its own is said of the method.
    expect([fault.file, fault.line]).toEqual(['./faulty.ts', line]);
  });

  it.each([
    ['names nobody', 'unchoke(99)', 'names nobody'],
    ['names one twice', 'unchoke(at); unchoke(at)', 'names somebody a second time'],
    ['gives a wrong reason', "unchoke(at, 'friend')", 'gives the reason "friend"'],
    ['changes a candidate', 'candidates[at].sentBytes = 0', 'Cannot set property sentBytes'],
    ['adds a candidate', 'candidates.push({})', 'object is not extensible'],
    ['answers something', 'return [at]', 'decide() answered a list'],
    ['changes the round', 'round.slots = 100', 'Cannot assign to read only property'],
  ])('that %s ends the run', (_what, code, message) => {
    const path = write(
      'faulty-choker.ts',
      `export const choker = { name: 'faulty', decide(candidates: any, round: any, random: any, unchoke: any): unknown {
  const at = candidates.findIndex((one: any) => one.interested);
  ${code};
} };
`,
    );
    const fault = faultOf(`choker: ${path}`);
    expect(fault.message).toContain(message);
    expect(fault.line).toBe(message.startsWith('decide') ? 1 : 3);
  });

  it('that fails in what it imports is named by that file', () => {
    write(
      'chosen.ts',
      CHOSEN.replace('return rank', 'null!.x; return rank').replace('null!.x', '(null as any).x'),
    );
    const fault = faultOf(`picker: ${write('good.ts', GOOD)}`);
    expect([fault.file, fault.line]).toEqual(['./chosen.ts', 3]);
  });

  it.each([
    ['./none.ts', 'there is no file "./none.ts"'],
    ['./good.yaml', '"./good.yaml" is not a module'],
    [write('empty.ts', 'export {};'), 'there is no "picker" in what it exports'],
    [write('nameless.ts', 'export const picker = { pick() {} };'), 'its picker is called nothing'],
    [write('idle.ts', "export const picker = { name: 'idle' };"), 'its picker has no method "pick"'],
    [
      write('shares.ts', "export const picker = { name: 'a', sharesStarted: 'never', pick() {} };"),
      'its "sharesStarted" is "never"',
    ],
    [write('open.ts', 'export const picker = {'), 'open.ts:1:'],
    [write('thrower.ts', "\nthrow new Error('at once');"), './thrower.ts:2:7: Error: at once'],
    [
      write('machine.ts', "import fs from 'node:fs'; export const picker = { name: 'a', pick() { fs; } };"),
      'nothing of the machine at hand',
    ],
  ])('is refused before the run: %s', (path, message) => {
    const refusal = refusalOf(`picker: ${path}`);
    expect(refusal).toContain(message);
    expect(refusal).toMatch(/^own\.yaml:10:/);
  });
});

describe('the documentation', () => {
  const examples = [...readFileSync(DOCUMENT, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(
    ([, code]) => code as string,
  );

  it.each([
    ['picker', 0, 'least-known'],
    ['choker', 1, 'first-come'],
  ] as const)('shows a %s in twenty lines that keeps to the contract', (role: StrategyRole, index, name) => {
    const code = examples[index] as string;
    expect(code.split('\n').length).toBeLessThanOrEqual(20);
    const loadModule = strategyModules(folder);
    const loaded = loadModule(role, write(`documented-${role}.ts`, code), {});
    if (!loaded.ok) throw new Error(loaded.complaint.message);
    expect(loaded.value.name).toBe(name);
    const found = checkStrategy(
      loaded.value,
      {},
      { ...NO_FILES, readStrategy: loadModule },
      new NodeHasher(),
    );
    expect(found.filter(({ advice, broken }) => broken !== undefined && !advice)).toEqual([]);
    expect(found).toHaveLength(6);
  });
});

describe('the check of a strategy', () => {
  it('says what does not hold, and goes on', () => {
    const loadModule = strategyModules(folder);
    const path = write(
      'moody.ts',
      `export const picker = { name: 'moody', pick(view: any) {
      const rank = Math.random() < 0.5 ? -1 : view.firstOfRemote(0, view.candidateCount);
      return rank < 0 ? undefined : view.candidateAt(rank);
    } };`,
    );
    const loaded = loadModule('picker', path, {});
    if (!loaded.ok) throw new Error(loaded.complaint.message);
    const found = checkStrategy(
      loaded.value,
      {},
      { ...NO_FILES, readStrategy: loadModule },
      new NodeHasher(),
    );
    expect(found.map(({ broken }) => broken === undefined)).toEqual([true, false, false, true, true, false]);
  });
});
