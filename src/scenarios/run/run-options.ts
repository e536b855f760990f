/** What a run takes and gives on either network. */

import type { SimulationProbe } from '../../sim/simulation-probe.ts';
import type { Trace } from '../../trace/trace.ts';
import type { BaselineLookup } from '../baseline/baseline.ts';
import type { Expectation } from '../expectations/expectation.ts';
import type { Verdict } from '../expectations/verdict.ts';
import type { MessageTally } from './message-tally.ts';

/** `namespaces`: real sockets too, each peer in a network namespace of its own, whose line the kernel shapes. */
export type NetworkKind = 'sim' | 'sockets' | 'namespaces';

export interface RunProgress {
  readonly nowUs: number;
  readonly endUs: number;
  readonly complete: number;
  readonly peers: number;
  /** Events of the simulated world; 0 on real sockets. */
  readonly events: number;
}

/** Those who look on at a simulated run. They change nothing about it but the time that it takes. */
export interface RunProbe {
  readonly events: SimulationProbe;
  readonly messages: MessageTally;
}

export interface RunOptions {
  readonly network: NetworkKind;
  /** The program of `host/namespaces/agent.ts`; needed in namespaces. */
  readonly agentFile?: string;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run early; what has happened so far is kept. */
  readonly signal?: AbortSignal;
  /** For simulated runs only. */
  readonly probe?: RunProbe;
  /** Which draws of the peers' own: 0, or nothing, those of the plan's seed; else others, see `drawsOfRun`. */
  readonly draws?: number | undefined;
  /** Those of them that say so stop the run when they are violated. */
  readonly expectations?: readonly Expectation[];
  readonly baselines?: BaselineLookup;
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
  /** The verdict for which the run was stopped; undefined: it was not. */
  readonly stoppedBy: Verdict | undefined;
  /** On sockets: for how long the run's clock stood still because this computer was busy. 0 elsewhere. */
  readonly stoodStillUs: number;
}

export interface CheckCount {
  readonly name: string;
  readonly evaluations: number;
}

/** A machine cannot do what the plan asks: an address that cannot be bound, say. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
}
