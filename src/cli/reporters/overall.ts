/** Verdicts over several seeds of one scenario: how often each expectation held, where it was worst, which seeds failed it. */
import type { Verdict } from '../../scenarios/expectations/verdict.ts';
import { isUnmet, type RunRecord } from './run-record.ts';

export interface OverallVerdict {
  readonly name: string;
  readonly expression: string;
  readonly held: number;
  readonly of: number;
  /** The verdict that came closest to failing, or failed by most, and its seed. One without data is worst of all. */
  readonly worst: Verdict;
  readonly worstSeed: number;
  readonly failedSeeds: readonly number[];
}

/** The runs of one scenario, which have the same expectations. */
export interface OverallScenario {
  readonly scenario: string;
  readonly file: string;
  readonly records: readonly RunRecord[];
  readonly verdicts: readonly OverallVerdict[];
  /** Those with an exit code other than 0. */
  readonly red: readonly RunRecord[];
}

/** One entry for each scenario, in the order of the runs. */
export function overall(records: readonly RunRecord[]): OverallScenario[] {
  const byFile = new Map<string, RunRecord[]>();
  for (const record of records) byFile.set(record.file, [...(byFile.get(record.file) ?? []), record]);
  return [...byFile].map(([file, own]) => ({
    scenario: own[0]?.scenario ?? '',
    file,
    records: own,
    verdicts: overallVerdicts(own),
    red: own.filter(({ exitCode }) => exitCode !== 0),
  }));
}

function overallVerdicts(records: readonly RunRecord[]): OverallVerdict[] {
  const first = records[0]?.verdicts ?? [];
  return first.flatMap((_, index) => {
    const all = records.flatMap(({ verdicts, seed }) => {
      const verdict = verdicts[index];
      return verdict === undefined ? [] : [{ verdict, seed }];
    });
    const [worst] = [...all].sort((a, b) => margin(a.verdict) - margin(b.verdict));
    if (worst === undefined) return [];
    return {
      name: worst.verdict.name,
      expression: worst.verdict.expression,
      held: all.filter(({ verdict }) => !isUnmet(verdict)).length,
      of: all.length,
      worst: worst.verdict,
      worstSeed: worst.seed,
      failedSeeds: all.filter(({ verdict }) => isUnmet(verdict)).map(({ seed }) => seed),
    };
  });
}

/** How far a verdict is from failing, below 0 once it has; comparable between verdicts on one expectation. */
function margin({ status, left, right, comparison }: Verdict): number {
  if (status === 'no-data' || left === undefined || right === undefined) return Number.NEGATIVE_INFINITY;
  const difference = right.value - left.value;
  if (comparison === '<' || comparison === '<=') return difference;
  if (comparison === '>' || comparison === '>=') return -difference;
  return comparison === '==' ? -Math.abs(difference) : Math.abs(difference);
}

/** "1 to 20" for seeds without gaps, else the first few and how many more. */
export function describeSeeds(seeds: readonly number[], shownMax = 10): string {
  const first = seeds[0] as number;
  const last = seeds.at(-1) as number;
  if (seeds.length > 2 && seeds.every((seed, index) => seed === first + index)) return `${first} to ${last}`;
  const shown = seeds.slice(0, shownMax).join(', ');
  return seeds.length > shownMax ? `${shown} and ${seeds.length - shownMax} more` : shown;
}
