/**
 * The comparisons within one sweep: each value of a factor against the first one, everything else equal, seed by seed
 * where seeds are paired. And those between two sweeps: each cell against the cell with the same values. Pure.
 */
import { type Comparison, compareSides, type Side } from './compare.ts';
import type { Figure } from './figures.ts';
import type { RunRow } from './run-row.ts';
import type { ScenarioSweep } from './sweep.ts';

/** What there is to compare of a sweep. */
export interface SweepResult {
  readonly sweep: Pick<ScenarioSweep, 'factors' | 'cells' | 'seeds'>;
  readonly figures: readonly Figure[];
  readonly rows: readonly RunRow[];
}

/** For each figure in `figures` (indices), each combination of the other factors and each further value of the factor. */
export function contrastsOf(result: SweepResult, factor: number, figures: readonly number[]): Comparison[] {
  const { sweep } = result;
  const levels = sweep.factors[factor]?.labels ?? [];
  const [baseline, ...others] = levels;
  if (baseline === undefined) return [];
  const contexts = new Map<string, Map<string, number>>();
  for (const [index, { labels }] of sweep.cells.entries()) {
    const where = whereOf(sweep, labels, factor);
    const cells = contexts.get(where) ?? new Map<string, number>();
    contexts.set(where, cells.set(labels[factor] as string, index + 1));
  }
  return figures.flatMap((figure) =>
    [...contexts].flatMap(([where, cells]) =>
      others.flatMap((level) => {
        const [from, to] = [cells.get(baseline), cells.get(level)];
        if (from === undefined || to === undefined) return [];
        const sides = [sideOf(result, from, figure, baseline), sideOf(result, to, figure, level)] as const;
        return [compareSides(result.figures[figure] as Figure, where, ...sides, sweep.seeds === 'paired')];
      }),
    ),
  );
}

/** Cells of both that have the same values, each figure that both have. Runs with the same seed are pairs. */
export function acrossSweeps(
  left: SweepResult,
  right: SweepResult,
  figures: readonly string[],
  [leftLabel, rightLabel]: readonly [string, string],
): Comparison[] {
  const cellOf = new Map(right.sweep.cells.map(({ labels }, index) => [JSON.stringify(labels), index + 1]));
  return figures.flatMap((name) => {
    const [own, other] = [left, right].map(({ figures: all }) =>
      all.findIndex((figure) => figure.name === name),
    );
    if (own === undefined || other === undefined || own < 0 || other < 0) return [];
    return left.sweep.cells.flatMap(({ labels }, index) => {
      const cell = cellOf.get(JSON.stringify(labels));
      if (cell === undefined) return [];
      const sides = [
        sideOf(left, index + 1, own, leftLabel),
        sideOf(right, cell, other, rightLabel),
      ] as const;
      const paired = [...sides[0].values.keys()].some((key) => sides[1].values.has(key));
      return [compareSides(left.figures[own] as Figure, whereOf(left.sweep, labels), ...sides, paired)];
    });
  });
}

/** Runs are known by their seeds: those that both sides have are pairs. */
function sideOf({ rows }: SweepResult, cell: number, figure: number, label: string): Side {
  const own = rows.filter((row) => row.cell === cell);
  return { label, values: new Map(own.map((row) => [String(row.seed), row.figures[figure] ?? undefined])) };
}

/** The values of a cell but for one factor: "peers.crowd.count 100, link adsl". Factors with one value say nothing. */
export function whereOf(
  { factors }: Pick<ScenarioSweep, 'factors'>,
  labels: readonly string[],
  without?: number,
): string {
  return factors
    .map(({ path, labels: all }, index) =>
      index === without || all.length < 2 ? '' : `${shortPath(path)} ${labels[index]}`,
    )
    .filter((text) => text !== '')
    .join(', ');
}

/** A path without what all scenarios have in common: "crowd.engine.picker". */
export function shortPath(path: string): string {
  return path.replace(/^peers\./, '');
}
