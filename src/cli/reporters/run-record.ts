/**
 * A run as reporters hear of it: before it starts and when it is over. Plain JSON data, so that it may come from another
 * process; nothing in it but `wallSeconds` and `folder` depends on the machine.
 */
import type { Verdict } from '../../scenarios/expectations/verdict.ts';
import type { CheckCount, NetworkKind } from '../../scenarios/run/run-options.ts';
import { ExitCode } from '../exit-codes.ts';
import type { RunProfile } from '../profile/run-profile.ts';

/** A run that is going to be. */
export interface RunIntent {
  readonly scenario: string;
  readonly description: string;
  readonly seed: number;
  readonly network: NetworkKind;
  readonly peers: number;
  readonly contentBytes: number;
  readonly pieceLengthBytes: number;
  /** Path of the scenario file. */
  readonly file: string;
  /** The command that repeats it, ready for a shell. */
  readonly replay: string;
}

/** What ended a run before its end, if anything did. */
export type StoppedBy = 'interrupted' | 'budget';

/** A run that is over. */
export interface RunRecord extends RunIntent {
  /** One for each expectation; never empty. Of a run that was stopped they say what held until then. */
  readonly verdicts: readonly Verdict[];
  readonly stoppedBy?: StoppedBy;
  /** What `--verify-determinism` found; absent when it was not asked. `difference` absent: none. */
  readonly determinism?: { readonly difference?: string };
  readonly digest: string;
  readonly endUs: number;
  readonly laws: readonly CheckCount[];
  /** What happened, a sentence a line. */
  readonly lines: readonly string[];
  readonly wallSeconds: number;
  readonly folder: string;
  /** Path of the processor's profile, and what it says in short. */
  readonly profile?: { readonly file: string; readonly summary: RunProfile };
  /** What the command would end with if this were its only run. */
  readonly exitCode: ExitCode;
}

/** Whether it turns the run red. */
export function isRed({ status, severity }: Verdict): boolean {
  return status !== 'held' && severity !== 'warning';
}

/** Whether there is something to say about it, be it a warning only. */
export function isUnmet({ status }: Verdict): boolean {
  return status !== 'held';
}

const NETWORKS: Readonly<Record<NetworkKind, string>> = {
  sim: 'simulated network',
  sockets: 'real sockets',
  namespaces: 'network namespaces',
};

export function describeNetwork(network: NetworkKind): string {
  return NETWORKS[network];
}

/** How a run stands in one word, for tables. */
export function outcomeOf(record: RunRecord): 'held' | 'failed' | 'not deterministic' | StoppedBy {
  if (record.stoppedBy !== undefined) return record.stoppedBy;
  if (record.exitCode === ExitCode.notDeterministic) return 'not deterministic';
  return record.exitCode === ExitCode.held ? 'held' : 'failed';
}
