/**
 * The cells of a sweep as scenarios of their own: the file with the values of the cell laid over it, held to everything
 * that any scenario is held to. What is wrong with a cell is shown at the value that makes it wrong.
 */
import { type Complaint, complain } from '../complaint.ts';
import { ScenarioError, type ScenarioProblem } from '../errors.ts';
import type { ScenarioData } from '../layers/scenario-data.ts';
import type { Override } from '../overrides.ts';
import type { Scenario } from '../scenario.ts';
import { type CellSetting, labelOf, type ScenarioSweep } from './sweep.ts';

/** Parses the file once more with some values laid over it. Throws `ScenarioError`. */
export type ParseWith = (overrides: readonly Override[]) => Scenario;

/** What is wrong with single values of the sweep, in a file that is right without it. */
export function sweepValueProblems(
  source: ScenarioData,
  { factors, cells }: ScenarioSweep,
  parse: ParseWith,
): ScenarioProblem[] {
  const problems: ScenarioProblem[] = [];
  const seen = new Set<string>();
  for (const cell of cells) {
    for (const [index, setting] of cell.settings.entries()) {
      const path = factors[index]?.path;
      const key = JSON.stringify(setting?.writtenAt) + cell.labels[index];
      if (setting === undefined || path === undefined || seen.has(key)) continue;
      seen.add(key);
      const parsed = parseLaid(source, new Map([[path, setting]]), parse);
      if (!parsed.ok) problems.push(...parsed.problems);
    }
  }
  return problems;
}

/** Every cell of a sweep whose single values are right. Throws `ScenarioError` with the values that do not go together. */
export function cellScenarios(
  source: ScenarioData,
  { factors, cells }: ScenarioSweep,
  parse: ParseWith,
): Scenario[] {
  const problems: ScenarioProblem[] = [];
  const scenarios: Scenario[] = [];
  for (const { settings } of cells) {
    const laid = new Map<string, CellSetting>();
    for (const [index, setting] of settings.entries()) {
      const path = factors[index]?.path;
      if (setting !== undefined && path !== undefined) laid.set(path, setting);
    }
    const parsed = parseLaid(source, laid, parse);
    if (parsed.ok) scenarios.push(parsed.scenario);
    else problems.push(...parsed.problems.map((problem) => together(source, laid, problem)));
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return scenarios;
}

type Laid =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

function parseLaid(source: ScenarioData, settings: ReadonlyMap<string, CellSetting>, parse: ParseWith): Laid {
  const placed = new Set<ScenarioProblem>();
  const overrides = [...settings].map(([path, { value, writtenAt }]): Override => {
    const place = (problem: ScenarioProblem): ScenarioProblem => {
      placed.add(problem);
      return problem;
    };
    const inText = JSON.stringify(source.dataAt(writtenAt)) === JSON.stringify(value);
    return {
      path,
      value,
      // The path is a key of the matrix, or of an entry of "include": all its values stand below it.
      atPath: (complaint) =>
        place(source.atKey(writtenAt.slice(0, writtenAt[1] === 'matrix' ? 3 : 4), complaint)),
      atKey: (complaint) => place(source.atKey(writtenAt, complaint)),
      atValue: (complaint) =>
        // A value between two ends does not stand in the file itself.
        place(source.atValue(writtenAt, inText ? complaint : ofSpaced(value, complaint))),
    };
  });
  try {
    return { ok: true, scenario: parse(overrides) };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const problems = error.problems.map((problem) =>
      placed.has(problem) || settings.size > 1 ? problem : elsewhere(source, settings, problem),
    );
    return { ok: false, problems };
  }
}

function ofSpaced(value: unknown, complaint: Complaint): Complaint {
  return complain(`of these values ${String(value)}: ${complaint.message}`, {
    ...complaint,
    offset: 0,
    length: 0,
  });
}

/** The file is right without the value, so a fault in another place is its doing. */
function elsewhere(
  source: ScenarioData,
  settings: ReadonlyMap<string, CellSetting>,
  { line, message, expected, suggestion }: ScenarioProblem,
): ScenarioProblem {
  const at = [...settings.values()][0]?.writtenAt ?? [];
  const text = `with ${valuesText(settings)} line ${line} is wrong: ${message}`;
  return source.atValue(at, complain(text, { expected, suggestion }));
}

function together(
  source: ScenarioData,
  settings: ReadonlyMap<string, CellSetting>,
  { message, expected, suggestion }: ScenarioProblem,
): ScenarioProblem {
  return source.atKey(
    ['sweep', 'matrix'],
    complain(`${valuesText(settings)} do not go together: ${message}`, {
      expected: expected === undefined ? undefined : `${expected}; or leave the cell out with "exclude"`,
      suggestion,
    }),
  );
}

function valuesText(settings: ReadonlyMap<string, CellSetting>): string {
  return [...settings].map(([path, { value }]) => `${path}: ${labelOf(value)}`).join(', ');
}
