/** Where in its file an expectation stands: its line is in the verdict, the column is looked up in the text. */
import { readFileSync } from 'node:fs';
import type { Verdict } from '../../scenarios/expectations/verdict.ts';

export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1; absent where the line does not show the expression. */
  readonly column?: number;
}

/** `text` is the scenario's; undefined when it cannot be read any more. */
export function placeOf({ line, expression }: Verdict, text: string | undefined): Place {
  const shown = text?.split(/\r\n|\n|\r/)[line - 1] ?? '';
  const found = expression === '' ? -1 : shown.indexOf(expression);
  if (found >= 0) return { line, column: found + 1 };
  // Folded over several lines, or with signs that YAML writes otherwise: where the line begins.
  const begin = shown.search(/\S/);
  return begin < 0 ? { line } : { line, column: begin + 1 };
}

export function readTextIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
