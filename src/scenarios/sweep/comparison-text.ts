/** Comparisons as people read them: numbers with their units, verdicts as sentences. */
import { formatDuration, formatNumber, formatPercentage, formatRate, formatSize } from '../unit-text.ts';
import { type Judged, relativeDifference, relativeMargin } from './compare.ts';
import type { Figure, FigureUnit } from './figures.ts';

export function formatFigure(value: number | undefined, unit: FigureUnit): string {
  if (value === undefined) return '–';
  switch (unit) {
    case 'us':
      return formatDuration(value);
    case 'bytes':
      return formatSize(value);
    case 'bytes/us':
      return formatRate(value * 1_000_000);
    case 'share':
      return formatPercentage(value);
    case 'plain':
      return formatNumber(Number(value.toPrecision(4)));
  }
}

/** "< 0.001", "0.012"; "–" where there is none. */
export function formatP(p: number | undefined): string {
  if (p === undefined) return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

/** "+12 % ± 3 %"; in the unit of the figure where there is nothing to be a part of. */
export function formatDifference(judged: Judged): string {
  const relative = relativeDifference(judged);
  if (judged.difference === undefined) return '–';
  const margin = relativeMargin(judged);
  const sign = judged.difference > 0 ? '+' : '';
  if (relative === undefined || judged.figure.unit === 'share') {
    const half = judged.interval === undefined ? undefined : (judged.interval.high - judged.interval.low) / 2;
    const own = `${sign}${formatFigure(judged.difference, judged.figure.unit)}`;
    return half === undefined ? own : `${own} ± ${formatFigure(half, judged.figure.unit)}`;
  }
  const own = `${sign}${percent(relative)}`;
  return margin === undefined ? own : `${own} ± ${percent(margin)}`;
}

/** With as many digits as a reader can use. */
function percent(share: number): string {
  const value = share * 100;
  const digits = Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return `${Number(value.toFixed(digits))} %`;
}

/** What a comparison says, for somebody who reads nothing else. */
export function verdictSentence(judged: Judged): string {
  const { figure, left, right, verdict, n, nRight, paired, where } = judged;
  const place = where === '' ? '' : `${where}: `;
  const runs = paired ? `${n} paired ${n === 1 ? 'seed' : 'seeds'}` : `${n} and ${nRight} runs`;
  const what = place + figure.words;
  if (verdict === 'no-data') return `${what} cannot be compared: ${left} or ${right} never has it`;
  if (verdict === 'same') return `${what} is the same with ${left} and ${right}, over ${runs}`;
  const amount = formatDifference(judged).replace(/^[+-]/, '');
  const moved = movedWord(judged);
  const finish = figure.name.endsWith('completion_time_max_us');
  const says = finish ? `${place}${wordOf(figure.words)} finishes` : `${what} is`;
  if (judged.interval === undefined) {
    return `${says} ${amount} ${moved} with ${right} than with ${left}, over ${runs}: too few to tell a change from chance`;
  }
  if (verdict === 'unclear') {
    return `${what} with ${right} is not told from ${left} over ${runs}: ${formatDifference(judged)}, p ${formatP(judged.pHolm)}`;
  }
  return `${says} ${amount} ${moved} with ${right} than with ${left}, over ${runs} (p ${formatP(judged.pHolm)})`;
}

function wordOf(words: string): string {
  const group = / of (.+)$/.exec(words)?.[1];
  return group === undefined ? 'the slowest peer' : `the slowest peer of ${group}`;
}

function movedWord({ difference, figure }: Judged): string {
  const up = (difference ?? 0) > 0;
  if (figure.name.endsWith('completion_time_max_us')) return up ? 'later' : 'sooner';
  if (figure.unit === 'us') return up ? 'longer' : 'shorter';
  return up ? 'higher' : 'lower';
}

/** What most people want to know: when the slowest peer has everything. */
const HEADLINE = 'completion_time_max_us';

/** The metric that the findings are told by first: the usual one where it found something, else the first that did. */
export function headlineOf(judged: readonly Judged[]): string | undefined {
  const found = judged.filter(isFinding).map(({ figure }) => figure.name);
  return found.includes(HEADLINE) ? HEADLINE : (found[0] ?? judged[0]?.figure.name);
}

export function isFinding({ verdict }: Judged): boolean {
  return verdict === 'better' || verdict === 'worse' || verdict === 'higher' || verdict === 'lower';
}

/** Figures that are the same in every run of every comparison. */
export function constantFigures(judged: readonly Judged[]): Figure[] {
  const figures = new Map(judged.map(({ figure }) => [figure.name, figure]));
  for (const { figure, verdict } of judged) if (verdict !== 'same') figures.delete(figure.name);
  return [...figures.values()];
}

/** Rows of text as a table for a terminal: columns as wide as they must be, all but the first ones right-aligned. */
export function alignTable(rows: readonly (readonly string[])[], leftColumns: number): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < leftColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
