/** What was probably meant, for messages. */
import { slips } from '../nearest.ts';
import { BYTES, type Dimension, PLAIN, RATE, sameDimension, TIME } from './dimensions.ts';
import { METRIC_NAMES } from './metrics.ts';
import type { Syntax } from './syntax.ts';

/** Names that a message offers in place of an unknown one. */
const LIKELY_MAX = 6;
/** Longer names are no slips of the pen, and not compared. */
const NAME_MAX = 64;

/** The metrics whose names are nearest, among those of the same family if there is one. */
export function likelyMetrics(name: string): readonly string[] {
  const family = `${name.split('.')[0]}.`;
  const relatives = METRIC_NAMES.filter((one) => one.startsWith(family));
  const candidates = relatives.length > 0 ? relatives : METRIC_NAMES;
  const distances = new Map(candidates.map((one) => [one, slips(name.slice(0, NAME_MAX), one)]));
  return candidates
    .toSorted((one, other) => (distances.get(one) as number) - (distances.get(other) as number))
    .slice(0, LIKELY_MAX);
}

/** What to write in place of a number that only lacks its unit; undefined where it is none. */
export function unitFor(syntax: Syntax, dimension: Dimension): string | undefined {
  if (syntax.kind !== 'number' || !sameDimension(syntax.dimension, PLAIN)) return undefined;
  if (sameDimension(dimension, TIME))
    return `a number with its unit, such as ${syntax.value}s or ${syntax.value}m`;
  if (sameDimension(dimension, BYTES))
    return `a number with its unit, such as ${syntax.value} KiB or ${syntax.value} MiB`;
  if (sameDimension(dimension, RATE))
    return `a number with its unit, such as ${syntax.value} Mbit/s or ${syntax.value} KiB/s`;
  return undefined;
}
