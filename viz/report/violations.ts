/**
 * Where expectations failed: the instant, the peer or piece, and the chart that shows what was measured: the first of the
 * report that shows a metric which the expression names.
 */
import type { ReportModel } from './model.ts';
import type { ChartSection, Violation } from './section.ts';
import type { Selected } from './selection.ts';

/** All failures with a chart to go to, in the order of the verdicts. */
export function findViolations(model: ReportModel, sections: readonly ChartSection[]): Violation[] {
  return model.info.verdicts.flatMap((verdict, index): Violation[] => {
    if (verdict.outcome !== 'failed') return [];
    const names = new Set(verdict.expression.match(/\b[a-z]+\.[a-z_]+/g));
    const chart = sections.find(({ shows }) => shows?.some((metric) => names.has(metric)))?.id;
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
