/**
 * A fault in a strategy of the user's own: what it did, and where in the user's file. It is the author's fault, so it has
 * a place, a code frame and no stack of ours.
 */
import { codeFrame, Lines } from '../frame.ts';
import { type SourcePlace, sourcePlace } from './source-map.ts';
import type { StrategyModule, StrategyRole } from './strategy-module.ts';

/** What stands before the code in the function that is made of it, in lines. */
const LINES_BEFORE = 3;
const METHODS: Readonly<Record<StrategyRole, string>> = { picker: 'pick', choker: 'decide' };

export class StrategyFault extends Error {
  override readonly name = 'StrategyFault';
  /** The file, as the scenario names it. */
  readonly file: string;
  /** From 1; undefined where nothing says which line it was. */
  readonly line: number | undefined;

  constructor(message: string, file: string, line: number | undefined) {
    super(message);
    this.file = file;
    this.line = line;
  }
}

/** The name under which the code of a module runs: it stands in stack traces. */
export function moduleUrl({ path }: Pick<StrategyModule, 'path'>): string {
  return `strategy:${path}`;
}

/** The fault behind something that the module's code threw. `context` says when: "peer crowd-3, at 1m2s". */
export function thrownFault(module: StrategyModule, thrown: unknown, context: string): StrategyFault {
  if (thrown instanceof StrategyFault) return thrown;
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `it threw ${String(thrown)}`;
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  return faultAt(module, what, placeInStack(module, stack) ?? definition(module), context);
}

/** The fault of a wrong answer: nothing says which line gave it, so the method itself is named. */
export function wrongAnswer(module: StrategyModule, what: string, context: string): StrategyFault {
  return faultAt(module, `${METHODS[module.role]}() ${what}`, definition(module), context);
}

function faultAt(
  module: StrategyModule,
  what: string,
  place: SourcePlace | undefined,
  context: string,
): StrategyFault {
  const tail = context === '' ? '' : ` (${context})`;
  if (place === undefined) return new StrategyFault(`${module.path}: ${what}${tail}`, module.path, undefined);
  const lines = new Lines(place.text);
  const offset = offsetOf(place.text, place.line) + place.column - 1;
  const frame = codeFrame(lines, offset, 1).trimEnd();
  const message = `${place.file}:${place.line}:${place.column}: ${what}${tail}\n${frame}`;
  return new StrategyFault(message, place.file, place.line);
}

/** The innermost place of the user's own code. */
function placeInStack(module: StrategyModule, stack: string): SourcePlace | undefined {
  const url = moduleUrl(module);
  for (const row of stack.split('\n')) {
    const at = row.lastIndexOf(`${url}:`);
    const match = at < 0 ? null : /^:(\d+):(\d+)/.exec(row.slice(at + url.length));
    if (match === null) continue;
    const place = sourcePlace(module.map, Number(match[1]) - LINES_BEFORE, Number(match[2]));
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Where the method stands in the file of the module itself. */
function definition({ role, map, path: file }: StrategyModule): SourcePlace | undefined {
  const text = map.sourcesContent[map.sources.indexOf(file)];
  if (text === undefined) return undefined;
  const found = new RegExp(`(?<![.\\w$])${METHODS[role]}\\s*[(:=<]`).exec(text);
  return { file, text, ...new Lines(text).place(found?.index ?? 0) };
}

function offsetOf(text: string, line: number): number {
  let offset = 0;
  for (let count = 1; count < line; count++) {
    const end = text.indexOf('\n', offset);
    if (end < 0) break;
    offset = end + 1;
  }
  return offset;
}
