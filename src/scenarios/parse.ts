/**
 * From the text of a scenario file to a scenario. Everything that is wrong is found and reported at once; nothing but
 * `ScenarioError` is thrown, whatever the text is.
 */
import { type Complaint, complain } from './complaint.ts';
import { ScenarioError, type ScenarioProblem } from './errors.ts';
import { compileExpectation, type Expectation, type ExpectationTerms } from './expectations/expectation.ts';
import { vocabularyOf } from './expectations/vocabulary.ts';
import { issueProblems } from './issues.ts';
import { type LaidValue, ScenarioData } from './layers/scenario-data.ts';
import { type NamedFiles, NO_FILES } from './named-files.ts';
import { layOverrides, type Override } from './overrides.ts';
import { isPlanText, parsePlan } from './plan-file.ts';
import { checkRules } from './rules.ts';
import { readRunPieces } from './run-pieces.ts';
import type { Scenario } from './scenario.ts';
import { type StrategyNames, scenarioSchema } from './schema.ts';
import type { Places } from './source.ts';
import { readStrategies } from './strategies/read-strategies.ts';
import { expandSweep } from './sweep/expand-sweep.ts';
import { cellScenarios, sweepValueProblems } from './sweep/parse-sweep.ts';
import { withDemands } from './sweep/read-demands.ts';
import { toScenario } from './to-scenario/to-scenario.ts';
import { readTraces } from './traces.ts';

/** Of the language. */
const VERSION = 1;

/** How a scenario is read, beside its text. */
export interface ReadingOptions {
  /** Path of its file, which paths in it count from; its name for messages where absent. */
  readonly path?: string;
  /** Reads the files that it names; there are none where absent. */
  readonly files?: NamedFiles;
  /** Laid over what it says, in turn. */
  readonly overrides?: readonly Override[];
  /** One event more. */
  readonly event?: LaidValue & { readonly value: unknown };
}

/**
 * Parses and checks a scenario. `file` is a name for messages; `strategies` are the registered names of pickers and
 * chokers. Throws `ScenarioError`.
 */
export function parseScenario(
  text: string,
  file: string,
  strategies: StrategyNames,
  options: ReadingOptions = {},
): Scenario {
  if (isPlanText(text)) return parsePlanFile(text, file, strategies, options);
  return readWithSweep(text, file, strategies, options).scenario;
}

/** A scenario as `parseScenario` gives it, and every cell of its sweep as one; none where it has no sweep. */
export function parseSweep(
  text: string,
  file: string,
  strategies: StrategyNames,
  options: ReadingOptions = {},
): { readonly scenario: Scenario; readonly cells: readonly Scenario[] } {
  const { source, scenario, parseCell } = readWithSweep(text, file, strategies, options);
  const { sweep } = scenario;
  return { scenario, cells: sweep === undefined ? [] : cellScenarios(source, sweep, parseCell) };
}

/** A plan has everything spelled out: what the command line would change belongs into its scenario. */
function parsePlanFile(
  text: string,
  file: string,
  strategies: StrategyNames,
  { overrides = [], event }: ReadingOptions,
): Scenario {
  const changes: readonly LaidValue[] = event === undefined ? overrides : [...overrides, event];
  if (changes.length > 0) {
    const complaint = complain('this is a plan, which cannot be changed', {
      expected: 'the scenario that the plan was made of',
    });
    throw new ScenarioError(changes.map((change) => change.atPath(complaint)));
  }
  return parsePlan(text, file, strategies, compileExpectations);
}

/** Each value of a sweep is tried by itself: all are right where the file is. */
function readWithSweep(...args: Parameters<typeof read>): Read {
  const found = read(...args);
  const { source, scenario, parseCell } = found;
  const problems = scenario.sweep === undefined ? [] : sweepValueProblems(source, scenario.sweep, parseCell);
  if (problems.length > 0) throw new ScenarioError(problems);
  return found;
}

interface Read {
  readonly source: ScenarioData;
  readonly scenario: Scenario;
  /** The same file without its sweep, with more values laid over it. */
  readonly parseCell: (more: readonly Override[]) => Scenario;
}

function read(
  text: string,
  file: string,
  strategies: StrategyNames,
  options: ReadingOptions,
  asCell = false,
): Read {
  const { path = file, files = NO_FILES, overrides = [], event } = options;
  const schema = scenarioSchema(strategies);
  const source = new ScenarioData({ text, file, path }, files, schema);
  const problems: ScenarioProblem[] = [...source.problems];
  layOverrides(source, overrides, schema, problems);
  // Without its base most of the scenario would seem to be missing.
  if (source.baseIsAmiss) throw new ScenarioError(problems);
  if (event !== undefined) layEvent(source, event);
  const { data } = source;
  if (data === undefined || data === null || typeof data !== 'object' || Array.isArray(data)) {
    if (problems.length === 0) problems.push(source.atKey([], notAMap(data)));
    throw new ScenarioError(problems);
  }

  const fields = Object.fromEntries(
    Object.entries(data).filter(([key]) => !key.startsWith('x-') && !(asCell && key === 'sweep')),
  );
  refuseOtherVersion(source, fields.version, problems);
  // Without compiled checks: most schemas are used once, and a web page may forbid compiling.
  const parsed = schema.safeParse(fields, { jitless: true });
  if (!parsed.success) problems.push(...issueProblems(source, schema, fields, parsed.error.issues));
  const expanded = expandSweep(fields);
  const faults = [...expanded.faults];
  const sweep =
    expanded.sweep && withDemands(expanded.sweep, fields, vocabularyOf(fields, strategies), faults);
  for (const { path, atKey, complaint } of [...checkRules(fields), ...faults]) {
    problems.push(atKey ? source.atKey(path, complaint) : source.atValue(path, complaint));
  }
  const traces = readTraces(source, fields, files, problems);
  const runPieces = readRunPieces(source, fields, files, problems);
  const strategyModules = readStrategies(source, fields, files, problems);
  const expectations = compileExpectations(source, fields, strategies, problems);
  if (!parsed.success || problems.length > 0) throw new ScenarioError(problems);
  return {
    source,
    scenario: toScenario(parsed.data, { traces, runPieces, strategyModules, expectations, sweep }),
    parseCell: (more) =>
      read(text, file, strategies, { ...options, overrides: [...overrides, ...more] }, true).scenario,
  };
}

/** Of another version of the language only that can be said: the rest may be right there. */
function refuseOtherVersion(source: Places, version: unknown, problems: readonly ScenarioProblem[]): void {
  if (typeof version !== 'number' || version === VERSION || !Number.isInteger(version)) return;
  const complaint = complain(`this file is of version ${version} of the scenario language`, {
    expected: `version ${VERSION}, the only one that this swarmlab reads; a newer swarmlab may read the file`,
  });
  throw new ScenarioError([...problems, source.atValue(['version'], complaint)]);
}

function layEvent(source: ScenarioData, event: NonNullable<ReadingOptions['event']>): void {
  const events = source.dataAt(['events']);
  if (Array.isArray(events)) source.lay(['events', events.length], event.value, event);
  else
    source.lay(['events'], [event.value], {
      ...event,
      atValue: (complaint, [, ...within]) => event.atValue(complaint, within),
    });
}

function notAMap(data: unknown): Complaint {
  return complain(
    data === undefined || data === null ? 'the file is empty' : 'the file is not a map of keys and values',
    {
      expected: 'a scenario: version, name, time, torrent, peers, expect',
    },
  );
}

/** Expressions are compiled from the plain data, so that their faults show even where other keys are wrong. */
function compileExpectations(
  source: Places,
  data: Record<string, unknown>,
  strategies: StrategyNames,
  problems: ScenarioProblem[],
): Expectation[] {
  const compiled: Expectation[] = [];
  const vocabulary = vocabularyOf(data, strategies);
  const entries: unknown = data.expect;
  for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
    const { that, ...others } = (entry ?? {}) as Record<string, unknown>;
    if (typeof that !== 'string') continue;
    const path = ['expect', index, 'that'];
    const result = compileExpectation(termsOf(others), that, source.lineOf(path), vocabulary);
    if (result.ok) compiled.push(result.value);
    else for (const complaint of result.complaints) problems.push(source.atValue(path, complaint));
  }
  return compiled;
}

/** What is not as it should be is complained of elsewhere. */
function termsOf({ name, severity, abort, because }: Record<string, unknown>): ExpectationTerms {
  return {
    name: String(name),
    severity: severity === 'warning' ? 'warning' : 'error',
    abort: abort === true,
    because: typeof because === 'string' ? because : '',
  };
}
