/** Verdicts and the short summary of a run, as a person reads them on a terminal. */

import { allHeld } from '../../scenarios/expectations/judge.ts';
import { formatMeasured, type Verdict } from '../../scenarios/expectations/verdict.ts';
import { formatDuration, formatPercentage, formatSize } from '../../scenarios/unit-text.ts';
import { foldBounds } from '../../trace/metrics/bounds.ts';
import { foldPeerTimes, isDownloader, sortedPresent } from '../../trace/metrics/peer-times.ts';
import { foldGroupTotals, seedCopies } from '../../trace/metrics/totals.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Terminal } from './terminal.ts';

const MARKS = { held: '✓', failed: '✗', 'no-data': '?' } as const;

export function printVerdicts(terminal: Terminal, verdicts: readonly Verdict[]): void {
  const width = Math.max(...verdicts.map((verdict) => verdict.name.length));
  for (const verdict of verdicts) {
    const held = verdict.status === 'held';
    const mark = terminal.style(held ? 'green' : 'red', MARKS[verdict.status]);
    terminal.print(`  ${mark} ${verdict.name.padEnd(width)}  ${formatMeasured(verdict)}`);
  }
  const failed = verdicts.filter((verdict) => verdict.status !== 'held').length;
  const sentence = allHeld(verdicts)
    ? terminal.style(['bold', 'green'], verdicts.length === 1 ? 'It held.' : `All ${verdicts.length} held.`)
    : terminal.style(['bold', 'red'], `${failed} of ${verdicts.length} did not hold.`);
  terminal.print(`  ${sentence}`);
}

/** What happened, in five lines at most. */
export function printSummary(terminal: Terminal, trace: Trace): void {
  for (const line of summaryLines(trace)) terminal.print(`  ${line}`);
}

export function summaryLines(trace: Trace): string[] {
  const { header } = trace;
  const times = foldPeerTimes(trace);
  const downloaders = header.peers
    .map((peer, index) => ({ peer, index }))
    .filter(({ peer }) => isDownloader(peer));
  const completions = sortedPresent(
    Float64Array.from(downloaders, ({ index }) => times.completedUs[index] as number),
  );
  const lines = [
    `${completions.length} of ${downloaders.length} peers completed ${formatSize(header.torrent.totalBytes)}`,
  ];
  const last = completions.at(-1);
  if (last !== undefined) {
    const median = completions[Math.floor((completions.length - 1) / 2)] as number;
    // The bound is on the completion of all: it says nothing about some.
    const bounds = completions.length === downloaders.length ? foldBounds(trace) : undefined;
    const bound = bounds === undefined ? undefined : bounds.firstArrivalUs + bounds.completionUs;
    const against =
      bound === undefined
        ? ''
        : `, ${(last / bound).toFixed(2)} × the lower bound of ${formatDuration(bound)}`;
    lines.push(`half of these by ${formatDuration(median)}, the last at ${formatDuration(last)}${against}`);
  }
  const sent = trace.totals.sentBytes.reduce((sum, bytes) => sum + bytes, 0);
  for (const group of foldGroupTotals(trace)) {
    if (sent === 0) break;
    const share = formatPercentage(group.sentBytes / sent);
    lines.push(`${group.group} sent ${formatSize(group.sentBytes)}, ${share} of all that was sent`);
  }
  lines.push(`seeds sent ${seedCopies(trace).toFixed(2)} copies of the content in all`);
  return lines;
}
