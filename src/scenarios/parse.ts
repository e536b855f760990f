/**
 * From the text of a scenario file to a scenario. Everything that is wrong is found and reported at once; nothing but
 * `ScenarioError` is thrown, whatever the text is.
 */
import { type Complaint, complain, quote, reject } from './complaint.ts';
import { ScenarioError, type ScenarioProblem } from './errors.ts';
import { compileExpectation, type Expectation } from './expectations/expectation.ts';
import { issueProblems } from './issues.ts';
import { layOverrides, type Override } from './overrides.ts';
import { checkRules, groupNames } from './rules.ts';
import type { Scenario } from './scenario.ts';
import { type StrategyNames, scenarioSchema } from './schema.ts';
import { ScenarioSource } from './source.ts';
import { expandSweep } from './sweep/expand-sweep.ts';
import { cellScenarios, sweepValueProblems } from './sweep/parse-sweep.ts';
import { toScenario } from './to-scenario/to-scenario.ts';
import { type ReadFile, readTraces } from './traces.ts';

/**
 * Parses and checks a scenario. `file` is a name for messages; `strategies` are the registered names of pickers and
 * chokers; `readFile` reads the files that it names; `overrides` are laid over what it says. Throws `ScenarioError`.
 */
export function parseScenario(
  text: string,
  file: string,
  strategies: StrategyNames,
  readFile: ReadFile = noFiles,
  overrides: readonly Override[] = [],
): Scenario {
  return readWithSweep(text, file, strategies, readFile, overrides).scenario;
}

/** A scenario as `parseScenario` gives it, and every cell of its sweep as one; none where it has no sweep. */
export function parseSweep(
  text: string,
  file: string,
  strategies: StrategyNames,
  readFile: ReadFile = noFiles,
  overrides: readonly Override[] = [],
): { readonly scenario: Scenario; readonly cells: readonly Scenario[] } {
  const { source, scenario, parseCell } = readWithSweep(text, file, strategies, readFile, overrides);
  const { sweep } = scenario;
  return { scenario, cells: sweep === undefined ? [] : cellScenarios(source, sweep, parseCell) };
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
  readonly source: ScenarioSource;
  readonly scenario: Scenario;
  /** The same file without its sweep, with more values laid over it. */
  readonly parseCell: (more: readonly Override[]) => Scenario;
}

function read(
  text: string,
  file: string,
  strategies: StrategyNames,
  readFile: ReadFile,
  overrides: readonly Override[],
  asCell = false,
): Read {
  const source = new ScenarioSource(text, file);
  const problems: ScenarioProblem[] = [...source.problems];
  layOverrides(source, overrides, problems);
  const { data } = source;
  if (data === undefined || data === null || typeof data !== 'object' || Array.isArray(data)) {
    if (problems.length === 0) problems.push(source.atKey([], notAMap(data)));
    throw new ScenarioError(problems);
  }

  const fields = Object.fromEntries(
    Object.entries(data).filter(([key]) => !key.startsWith('x-') && !(asCell && key === 'sweep')),
  );
  const schema = scenarioSchema(strategies);
  // Without compiled checks: each schema is used once, and a web page may forbid compiling.
  const parsed = schema.safeParse(fields, { jitless: true });
  if (!parsed.success) problems.push(...issueProblems(source, schema, fields, parsed.error.issues));
  const { sweep, faults } = expandSweep(fields);
  for (const { path, atKey, complaint } of [...checkRules(fields), ...faults]) {
    problems.push(atKey ? source.atKey(path, complaint) : source.atValue(path, complaint));
  }
  const traces = readTraces(source, fields, readFile, problems);
  const expectations = compileExpectations(source, fields, problems);
  if (!parsed.success || problems.length > 0) throw new ScenarioError(problems);
  return {
    source,
    scenario: toScenario(parsed.data, traces, expectations, sweep),
    parseCell: (more) => read(text, file, strategies, readFile, [...overrides, ...more], true).scenario,
  };
}

function noFiles(path: string): ReturnType<ReadFile> {
  return reject(`${quote(path)} cannot be read: there are no files here`);
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
  source: ScenarioSource,
  data: Record<string, unknown>,
  problems: ScenarioProblem[],
): Expectation[] {
  const compiled: Expectation[] = [];
  const groups = groupNames(data);
  const entries: unknown = data.expect;
  for (const [index, entry] of (Array.isArray(entries) ? entries : []).entries()) {
    const { name, that } = (entry ?? {}) as Record<string, unknown>;
    if (typeof that !== 'string') continue;
    const path = ['expect', index, 'that'];
    const result = compileExpectation(String(name), that, source.lineOf(path), groups);
    if (result.ok) compiled.push(result.value);
    else for (const complaint of result.complaints) problems.push(source.atValue(path, complaint));
  }
  return compiled;
}
