/**
 * What before and after come to, in one sentence for the terminal and the page, and whether it fails. A regression is worse
 * by more than the tolerance, and not by chance. One run a side cannot tell the two apart: it fails only where somebody
 * named the tolerance, who then takes one run for enough.
 */
import { type Judged, relativeDifference } from '../../scenarios/sweep/compare.ts';
import { formatPercentage } from '../../scenarios/unit-text.ts';

export interface Tolerance {
  readonly share: number;
  /** Given by the user, and not what is taken where nothing is given. */
  readonly isNamed: boolean;
}

export interface Outcome {
  readonly kind: 'held' | 'regressed' | 'nothing to compare';
  readonly text: string;
  readonly regressions: readonly Judged[];
}

export function outcomeOf(judged: readonly Judged[], tolerance: Tolerance): Outcome {
  if (judged.every(({ verdict }) => verdict === 'no-data')) {
    const text = 'Nothing could be compared: no metric has a value on both sides.';
    return { kind: 'nothing to compare', text, regressions: [] };
  }
  const untested = judged.every(isUntested);
  const isWorse = (each: Judged): boolean => isWorseBeyond(each, tolerance.share);
  const isEnough = ({ verdict }: Judged): boolean => verdict === 'worse' || (untested && tolerance.isNamed);
  const regressions = judged.filter((each) => isLost(each) || (isWorse(each) && isEnough(each)));
  const open = judged.filter((each) => isWorse(each) && !regressions.includes(each));
  const kind = regressions.length > 0 ? 'regressed' : 'held';
  return { kind, text: textOf(regressions, open, untested, tolerance.share), regressions };
}

function textOf(
  regressions: readonly Judged[],
  open: readonly Judged[],
  untested: boolean,
  tolerance: number,
): string {
  const allowed = formatPercentage(tolerance);
  if (regressions.length > 0) {
    const count = `${regressions.length} ${regressions.length === 1 ? 'regression' : 'regressions'}`;
    return untested && !regressions.every(isLost)
      ? `${count}, by the tolerance of ${allowed} that was named; one run a side cannot tell a change from chance.`
      : `${count}: worse by more than ${allowed}, and not by chance, or without a value.`;
  }
  if (open.length === 0) {
    return untested
      ? `In the one run of either side nothing is worse by more than ${allowed}; about other seeds that says nothing.`
      : `Nothing is worse by more than ${allowed}.`;
  }
  const count = `${open.length} ${open.length === 1 ? 'metric is' : 'metrics are'} worse by more than ${allowed}`;
  return untested
    ? `${count}, but one run a side cannot tell a change from chance, so nothing fails. Compare several seeds of each (run --repeat 10), or name a --tolerance for one run to fail by.`
    : `${count}, but chance could bring that too: p after Holm is not below 5 %. More seeds would tell.`;
}

/** Had values before that it has not any more: that is no matter of degree. */
export function isLost({ lost, figure }: Judged): boolean {
  return lost > 0 && figure.better !== undefined;
}

/** Has too few runs for any test: one a side, as a rule. */
function isUntested({ interval, difference }: Judged): boolean {
  return interval === undefined || difference === undefined;
}

function isWorseBeyond(judged: Judged, tolerance: number): boolean {
  const { figure, difference } = judged;
  if (difference === undefined || figure.better === undefined) return false;
  const isWorse = figure.better === 'lower' ? difference > 0 : difference < 0;
  const relative = relativeDifference(judged);
  return isWorse && (relative === undefined || Math.abs(relative) > tolerance);
}
