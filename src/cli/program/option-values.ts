/** What several commands take: how its text is read, and what the help says of it. */
import { InvalidArgumentError } from 'commander';

export const SET_HELP =
  'a value in place of the scenario\'s, such as "peers.crowd.engine.picker=random"; may be given again';

export const METRIC_HELP = 'a column of runs.csv to compare, in place of the usual ones; may be given again';

export function integer(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  }
  return value;
}

export function port(text: string): number {
  const value = integer(text);
  if (value > 65535) throw new InvalidArgumentError('A port is at most 65535.');
  return value;
}

export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
