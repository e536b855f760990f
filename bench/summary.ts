/** The figures of a sitting: each with its values run by run, its target, and how two builds compare. Pure. */
import { resultsOf, type TaskRun } from './sitting.ts';
import { pairedRatios, type Spread, spreadOf } from './statistics.ts';
import { formatNumber, textTable } from './table.ts';
import { isMet, type Target, targetOf } from './targets.ts';
import type { Comparison, Figure, Workload } from './workload.ts';

export interface FigureSummary {
  readonly name: string;
  readonly label: string;
  readonly digits: number;
  /** Run by run; undefined where it could not be had. */
  readonly values: readonly (number | undefined)[];
  readonly spread: Spread | undefined;
  readonly target: Target | undefined;
  /** The other build's, when there is one. */
  readonly others: readonly (number | undefined)[] | undefined;
  readonly otherSpread: Spread | undefined;
  /** This build's figure over the other's, pair by pair. */
  readonly ratio: Spread | undefined;
}

const NONE = '–';

/** `parties`: labels of this build and, when there is one, the other. */
export function summarize(
  workload: Workload,
  done: readonly TaskRun[],
  parties: readonly string[],
  runs: number,
): FigureSummary[] {
  const [own = '', other] = parties;
  return workload.figures.map((figure) => {
    const values = valuesOf(figure, done, own, runs);
    const others = other === undefined ? undefined : valuesOf(figure, done, other, runs);
    return {
      name: figure.name,
      label: figure.label,
      digits: figure.digits,
      values,
      spread: spreadOf(present(values)),
      target: targetOf(figure.name),
      others,
      otherSpread: others === undefined ? undefined : spreadOf(present(others)),
      ratio: others === undefined ? undefined : spreadOf(pairedRatios(values, others)),
    };
  });
}

/** A table of the figures, under a line that says what the workload is; and one of its parties, where they are compared. */
export function workloadLines(
  { name, title, comparison }: Pick<Workload, 'name' | 'title' | 'comparison'>,
  all: readonly FigureSummary[],
  other: string | undefined,
): string[] {
  const compares = comparison === undefined ? [] : comparisonLines(name, comparison, all);
  // What has a target is looked at by itself too.
  const figures =
    comparison === undefined || other !== undefined
      ? all
      : all.filter(
          ({ target, name: figure }) => target !== undefined || !isCompared(name, comparison, figure),
        );
  // A revision that lacks the workload has been named as such; columns of dashes say no more.
  const compared = other !== undefined && figures.some(({ otherSpread }) => otherSpread !== undefined);
  const several = figures.some(({ spread }) => spread !== undefined && spread.count > 1);
  const aimed = figures.some(({ target }) => target !== undefined);
  const range = several ? ['from', 'to'] : [];
  const header = [
    '',
    'this',
    ...range,
    ...(compared ? [other, 'this ÷ it', ...range] : []),
    ...(aimed ? ['target', 'met'] : []),
  ];
  const rows = figures.map((figure) => [
    `  ${figure.label}`,
    ...spreadCells(figure.spread, figure.digits, several),
    ...(compared
      ? [cell(figure.otherSpread?.median, figure.digits), ...spreadCells(figure.ratio, 2, several)]
      : []),
    ...(aimed ? targetCells(figure) : []),
  ]);
  return [`${name}: ${title}`, ...textTable(header, rows), ...compares];
}

function isCompared(workload: string, { parties, columns }: Comparison, figure: string): boolean {
  return parties.some((party) => columns.some((column) => figure === figureOf(workload, party, column.name)));
}

function figureOf(workload: string, party: string, column: string): string {
  return `${workload}/${party}-${column}`;
}

/** A row for each party, the fastest way to see who is ahead; medians where there are several runs. */
function comparisonLines(
  workload: string,
  { parties, columns }: Comparison,
  figures: readonly FigureSummary[],
): string[] {
  const find = (party: string, column: string): FigureSummary | undefined =>
    figures.find(({ name }) => name === figureOf(workload, party, column));
  const rows = parties.map((party) => [
    `  ${party}`,
    ...columns.map(({ name }) => {
      const figure = find(party, name);
      return cell(figure?.spread?.median, figure?.digits ?? 0);
    }),
  ]);
  return ['', ...textTable(['', ...columns.map(({ label }) => label)], rows)];
}

/**
 * What the digests say: runs of one build that differ are a fault, returned as such; two builds that differ have run
 * something else, and their figures are of two different runs.
 */
export function judgeDigests(
  done: readonly TaskRun[],
  parties: readonly string[],
): { readonly notes: readonly string[]; readonly faults: readonly string[] } {
  const notes: string[] = [];
  const faults: string[] = [];
  for (const task of new Set(done.map((each) => each.task))) {
    const digests = parties.map(
      (party) =>
        new Set(
          done
            .filter((each) => each.task === task && each.party === party)
            .map(({ measured }) => measured?.digest)
            .filter((digest) => digest !== undefined),
        ),
    );
    for (const [index, { size }] of digests.entries()) {
      if (size > 1) faults.push(`${task} of ${parties[index]} has ${size} digests: it is not deterministic`);
    }
    const [own, other] = digests.map((each) => [...each][0]);
    if (own === undefined || other === undefined) continue;
    notes.push(`${task}: ${own === other ? 'the same digest' : 'another digest, so another run'}`);
  }
  return { notes, faults };
}

/** What `--list` prints. */
export function listLines(workloads: readonly Workload[]): string[] {
  const lines = workloads.flatMap(({ name, title, figures, isShort }) => [
    `${name}${isShort ? '' : ' (takes long)'}`,
    `  ${title}`,
    ...figures.flatMap((figure) => {
      const target = targetOf(figure.name);
      return target === undefined ? [] : [`  target: ${figure.label} ${targetText(target, figure.digits)}`];
    }),
  ]);
  return [...lines, '<peers>x<MiB>', '  a swarm of that size'];
}

function valuesOf(
  figure: Figure,
  done: readonly TaskRun[],
  party: string,
  runs: number,
): (number | undefined)[] {
  return Array.from({ length: runs }, (_, index) => figure.of(resultsOf(done, party, index + 1)));
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}

function spreadCells(spread: Spread | undefined, digits: number, several: boolean): string[] {
  const median = cell(spread?.median, digits);
  if (!several) return [median];
  return [median, cell(spread?.lowest, digits), cell(spread?.highest, digits)];
}

function cell(value: number | undefined, digits: number): string {
  return value === undefined ? NONE : formatNumber(value, digits);
}

function targetText({ limit, value }: Target, digits: number): string {
  const exact = Math.max(digits, 0);
  const text = formatNumber(value, exact)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return `${limit === 'at most' ? '≤' : '≥'} ${text}`;
}

function targetCells({ target, spread, digits }: FigureSummary): string[] {
  if (target === undefined) return ['', ''];
  const text = targetText(target, digits);
  if (spread === undefined) return [text, NONE];
  if (isMet(target, spread.median)) return [text, 'yes'];
  const [more, less] =
    target.limit === 'at most' ? [spread.median, target.value] : [target.value, spread.median];
  return [text, `no, ${formatNumber(more / less, 1)} ×`];
}
