/**
 * Where expectations failed: the instant, the peer or piece, and the chart that shows what was measured: the first of the
 * report that shows a metric which the expression names.
 */
import type { ReportModel } from './model.ts';
import type { ChartSection, Violation } from './section.ts';
import type { Selected } from './selection.ts';

/** Where there is no chart of a metric: what shows the peers, the pieces or the swarm that it is about. */
const OTHERWISE: readonly (readonly [metric: RegExp, chart: string])[] = [
  [/^piece\./, 'heat'],
  [/^peer\./, 'presence'],
  [/^(?:peers|swarm)\./, 'population'],
  [/^bound\./, 'completion'],
];

/** The chart that a failure of an expectation about these metrics leads to. */
function chartOf(metrics: readonly string[], sections: readonly ChartSection[]): string | undefined {
  const shown = sections.find(({ shows }) => shows?.some((metric) => metrics.includes(metric)));
  if (shown !== undefined) return shown.id;
  const found = OTHERWISE.find(
    ([about, chart]) =>
      metrics.some((metric) => about.test(metric)) && sections.some(({ id }) => id === chart),
  );
  return found?.[1];
}

/** All failures with a chart to go to, in the order of the verdicts. */
export function findViolations(model: ReportModel, sections: readonly ChartSection[]): Violation[] {
  return model.info.verdicts.flatMap((verdict, index): Violation[] => {
    if (verdict.outcome !== 'failed') return [];
    const chart = chartOf(verdict.expression.match(/\b[a-z]+\.[a-z_0-9]+/g) ?? [], sections);
    if (chart === undefined) return [];
    const { subject } = verdict;
    const peer = subject?.kind === 'peer' ? model.peers.id.indexOf(subject.name) : -1;
    const piece = subject?.kind === 'piece' ? Number(subject.name) : Number.NaN;
    return [
      {
        verdict: index,
        name: verdict.name,
        chart,
        timeUs: verdict.atUs,
        peer: peer < 0 ? undefined : peer,
        piece: Number.isInteger(piece) ? piece : undefined,
      },
    ];
  });
}

/** What is selected when a reader goes to a violation: its instant and its place, in a view that shows it. */
export function selectionOf(
  { timeUs, peer, piece }: Violation,
  shownUs: number,
  endUs: number,
): Partial<Selected> {
  return {
    range: timeUs !== undefined && timeUs > shownUs ? { fromUs: 0, toUs: endUs } : undefined,
    ...(timeUs === undefined ? {} : { instantUs: timeUs }),
    peers: peer === undefined ? undefined : { kind: 'peer', peer },
    piece,
  };
}
