/** What a run takes and gives on either network. */
import type { Trace } from '../../trace/trace.ts';
import type { Verdict } from '../expectations/verdict.ts';

export type NetworkKind = 'sim' | 'sockets';

export interface RunProgress {
  readonly nowUs: number;
  readonly endUs: number;
  readonly complete: number;
  readonly peers: number;
  /** Events of the simulated world; 0 on real sockets. */
  readonly events: number;
}

export interface RunOptions {
  readonly network: NetworkKind;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run early; what has happened so far is kept. */
  readonly signal?: AbortSignal;
}

export interface RunOutcome {
  readonly trace: Trace;
  readonly interrupted: boolean;
  /** Events of the simulated world; 0 on real sockets. */
  readonly events: number;
  /** The laws that were checked while it ran, and how often; none on real sockets. */
  readonly checks: readonly CheckCount[];
  /** What a run that heals owes, beside what the scenario expects. */
  readonly verdicts: readonly Verdict[];
}

export interface CheckCount {
  readonly name: string;
  readonly evaluations: number;
}

/** A machine cannot do what the plan asks: an address that cannot be bound, say. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
}
