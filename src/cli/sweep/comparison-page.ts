/** The page of a sweep or a comparison: what was found in words, the means of cells, differences, and curves of completion. */
import { join } from 'node:path';
import type { CompareModel, CurveMark, DifferenceMark, MeanMark } from '../../../viz/compare/model.ts';
import type { RaceModel } from '../../../viz/compare/race-model.ts';
import { renderReportHtml } from '../../../viz/report/html.ts';
import { ascending, mean, standardDeviation } from '../../scenarios/statistics/describe.ts';
import { meanInterval } from '../../scenarios/statistics/estimate.ts';
import { type Judged, relativeDifference } from '../../scenarios/sweep/compare.ts';
import { constantFigures, headlineOf, verdictSentence } from '../../scenarios/sweep/comparison-text.ts';
import { type SweepResult, whereOf } from '../../scenarios/sweep/contrasts.ts';
import type { RunRow } from '../../scenarios/sweep/run-row.ts';
import { readCompareScript } from '../assets.ts';
import { VERSION } from '../version.ts';
import { writeDurably } from './sweep-folder.ts';

/** One side of a page: a result, and which of its factors is compared, or the name of all of it. */
export interface PageSide {
  readonly result: SweepResult;
  readonly compared: { readonly factor: number } | { readonly label: string };
}

export interface ComparisonPage {
  readonly title: string;
  readonly eyebrow: string;
  readonly notes: readonly string[];
  readonly judged: readonly Judged[];
  readonly sides: readonly PageSide[];
  readonly command: string | null;
  /** Two runs to be shown side by side. */
  readonly race?: RaceModel | undefined;
}

/** Combinations that are drawn; more make no picture that anybody can read. */
const PLACES_MOST = 12;
/** Thin lines of a picture. */
const RUNS_MOST = 20;
/** Runs of a cell that are drawn as dots; of more, so many of them, evenly over their order. */
const DOTS_MOST = 200;

/** Writes the page into `folder` and returns its path. */
export function writeComparisonPage(folder: string, name: string, page: ComparisonPage): string {
  const html = renderReportHtml({ title: page.title, scriptText: readCompareScript(), data: modelOf(page) });
  writeDurably(folder, name, [html]);
  return join(folder, name);
}

interface DrawnCell {
  readonly place: string;
  readonly series: string;
  readonly result: SweepResult;
  /** In the order of repetitions. */
  readonly rows: readonly RunRow[];
}

export function modelOf({
  title,
  eyebrow,
  notes,
  judged,
  sides,
  command,
  race,
}: ComparisonPage): CompareModel {
  const cells = sides.flatMap(cellsOf);
  const allPlaces = [...new Set(cells.map(({ place }) => place))];
  const places = allPlaces.slice(0, PLACES_MOST);
  const series = [...new Set(cells.map((cell) => cell.series))];
  const constant = constantFigures(judged);
  const telling = judged.filter(({ figure }) => !constant.some(({ name }) => name === figure.name));
  const names = [...new Set(telling.map(({ figure }) => figure.name))];
  const headline = headlineOf(telling);
  const isHeadline = ({ figure }: Judged): boolean => figure.name === headline;
  const findings = [...telling.filter(isHeadline), ...telling.filter((each) => !isHeadline(each))];
  const metrics = names.map((name) => {
    const { words, unit } = (judged.find(({ figure }) => figure.name === name) as Judged).figure;
    return { name, words, unit };
  });
  const drawn = cells.filter(({ place }) => places.includes(place));
  const markOf = (cell: { readonly place: string; readonly series: string }) => ({
    place: places.indexOf(cell.place),
    series: series.indexOf(cell.series),
  });
  return {
    ...(race === undefined ? {} : { race }),
    title,
    eyebrow,
    notes,
    command,
    version: VERSION,
    metrics,
    series,
    places,
    placesLeft: allPlaces.length - places.length,
    findings: findings.map((each) => ({ text: verdictSentence(each), verdict: each.verdict })),
    headlines: telling.filter(isHeadline).length,
    constant: constant.map(({ words }) => words),
    means: names.flatMap((name, metric) =>
      drawn.flatMap((cell): MeanMark[] => {
        const values = valuesOf(cell, name);
        const average = mean(values);
        if (average === undefined) return [];
        const interval = meanInterval(values);
        return [
          {
            ...markOf(cell),
            metric,
            n: values.length,
            mean: average,
            runs: spreadEvenly(ascending(values)).map(rounded),
            deviation: standardDeviation(values) ?? null,
            low: interval?.low ?? null,
            high: interval?.high ?? null,
          },
        ];
      }),
    ),
    differences: telling.flatMap((each): DifferenceMark[] => {
      if (each.difference === undefined || !places.includes(each.where)) return [];
      const relative = relativeDifference(each) !== undefined && each.figure.unit !== 'share';
      const scale = relative ? Math.abs(each.leftMean as number) : 1;
      return [
        {
          ...markOf({ place: each.where, series: each.right }),
          metric: names.indexOf(each.figure.name),
          against: series.indexOf(each.left),
          changes: each.changes.map((change) => rounded(change / scale)),
          relative,
          mean: each.difference / scale,
          low: each.interval === undefined ? null : each.interval.low / scale,
          high: each.interval === undefined ? null : each.interval.high / scale,
          verdict: each.verdict,
          text: verdictSentence(each),
        },
      ];
    }),
    curves: drawn.flatMap((cell): CurveMark[] => {
      const runs = cell.rows.map(({ completions }) => completions).filter(({ length }) => length > 0);
      const points = Math.min(...runs.map(({ length }) => length));
      if (runs.length === 0 || !Number.isFinite(points)) return [];
      const middle = Array.from({ length: points }, (_, point) =>
        middleOf(runs.map((run) => run[point] ?? null)),
      );
      return [{ ...markOf(cell), middle, runs: runs.length < 2 ? [] : runs.slice(0, RUNS_MOST) }];
    }),
  };
}

function cellsOf({ result, compared }: PageSide): DrawnCell[] {
  const { sweep, rows } = result;
  return sweep.cells.map(({ labels }, index) => ({
    place: whereOf(sweep, labels, 'factor' in compared ? compared.factor : undefined),
    series: 'factor' in compared ? (labels[compared.factor] ?? '') : compared.label,
    result,
    rows: rows
      .filter(({ cell }) => cell === index + 1)
      .sort((left, right) => left.rep - right.rep || left.seed - right.seed),
  }));
}

function valuesOf({ result, rows }: DrawnCell, name: string): number[] {
  const column = result.figures.findIndex((figure) => figure.name === name);
  return rows.map(({ figures }) => figures[column]).filter((value) => typeof value === 'number');
}

/** The lower one of two in the middle; one that never came is later than any. */
function middleOf(values: readonly (number | null)[]): number | null {
  const sorted = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((left, right) => left - right);
  const value = sorted[(sorted.length - 1) >> 1] as number;
  return Number.isFinite(value) ? value : null;
}

/** Both ends always. */
function spreadEvenly(sorted: readonly number[]): number[] {
  if (sorted.length <= DOTS_MOST) return [...sorted];
  return Array.from(
    { length: DOTS_MOST },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (DOTS_MOST - 1))] as number,
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
