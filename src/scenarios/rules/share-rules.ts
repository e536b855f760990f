/** Rules about mixtures: the shares of the kinds are all of the peers. */
import { complain, quote } from '../complaint.ts';
import type { Path } from '../source.ts';
import { formatShare } from '../unit-text.ts';
import { parseShare } from '../units.ts';
import { atKey, isMap, type RuleFault } from './plain-data.ts';

/** The faults of what may be a map of kinds with a share each. Nothing is said where a share is none at all. */
export function sharesFaults(value: unknown, path: Path): RuleFault[] {
  if (!isMap(value)) return [];
  const shares = Object.values(value).map((share) => {
    const parsed = typeof share === 'string' ? parseShare(share) : undefined;
    return parsed?.ok ? parsed.value : undefined;
  });
  const sum = shares.reduce<number | undefined>(
    (total, share) => (total === undefined || share === undefined ? undefined : total + share),
    0,
  );
  if (sum === undefined || shares.length === 0 || sum === 1_000_000) return [];
  return [
    atKey(
      path,
      complain(`the shares of ${quote(path.at(-1))} sum to ${formatShare(sum)}`, {
        expected: 'a sum of 100%',
      }),
    ),
  ];
}
