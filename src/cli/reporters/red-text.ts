/**
 * The message of an expectation that did not hold, for somebody who was not there: what broke, when, by how much, and the
 * command that shows it again. Every reporter says it in these words.
 */
import { formatMeasured, type Measure, type Verdict } from '../../scenarios/expectations/verdict.ts';
import {
  formatDuration,
  formatNumber,
  formatPercentage,
  formatRate,
  formatSize,
} from '../../scenarios/unit-text.ts';
import { printable } from '../output/printable.ts';
import { describeNetwork, type RunRecord } from './run-record.ts';

/** "the tail is bounded: 26m10s, expected less than 15m (11m10s or 74.4 % too much)". */
export function redHeadline(verdict: Verdict): string {
  const amount = missedBy(verdict);
  const warning = verdict.severity === 'warning' ? 'warning: ' : '';
  return `${warning}${printable(verdict.name)}: ${formatMeasured(verdict)}${amount === '' ? '' : ` (${amount})`}`;
}

/** What of a run the text needs. */
export type RedRun = Pick<RunRecord, 'scenario' | 'seed' | 'network' | 'endUs' | 'stoppedBy' | 'replay'>;

/** The lines below the headline, without indentation. */
export function redDetails(record: RedRun, verdict: Verdict): string[] {
  return [
    ...(verdict.expression === '' ? [] : [`expected: ${printable(verdict.expression)}`]),
    ...(verdict.because === '' ? [] : [`because: ${printable(verdict.because)}`]),
    `when: ${whenOf(record, verdict)}`,
    `run: ${record.scenario}, seed ${record.seed}, ${describeNetwork(record.network)}`,
    `replay: ${record.replay}`,
  ];
}

export function redText(record: RedRun, verdict: Verdict): string {
  return [redHeadline(verdict), ...redDetails(record, verdict)].join('\n');
}

/** Beyond this a percentage says nothing to anybody. */
const SHARE_MAX = 10;

/** By how much the two sides of a failed comparison missed each other, with its sense; empty where that says nothing. */
export function missedBy({ status, left, right, comparison, negated }: Verdict): string {
  if (status !== 'failed' || left === undefined || right === undefined) return '';
  if (comparison === '!=' || negated === true) return '';
  const difference = Math.abs(left.value - right.value);
  if (difference === 0 || !Number.isFinite(difference)) return '';
  const ratio = right.value === 0 ? Number.POSITIVE_INFINITY : difference / Math.abs(right.value);
  const share = ratio > SHARE_MAX ? '' : ` or ${formatPercentage(ratio)}`;
  const sense = left.value > right.value ? 'too much' : 'too little';
  return `${formatDifference(difference, left)}${share} ${sense}`;
}

function formatDifference(difference: number, { unit, text }: Measure): string {
  if (unit === 'us') return formatDuration(difference);
  if (unit === 'bytes') return formatSize(difference);
  if (unit === 'bytes/us') return formatRate(difference * 1e6);
  if (unit === '' && text.endsWith('%)')) return `${formatPercentage(difference)} points`;
  return `${formatNumber(difference)} ${unit}`.trimEnd();
}

function whenOf({ endUs, stoppedBy }: RedRun, verdict: Verdict): string {
  const { firstViolationUs, atUs, evaluations } = verdict;
  const looks = evaluations > 1 ? `, in ${evaluations} looks` : '';
  if (firstViolationUs !== undefined) return `first violated at ${formatDuration(firstViolationUs)}${looks}`;
  if (atUs !== undefined) return `closest at ${formatDuration(atUs)}${looks}`;
  const end = stoppedBy === undefined ? 'at the end of the run' : 'when the run was stopped';
  return `${end}, ${formatDuration(endUs)} after its start`;
}
