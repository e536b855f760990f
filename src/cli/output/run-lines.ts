/** A run as a person reads it on a terminal: its heading when it starts, and all that came of it when it is over. */
import { resolve } from 'node:path';
import { formatCount, formatDuration, formatSize } from '../../scenarios/unit-text.ts';
import { profileLines } from '../profile/profile-tables.ts';
import { describeNetwork, type RunIntent, type RunRecord } from '../reporters/run-record.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { printVerdicts } from './verdict-lines.ts';

export function printHeading(terminal: Terminal, intent: RunIntent): void {
  const facts = [
    `seed ${intent.seed}`,
    intent.peers === 1 ? '1 peer' : `${intent.peers} peers`,
    `${formatSize(intent.contentBytes)} in pieces of ${formatSize(intent.pieceLengthBytes)}`,
    describeNetwork(intent.network),
  ];
  terminal.print(`${terminal.style('bold', intent.scenario)} · ${facts.join(' · ')}`);
  if (intent.description !== '') terminal.print(`  ${printable(intent.description)}`);
}

export function printRun(terminal: Terminal, record: RunRecord): void {
  const { network, endUs, wallSeconds, digest, profile, determinism } = record;
  terminal.print();
  printVerdicts(terminal, record.verdicts);
  terminal.print();
  for (const line of record.lines) terminal.print(`  ${line}`);
  printLaws(terminal, record);
  terminal.print(
    `  ${formatDuration(endUs)} of ${network === 'sim' ? 'virtual' : 'real'} time in ${wallSeconds.toFixed(1)} s, digest ${digest}`,
  );
  if (profile !== undefined) {
    terminal.print();
    for (const line of profileLines(profile.summary)) terminal.print(line === '' ? '' : `  ${line}`);
  }
  terminal.print();
  terminal.print(`  report  ${resolve(record.folder, 'report.html')}`);
  if (profile !== undefined) terminal.print(`  profile ${profile.file}`);
  terminal.print(`  again   ${record.replay}`);
  if (determinism === undefined) return;
  terminal.print(
    determinism.difference === undefined
      ? '  deterministic: a second run in a fresh process has the same digest'
      : terminal.style('red', `  not deterministic: ${determinism.difference}`),
  );
}

/** The laws were looked at all the time; had one been broken, the run would have ended there. */
function printLaws(terminal: Terminal, { laws }: RunRecord): void {
  if (laws.length === 0) return;
  const sum = laws.reduce((total, { evaluations }) => total + evaluations, 0);
  terminal.print(`  ${laws.length} laws held all the time: ${formatCount(sum)} facts were looked at`);
}
