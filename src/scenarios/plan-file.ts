/**
 * A plan as a file, with what is expected of its run: everything that a scenario and a seed decide, spelled out. Running
 * it repeats the run, digest and all. Written by the program, and checked like any other file that comes from outside.
 */
import { stringify } from 'yaml';
import { type Complaint, complain, quote } from './complaint.ts';
import { ScenarioError, type ScenarioProblem } from './errors.ts';
import type { Expectation } from './expectations/expectation.ts';
import { issueProblems } from './issues.ts';
import { nearest } from './nearest.ts';
import { parsePieceList } from './piece-list.ts';
import type { Plan, PlannedStrategy } from './plan.ts';
import { planSchema } from './plan-schema.ts';
import { asList, asMap, atValue, isMap, type RuleFault } from './rules/plain-data.ts';
import type { Scenario } from './scenario.ts';
import type { StrategyNames } from './schema.ts';
import { type Path, type Places, ScenarioSource } from './source.ts';

/** A plan of 100,000 peers has about a hundred of these. In characters. */
const MAX_TEXT = 256 * 1024 * 1024;
/** The versions that this program reads: the one that it writes. */
const VERSION = 1;

/** Compiles the expectations of a scenario; those of a plan are written alike. */
export type CompileExpectations = (
  source: Places,
  data: Record<string, unknown>,
  strategies: StrategyNames,
  problems: ScenarioProblem[],
) => Expectation[];

/** Whether a text is a plan and no scenario: its top has the key `plan`. Looks at the beginning only. */
export function isPlanText(text: string): boolean {
  return /^(?:#[^\n]*\n|\s*\n)*(?:plan:|\{\s*"plan":)/.test(text.slice(0, 4096));
}

/** The plan as YAML, or as JSON, which reads faster; `expectations` go with it. */
export function formatPlan(plan: Plan, expectations: readonly Expectation[], kind: 'yaml' | 'json'): string {
  const expect = expectations.map(({ name, text, severity, abort, because }) => ({
    name,
    that: text,
    ...(severity === 'error' ? {} : { severity }),
    ...(abort ? { abort } : {}),
    ...(because === '' ? {} : { because }),
  }));
  const file = { plan, expect };
  if (kind === 'json') return `${JSON.stringify(file, null, 2)}\n`;
  const head = `# The plan of ${plan.name} with seed ${plan.seed}: "swarmlab run" of this file repeats that run.\n`;
  return head + stringify(file, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** The scenario that a plan is: nothing of it is left to draw. Throws `ScenarioError`. */
export function parsePlan(
  text: string,
  file: string,
  strategies: StrategyNames,
  compile: CompileExpectations,
): Scenario {
  const source = new LazySource(text, file);
  const data = asMap(jsonOf(text) ?? source.read().data);
  const problems: ScenarioProblem[] = [];
  const { plan } = data;
  const version = asMap(plan).version;
  if (version !== VERSION) {
    const complaint = complain(`a plan of version ${quote(version)}`, {
      expected: `version ${VERSION}, which is what this swarmlab writes and reads`,
    });
    throw new ScenarioError([source.atValue(['plan', 'version'], complaint)]);
  }
  const schema = planSchema();
  const parsed = schema.safeParse(plan, { jitless: true });
  const inner = within(source, ['plan']);
  if (!parsed.success) problems.push(...issueProblems(inner, schema, plan, parsed.error.issues));
  else {
    const faults = referenceFaults(plan as Plan, strategies);
    problems.push(...faults.map(({ path, complaint }) => inner.atValue(path, complaint)));
  }
  const groups = groupsOf(asMap(plan));
  const expectations = compile(source, { peers: groups, expect: data.expect }, strategies, problems);
  if (problems.length > 0) throw new ScenarioError(problems);
  return scenarioOf(plan as Plan, expectations);
}

/** What a scenario would say of the groups, as far as expressions may speak of it. */
function groupsOf({ groups, peers, internet }: Readonly<Record<string, unknown>>) {
  const counts = new Map<unknown, number>();
  for (const peer of asList(peers)) {
    const { group } = asMap(peer);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const region = Object.fromEntries(asList(asMap(internet).regions).map((name) => [String(name), '100%']));
  return asList(groups).map((group, index) => ({ group, count: counts.get(index) ?? 0, region }));
}

/** References between the parts of a plan whose form is right. */
function referenceFaults(plan: Plan, strategies: StrategyNames): RuleFault[] {
  const faults: RuleFault[] = [];
  const below = (value: unknown, bound: number, path: Path, what: string): void => {
    if (typeof value !== 'number' || value < bound) return;
    faults.push(atValue(path, complain(`there is no ${what} ${value}`, { expected: `less than ${bound}` })));
  };
  const { peers, groups, internet, events, torrent } = plan;
  const totalBytes = torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const pieceCount = Math.ceil(totalBytes / torrent.pieceLengthBytes);
  if (totalBytes === 0) faults.push(atValue(['torrent', 'files'], complain('the content is empty')));
  const square = internet.regionDelaysUs.every((row) => row.length === internet.regions.length);
  if (!square || internet.regionDelaysUs.length !== internet.regions.length) {
    const complaint = complain('delays and regions do not fit', {
      expected: 'a row and a column for each region',
    });
    faults.push(atValue(['internet', 'regionDelaysUs'], complaint));
  }
  const ids = new Set<string>();
  for (const [index, { id, group, have, link, engine }] of peers.entries()) {
    const path: Path = ['peers', index];
    if (ids.has(id)) faults.push(atValue([...path, 'id'], complain(`there is a peer ${quote(id)} already`)));
    ids.add(id);
    below(group, groups.length, [...path, 'group'], 'group');
    below(link.region, internet.regions.length, [...path, 'link', 'region'], 'region');
    const pieces = typeof have === 'string' ? [] : parsePieceList(have.pieces);
    if (pieces === undefined) {
      const complaint = complain('this is no list of pieces', { expected: 'such as "0-9,12"' });
      faults.push(atValue([...path, 'have', 'pieces'], complaint));
    } else below(pieces.at(-1)?.[1], pieceCount, [...path, 'have', 'pieces'], 'piece');
    for (const [key, known] of [
      ['picker', strategies.pickers],
      ['choker', strategies.chokers],
    ] as const) {
      const complaint = unknownStrategy(engine[key], known, plan.strategyModules);
      if (complaint !== undefined) faults.push(atValue([...path, 'engine', key], complaint));
    }
  }
  for (const [number, peer] of asList(plan.dht?.bootstrap).entries()) {
    below(peer, peers.length, ['dht', 'bootstrap', number], 'peer');
  }
  for (const [index, event] of events.entries()) {
    for (const key of ['peers', 'from', 'to']) {
      const targets = asList((event as unknown as Record<string, unknown>)[key]);
      const wrong = targets.findIndex((target) => typeof target === 'number' && target >= peers.length);
      if (wrong >= 0) below(targets[wrong], peers.length, ['events', index, key, wrong], 'peer');
    }
  }
  return faults;
}

function unknownStrategy(
  strategy: PlannedStrategy,
  known: readonly string[],
  modules: Plan['strategyModules'] = [],
): Complaint | undefined {
  const isModule = isMap(strategy) && 'module' in strategy;
  const name = isModule ? strategy.module : isMap(strategy) ? strategy.name : strategy;
  const isThere = isModule ? modules.some(({ path }) => path === name) : known.includes(String(name));
  if (isThere && (!isMap(strategy) || isMap(strategy.options))) return undefined;
  return complain(`there is no strategy ${quote(name)}`, {
    expected: `one of ${known.join(', ')}`,
    suggestion: typeof name === 'string' ? nearest(name, known) : undefined,
  });
}

/** The data of a text that is JSON, which is read a hundred times as fast as YAML; undefined for any other. */
function jsonOf(text: string): unknown {
  if (!text.startsWith('{') || text.length > MAX_TEXT) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The places of a text that is read as YAML when somebody asks where something stands, and not before. */
class LazySource implements Places {
  readonly #text: string;
  readonly #file: string;
  #source: ScenarioSource | undefined = undefined;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  /** Throws `ScenarioError` where it is no YAML. */
  read(): ScenarioSource {
    this.#source ??= new ScenarioSource(this.#text, this.#file, { maxText: MAX_TEXT });
    if (this.#source.problems.length > 0) throw new ScenarioError(this.#source.problems);
    return this.#source;
  }

  atValue(path: Path, complaint: Complaint): ScenarioProblem {
    return this.read().atValue(path, complaint);
  }

  atKey(path: Path, complaint: Complaint): ScenarioProblem {
    return this.read().atKey(path, complaint);
  }

  /** Of expectations, which is all that is asked for where nothing is wrong: not worth reading a large file again. */
  lineOf(path: Path): number {
    return this.#source?.lineOf(path) ?? 1;
  }

  fileOf(): string {
    return this.#file;
  }

  pathOf(): string {
    return this.#file;
  }
}

function within(source: Places, above: Path): Places {
  return {
    atValue: (path, complaint) => source.atValue([...above, ...path], complaint),
    atKey: (path, complaint) => source.atKey([...above, ...path], complaint),
    lineOf: (path) => source.lineOf([...above, ...path]),
    fileOf: (path) => source.fileOf([...above, ...path]),
    pathOf: (path) => source.pathOf([...above, ...path]),
  };
}

function scenarioOf(plan: Plan, expectations: readonly Expectation[]): Scenario {
  const { link: _, ...tracker } = plan.tracker;
  return {
    version: 1,
    name: plan.name,
    description: plan.description,
    seed: plan.seed,
    time: {
      untilUs: plan.endUs,
      sampleUs: plan.sampleUs,
      startsAtUs: plan.startsAtUs,
      healUs: plan.healAtUs,
    },
    swarm: plan.swarm,
    payload: plan.payload,
    torrent: plan.torrent,
    tracker,
    internet: plan.internet,
    groups: [],
    events: [],
    expectations,
    sweep: undefined,
    plan,
  };
}
