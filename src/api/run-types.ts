/** Scenarios and runs as the library gives them. Instants and durations are microseconds, sizes bytes. */

/** How a scenario is read. */
export interface ScenarioOptions {
  /** Values in place of the scenario's, by path: `{ 'peers.crowd.engine.picker': 'random' }`. */
  readonly set?: Readonly<Record<string, string | number | boolean>>;
}

export interface TextOptions extends ScenarioOptions {
  /** What the text is called in messages, and where files that it names are looked for. Default: "scenario.yaml", here. */
  readonly file?: string;
}

/** How a scenario is run. */
export interface RunOptions {
  /** In place of the scenario's own. */
  readonly seed?: number;
  /** Default "sim": the simulated network in virtual time. "sockets" runs in real time on loopback. */
  readonly net?: 'sim' | 'sockets';
  /** On sockets: leave out what they cannot do, in place of refusing. Default: no. */
  readonly approximate?: boolean;
  /** Ends it early; what has happened so far is kept, and `interrupted` is true. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
}

export interface RunProgress {
  /** How far the run has come, and where it ends at the latest. */
  readonly nowUs: number;
  readonly endUs: number;
  /** Peers that are complete, of all. */
  readonly complete: number;
  readonly peers: number;
}

/** A scenario that was read and is right. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  /** Names of the groups of peers, in the order of the file. */
  readonly groups: readonly string[];
  /** What it expects, as written. */
  readonly expectations: readonly string[];
  /** Cells of its sweep; 0: nothing varies. */
  readonly cellCount: number;
  /** Everything that the scenario and the seed decide, spelled out, as plain JSON data (`run --show-plan`). */
  plan(seed?: number): unknown;
  /** Runs it in this process. Rejects with `SwarmlabError` where it cannot be run. */
  run(options?: RunOptions): Promise<Run>;
  /** Runs every cell of its sweep as often as it says, on all cores. Rejects with `SwarmlabError` where it has none. */
  sweep(options?: SweepOptions): Promise<Sweep>;
}

/** What became of one expectation. */
export interface Verdict {
  readonly name: string;
  readonly expression: string;
  /** Only "held" is good; "no-data" says that nothing was measured. */
  readonly status: 'held' | 'failed' | 'no-data';
  /** A warning turns nothing red. */
  readonly severity: 'error' | 'warning';
  /** The measured and the expected value in their unit ("us", "bytes", "bytes/us", "" for plain numbers). */
  readonly left: number | undefined;
  readonly right: number | undefined;
  readonly unit: string;
  /** The instant of the values, in microseconds from the start; absent for what is judged at the end. */
  readonly atUs: number | undefined;
  /** How many times it was looked at. */
  readonly evaluations: number;
  /** The whole of it in words, with the command that replays the run. */
  readonly text: string;
}

/** A value of a metric. */
export interface Measured {
  /** The peer ("crowd-3") or the piece ("12"); empty for a metric of the run. */
  readonly of: string;
  /** Undefined: not reached, or there is none. */
  readonly value: number | undefined;
}

/** A run that is over. */
export interface Run {
  readonly scenario: string;
  readonly seed: number;
  readonly network: 'sim' | 'sockets';
  /** The same for the same seed, in simulation. */
  readonly digest: string;
  /** When the run ended, in microseconds from its start. */
  readonly endUs: number;
  /** It was ended early by the signal. */
  readonly interrupted: boolean;
  /** Of what the scenario expects, in its order. */
  readonly verdicts: readonly Verdict[];
  /** Everything that it expects held, but for warnings, and there was at least one expectation. */
  readonly held: boolean;
  /** The command that repeats it. */
  readonly replay: string;
  /** Judges an expression of the language of `expect`. Throws `SwarmlabError` where it is wrong. */
  judge(expression: string): Verdict;
  /**
   * A metric of the whole run, as `swarmlab list` names them: a value for each peer or piece, or the one of the run.
   * Microseconds, bytes or plain numbers. Throws `SwarmlabError` for one that changes over time: judge it, or read the table "samples".
   */
  metric(name: string): readonly Measured[];
  /** A tidy table as CSV; docs/TRACE.md describes the columns. */
  table(name: 'peers' | 'pieces' | 'samples' | 'events'): string;
  /** The trace, in its compact form (docs/TRACE.md). */
  trace(): Uint8Array;
  /** The report: one page that needs no other file and no network. */
  reportHtml(): string;
  /** Writes the folder that `swarmlab run` leaves, below `folder`, and resolves to its path. */
  save(folder: string): Promise<string>;
}

export interface SweepOptions {
  /** Runs of each cell, in place of the scenario's. */
  readonly repetitions?: number;
  /** Seed of the first repetition, in place of the scenario's. */
  readonly seed?: number;
  /** Runs at a time. Default: one for each core, as far as memory goes. */
  readonly jobs?: number;
  /** Ends it early: the promise rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (runsDone: number, runs: number) => void;
}

export interface SweepRun {
  /** From 1, both. */
  readonly cell: number;
  readonly rep: number;
  readonly seed: number;
  /** `failed`: a law was broken; `died`: its thread ended. Then it has no figures. */
  readonly status: 'done' | 'failed' | 'died';
  readonly reason: string;
  /** Names of the expectations that did not hold. */
  readonly notHeld: readonly string[];
  /** By name, in the unit that the name ends with; null where there is no value. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** A finished sweep. */
export interface Sweep {
  readonly scenario: string;
  /** The paths that vary, and their values as text. */
  readonly factors: readonly { readonly path: string; readonly values: readonly string[] }[];
  /** The values of each cell, in the order of the factors. */
  readonly cells: readonly (readonly string[])[];
  /** By cell, then by repetition: the same whichever thread did which. */
  readonly runs: readonly SweepRun[];
  /** A tidy table as CSV; docs/SWEEPS.md describes the columns. */
  table(name: 'runs' | 'cells' | 'contrasts'): string;
  /**
   * Each value of a factor (default: the first) against its first value, everything else equal, pair by pair where seeds
   * are paired. `figures`: columns of the table "runs"; default: those that `swarmlab sweep` prints.
   */
  compare(options?: { readonly by?: string; readonly figures?: readonly string[] }): readonly Comparison[];
}

/** One figure on two sides. */
export interface Comparison {
  readonly figure: string;
  /** What both sides have in common: "crowd.count 100"; empty where there is nothing else. */
  readonly where: string;
  readonly left: string;
  readonly right: string;
  /** Pairs, or runs on the left where nothing is paired. */
  readonly n: number;
  readonly leftMean: number | undefined;
  readonly rightMean: number | undefined;
  /** Right minus left, on average, and its 95 % interval by Student's t. */
  readonly difference: number | undefined;
  readonly interval: { readonly low: number; readonly high: number } | undefined;
  /** After Holm, over all comparisons made together. */
  readonly p: number | undefined;
  /** d_z of pairs, Cohen's d otherwise. */
  readonly effect: number | undefined;
  /** `unclear`: no difference that chance would not bring. `higher`, `lower`: neither way is better. */
  readonly verdict: 'same' | 'better' | 'worse' | 'higher' | 'lower' | 'unclear' | 'no-data';
  /** The whole of it in words. */
  readonly sentence: string;
}
