/** What `swarmlab parity` prints: the table of figures, and in words whether the networks agree. */
import {
  AGREEMENT_FIGURE,
  type ParityPeer,
  type ParityRow,
  type SimulatedFigure,
  spreadByChance,
} from '../../scenarios/parity/parity.ts';
import type { NetworkKind } from '../../scenarios/run/run-options.ts';
import type { RealNetwork } from '../../scenarios/run/socket-limits.ts';
import type { FigureUnit } from '../../scenarios/sweep/figures.ts';
import { formatDuration, formatPercentage, formatRate, formatSize } from '../../scenarios/unit-text.ts';
import type { Terminal } from './terminal.ts';

export const HEADINGS: Readonly<Record<NetworkKind, string>> = {
  sim: 'simulation',
  sockets: 'sockets',
  namespaces: 'namespaces',
};

export const PLACES: Readonly<Record<RealNetwork, string>> = {
  sockets: 'on real sockets',
  namespaces: 'in network namespaces',
};

/** The rows of the table: what the networks could differ in, each once. The JSON has all figures. */
const ROWS: ReadonlyMap<string, string> = new Map([
  ['complete_share', 'peers that complete'],
  ['completion_time_p50_us', 'completion, median'],
  ['completion_time_p95_us', 'completion, 95th percentile'],
  ['completion_time_max_us', 'completion, the last'],
  ['over_bound', 'completion, the last over the lower bound'],
  ['download_time_p50_us', 'download time, median'],
  ['seed_copies', 'sent by first seeds, in copies'],
  ['sent_sum_bytes', 'sent in all'],
  ['wasted_sum_bytes', 'received in vain'],
  ['control_share', 'control overhead, of all bytes sent'],
  ['share_ratio_mean', 'share ratio, mean'],
  ['share_ratio_min', 'share ratio, smallest'],
  ['share_ratio_max', 'share ratio, largest'],
  ['upload_fairness', "Jain's index of what downloaders send"],
  ['upload_use_mean', 'upload use, mean'],
  ['availability_min', 'fewest copies of a piece'],
  ['capped_time_max_us', 'longest time with a cap used up'],
]);

/** The table of figures. `networks` are those of the rows, in their order. */
export function printRows(
  terminal: Terminal,
  networks: readonly RealNetwork[],
  rows: readonly ParityRow[],
  peers: readonly ParityPeer[],
): void {
  const shown = [...ROWS].flatMap(([name, words]) => {
    const row = rows.find((each) => each.name === name);
    const isThere =
      row !== undefined && [row.simulated.mean, ...row.real.map(({ median }) => median)].some(Boolean);
    return isThere ? [{ ...row, words }] : [];
  });
  const cells = shown.map(({ words, unit, simulated, real }) => [
    words,
    formatFigure(simulated.mean, unit),
    formatSpread(simulated),
    ...real.flatMap(({ median, difference }) => [formatFigure(median, unit), formatDifference(difference)]),
  ]);
  const extremes = [
    'largest difference of a peer',
    '',
    '',
    ...networks.flatMap((_, index) => [
      '',
      formatDifference(farthest(peers, index)?.real[index]?.difference),
    ]),
  ];
  const heading = [
    '',
    'simulation',
    'spread',
    ...networks.flatMap((network) => [HEADINGS[network], 'difference']),
  ];
  const table = [heading, ...cells, extremes];
  const widths = heading.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const [index, row] of table.entries()) {
    const [words = '', ...numbers] = row;
    const line = `  ${words.padEnd(widths[0] as number)}  ${numbers
      .map((text, column) => text.padStart(widths[column + 1] as number))
      .join('  ')}`;
    terminal.print(index === 0 ? terminal.style('dim', line) : line);
  }
}

/** Whether the median completion agrees, in words, and what chance has to do with it. */
export function printVerdict(
  terminal: Terminal,
  networks: readonly RealNetwork[],
  rows: readonly ParityRow[],
  tolerance: number,
): void {
  const row = rows.find(({ name }) => name === AGREEMENT_FIGURE);
  terminal.print();
  for (const [index, network] of networks.entries()) {
    const figure = row?.real[index];
    const difference = figure?.difference;
    if (row === undefined || figure === undefined || difference === undefined) {
      const text = `no median completion ${PLACES[network]} to compare: half of the peers did not complete`;
      printAgreement(terminal, undefined, tolerance, text);
      continue;
    }
    const simulations = row.simulated.values.length;
    const base = simulations === 1 ? 'the simulated one' : `the mean of ${simulations} simulated runs`;
    const size = formatPercentage(Math.abs(difference));
    const text = `the median completion ${PLACES[network]} differs by ${size} from ${base}`;
    printAgreement(terminal, difference, tolerance, text);
    const chance = spreadByChance(row.simulated, figure.values.length);
    if (chance !== undefined) terminal.print(`    ${chanceWords(Math.abs(difference), chance)}`);
  }
}

function chanceWords(difference: number, chance: number): string {
  const spread = `the standard deviation by chance alone is ${formatPercentage(chance)}`;
  return difference <= 2 * chance
    ? `which may be chance: ${spread}`
    : `which is more than chance does but one time in twenty: ${spread}`;
}

/** Whether every peer's completion agrees, in words. */
export function printPeersVerdict(
  terminal: Terminal,
  networks: readonly RealNetwork[],
  peers: readonly ParityPeer[],
  tolerance: number,
): void {
  for (const [index, network] of networks.entries()) {
    const peer = farthest(peers, index);
    const difference = peer?.real[index]?.difference;
    printAgreement(
      terminal,
      difference,
      tolerance,
      difference === undefined
        ? `${peer?.peer ?? 'nobody'} did not complete everywhere`
        : `no peer's completion ${PLACES[network]} differs by more than ${formatPercentage(Math.abs(difference))} (${peer?.peer})`,
    );
  }
}

function printAgreement(
  terminal: Terminal,
  difference: number | undefined,
  tolerance: number,
  text: string,
): void {
  const good = difference !== undefined && Math.abs(difference) <= tolerance;
  const limit = difference === undefined ? '' : `, at most ${formatPercentage(tolerance)} is agreed`;
  terminal.print(
    good ? `  ${terminal.style('green', '✓')} ${text}${limit}` : terminal.style('red', `  ✗ ${text}${limit}`),
  );
}

/** The peer whose completion on the network differs most, one that did not complete before all. */
function farthest(peers: readonly ParityPeer[], network: number): ParityPeer | undefined {
  const far = ({ real }: ParityPeer): number =>
    Math.abs(real[network]?.difference ?? Number.POSITIVE_INFINITY);
  return peers.reduce(
    (most: ParityPeer | undefined, peer) => (most === undefined || far(peer) > far(most) ? peer : most),
    undefined,
  );
}

function formatSpread({ mean, deviation }: SimulatedFigure): string {
  if (mean === undefined || mean === 0 || deviation === undefined) return '';
  return `±${((deviation / Math.abs(mean)) * 100).toFixed(1)} %`;
}

function formatDifference(difference: number | undefined): string {
  return difference === undefined ? '' : `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)} %`;
}

function formatFigure(value: number | undefined, unit: FigureUnit): string {
  if (value === undefined) return '-';
  switch (unit) {
    case 'us':
      return formatDuration(Math.round(value));
    case 'bytes':
      return formatSize(Math.round(value));
    case 'bytes/us':
      return formatRate(Math.round(value * 1_000_000));
    case 'share':
      return formatPercentage(value);
    case 'plain':
      return value.toFixed(2);
  }
}
