/**
 * What `swarmlab/vitest` gives to tests, as types.
 */
import type { Verdict } from '../api/run-types.ts';

/** How a scenario is run. */
export interface SwarmOptions {
  /** In place of the scenario's own. */
  readonly seed?: number;
  /** Values in place of the scenario's, by path: `{ 'peers.crowd.engine.picker': 'random' }`. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  /** Default "sim": the simulated network in virtual time. "sockets" runs in real time on loopback. */
  readonly net?: 'sim' | 'sockets';
}

export type SwarmVerdict = Verdict;

/** A run that is over. */
export interface SwarmResult {
  readonly scenario: string;
  readonly seed: number;
  /** The same for the same seed, in simulation. */
  readonly digest: string;
  /** When the run ended, in microseconds from its start. */
  readonly endUs: number;
  /** Of what the scenario expects, in its order; never empty. */
  readonly verdicts: readonly SwarmVerdict[];
  /** The command that repeats it. */
  readonly replay: string;
}

/** A scenario that runs when it is first asked, once, however often it is asked. */
export interface Swarm {
  /** Rejects when the scenario is wrong or cannot be run. */
  run(): Promise<SwarmResult>;
  /** Judges an expression of the language of `expect`; rejects when it is wrong. */
  judge(expression: string): Promise<SwarmVerdict>;
}

/** The matchers that `import 'swarmlab/vitest'` adds to `expect`. All of them are awaited. */
export interface SwarmMatchers {
  /** Every expectation of the scenario holds; one without data does not, and a scenario has at least one. */
  toHold(): Promise<void>;
  /** Everybody who wants the content has it within this time of the run's start, such as "25m". */
  toFinishWithin(time: string, options?: { readonly group?: string }): Promise<void>;
  /** The expression holds (vitest's own `toSatisfy` takes a function), such as "always min(piece.availability) >= 1". */
  toMeet(expression: string): Promise<void>;
}
