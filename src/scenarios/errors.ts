/**
 * Everything that is wrong with a scenario, at once, each thing with its place: the only error that reading a scenario
 * throws. `formatScenarioErrors` is what a person sees on the terminal.
 */

/** Problems beyond this number are counted, not kept. */
const MAX_PROBLEMS = 50;

/** One fault in a scenario file. */
export interface ScenarioProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
  /** What would have been right. */
  readonly expected: string | undefined;
  /** The nearest right word. */
  readonly suggestion: string | undefined;
  /** The lines around the place with a caret under it; lines end in "\n". */
  readonly frame: string;
}

/** The author's fault: the scenario cannot be run. Problems are in the order of the files, and of each. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly ScenarioProblem[];
  /** How many problems were found beyond those kept. */
  readonly omitted: number;

  constructor(problems: readonly ScenarioProblem[]) {
    const files = [...new Set(problems.map(({ file }) => file))];
    const ordered = [...problems]
      .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
      // A fault in a map that is used by an alias too is one fault in the file.
      .filter((problem, index, all) => !isSame(problem, all[index - 1]));
    const first = ordered[0];
    super(first === undefined ? 'the scenario is not valid' : headline(first));
    this.problems = ordered.slice(0, MAX_PROBLEMS);
    this.omitted = ordered.length - this.problems.length;
  }
}

function isSame(problem: ScenarioProblem, before: ScenarioProblem | undefined): boolean {
  return (
    before !== undefined &&
    problem.file === before.file &&
    problem.line === before.line &&
    problem.column === before.column &&
    problem.message === before.message
  );
}

/** The whole error as text for a terminal, without colours, ending in "\n". Safe to print whatever the file held. */
export function formatScenarioErrors(error: ScenarioError): string {
  const blocks = error.problems.map((problem) => {
    const lines = [headline(problem), problem.frame.trimEnd()];
    if (problem.suggestion !== undefined) lines.push(`  did you mean "${problem.suggestion}"?`);
    if (problem.expected !== undefined) lines.push(`  expected ${problem.expected}`);
    return printable(lines.filter((line) => line !== '').join('\n'));
  });
  const count = error.problems.length + error.omitted;
  const shown = error.omitted > 0 ? ` (the first ${error.problems.length} are shown)` : '';
  blocks.push(`${count} ${count === 1 ? 'problem' : 'problems'}${shown}; nothing was run`);
  return `${blocks.join('\n\n')}\n`;
}

function headline(problem: ScenarioProblem): string {
  return printable(`${problem.file}:${problem.line}:${problem.column}: ${problem.message}`);
}

/** A file must not be able to steer the terminal: control characters other than line feeds become visible. */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}
