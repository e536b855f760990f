/** What a run that was healed owes, in the form of a verdict beside those of the scenario. */
import { NOTHING_EXPECTED, type Verdict } from '../expectations/verdict.ts';
import type { HealVerdict } from './heal-demand.ts';

/** The others are counted. */
const NAMED_MAX = 3;

export function healVerdict({ status, peers }: HealVerdict): Verdict {
  const named = (outcomes: readonly string[]) => peers.filter(({ outcome }) => outcomes.includes(outcome));
  const guilty = named(['stuck', 'false claim']);
  const excused = named(['excused']);
  const pending = named(['pending']);
  const saying = (some: typeof peers): string => {
    const named = some.slice(0, NAMED_MAX).map(({ id, reason }) => `${id} ${reason}`);
    const rest = some.length - named.length;
    return [...named, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
  };
  const verdict: Verdict = {
    ...NOTHING_EXPECTED,
    name: 'once healed, whoever can complete does',
    reason: undefined,
    evaluations: peers.length,
  };
  if (status === 'undecided') return { ...verdict, status: 'no-data', reason: saying(pending) };
  const excuses = excused.length === 0 ? '' : ` (excused: ${saying(excused)})`;
  const text = guilty.length === 0 ? `0 did not${excuses}` : `${guilty.length} did not: ${saying(guilty)}`;
  return {
    ...verdict,
    status: status === 'held' ? 'held' : 'failed',
    left: { value: guilty.length, unit: '', text },
    right: { value: 0, unit: '', text: '0' },
  };
}
