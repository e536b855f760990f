/** The same numbers as the charts, as short tables: for screen readers, and for copying out. */
import { formatDuration, formatNumber, formatRate, formatShare } from '../charts/format.ts';
import { table } from './elements.ts';
import type { ReportModel } from './model.ts';

const ROWS = 12;

export function copiesTable(model: ReportModel): HTMLElement {
  const { copies } = model;
  const rows = instants(copies.count).map((slice) => [
    formatDuration((slice + 1) * copies.sliceUs),
    formatNumber(copies.min[slice] ?? 0),
    formatNumber(copies.mean[slice] ?? 0, 2),
    formatNumber(copies.max[slice] ?? 0),
  ]);
  return table('', ['Time', 'Rarest piece', 'Mean', 'Most common piece'], rows, 1);
}

export function completionTable(model: ReportModel): HTMLElement {
  const { completion, facts, peers } = model;
  const rows = [0.05, 0.25, 0.5, 0.75, 0.95, 1].map((share) => {
    const index = Math.max(0, Math.ceil(share * facts.downloaders) - 1);
    const us = peers.completedUs[completion.peers[index] ?? -1] ?? null;
    const boundUs = completion.boundUs[index];
    return [
      formatShare(share),
      us === null ? 'never' : formatDuration(us),
      boundUs === undefined ? 'none' : formatDuration(boundUs),
    ];
  });
  return table('', ['Downloaders complete', 'At', 'At best'], rows, 1);
}

export function useTable(model: ReportModel): HTMLElement {
  const { use, groups } = model;
  const rows = instants(use.count).map((slice) => [
    formatDuration(Math.min(model.shownUs, (slice + 1) * use.sliceUs)),
    ...groups.flatMap((_, group) => {
      const sent = use.sent[group]?.[slice] ?? 0;
      const uplink = use.uplink[group]?.[slice] ?? 0;
      return [formatRate(sent), uplink === 0 ? 'nobody' : formatShare(sent / uplink)];
    }),
  ]);
  return table('', ['Up to', ...groups.flatMap(({ name }) => [`${name} sent`, 'of its uplinks'])], rows, 1);
}

export function populationTable(model: ReportModel): HTMLElement {
  const { population } = model;
  const rows = instants(population.timeUs.length).map((row) => [
    formatDuration(population.timeUs[row] ?? 0),
    formatNumber(population.leechers[row] ?? 0),
    formatNumber(population.seeds[row] ?? 0),
    formatNumber(population.away[row] ?? 0),
    formatNumber(population.capped[row] ?? 0),
  ]);
  return table('', ['From', 'Leechers', 'Seeds', 'Away', 'Data cap used up'], rows, 1);
}

/** About a dozen places spread over `count`, always with the last. */
function instants(count: number): number[] {
  const shown = Math.min(ROWS, count);
  return Array.from({ length: shown }, (_, index) => Math.round(((index + 1) * count) / shown) - 1);
}
