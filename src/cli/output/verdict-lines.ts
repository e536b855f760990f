/** Verdicts and the short summary of a run, as a person reads them on a terminal. */

import { allHeld } from '../../scenarios/expectations/judge.ts';
import { formatMeasured, type Verdict } from '../../scenarios/expectations/verdict.ts';
import { formatDuration, formatPercentage, formatSize } from '../../scenarios/unit-text.ts';
import { foldBounds } from '../../trace/metrics/bounds.ts';
import { foldPeerTimes, isDownloader, sortedPresent } from '../../trace/metrics/peer-times.ts';
import { foldGroupTotals, seedCopies } from '../../trace/metrics/totals.ts';
import type { Trace } from '../../trace/trace.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

const MARKS = { held: '✓', failed: '✗', 'no-data': '?' } as const;

export function printVerdicts(terminal: Terminal, verdicts: readonly Verdict[]): void {
  const width = Math.max(...verdicts.map((verdict) => verdict.name.length));
  for (const verdict of verdicts) {
    const held = verdict.status === 'held';
    const warns = verdict.severity === 'warning';
    const colour = held ? 'green' : warns ? 'yellow' : 'red';
    const mark = terminal.style(colour, warns && !held ? '!' : MARKS[verdict.status]);
    const word = warns && !held ? 'warning: ' : '';
    terminal.print(`  ${mark} ${printable(verdict.name).padEnd(width)}  ${word}${formatMeasured(verdict)}`);
    if (!held && verdict.because !== '')
      terminal.print(`    ${''.padEnd(width)}  because ${printable(verdict.because)}`);
  }
  terminal.print(`  ${sentence(terminal, verdicts)}`);
}

function sentence(terminal: Terminal, verdicts: readonly Verdict[]): string {
  const unmet = verdicts.filter(({ status }) => status !== 'held');
  const warnings = unmet.filter(({ severity }) => severity === 'warning').length;
  const failed = unmet.length - warnings;
  const warned = warnings === 0 ? '' : `, with ${warnings === 1 ? '1 warning' : `${warnings} warnings`}`;
  const judged = verdicts.length - warnings;
  if (failed > 0) {
    return terminal.style(['bold', 'red'], `${failed} of ${judged} did not hold${warned}.`);
  }
  if (!allHeld(verdicts)) return terminal.style(['bold', 'red'], 'Nothing was shown: there was no data.');
  const all = judged === 0 ? 'Nothing failed' : judged === 1 ? 'It held' : `All ${judged} held`;
  return terminal.style(['bold', warnings > 0 ? 'yellow' : 'green'], `${all}${warned}.`);
}

/** What happened, in five lines at most. */
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
