/** Looks a place of generated code up in its source map (version 3: base 64 VLQ). A map that is broken gives no place. */
import type { ModuleSourceMap } from './strategy-module.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export interface SourcePlace {
  /** The name of the source, and its text. */
  readonly file: string;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** `line` and `column` of the generated code, from 1. */
export function sourcePlace(map: ModuleSourceMap, line: number, column: number): SourcePlace | undefined {
  // What a segment says is relative to the one before, over all lines.
  const [source, sourceLine, sourceColumn] = [1, 2, 3];
  const state = [0, 0, 0, 0];
  let found: number[] | undefined;
  for (const [index, text] of map.mappings.split(';').entries()) {
    if (index >= line) break;
    state[0] = 0;
    for (const segment of text === '' ? [] : text.split(',')) {
      for (const [field, value] of decodeVlq(segment).slice(0, 4).entries())
        state[field] = (state[field] ?? 0) + value;
      if (index === line - 1 && (state[0] as number) < column) found = state.slice();
    }
  }
  if (found === undefined) return undefined;
  const file = map.sources[found[source] as number];
  if (file === undefined) return undefined;
  return {
    file,
    text: map.sourcesContent[found[source] as number] ?? '',
    line: (found[sourceLine] as number) + 1,
    column: (found[sourceColumn] as number) + 1,
  };
}

function decodeVlq(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 0 ? value >>> 1 : -(value >>> 1));
    value = 0;
    shift = 0;
  }
  return numbers;
}
