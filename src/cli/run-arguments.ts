/** The options of `swarmlab run`, and the command that repeats one run with those of them that decide it. */
import type { Plan } from '../scenarios/plan.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { shellWord } from './shell-word.ts';

export interface RunArguments {
  readonly seed?: number;
  readonly net: NetworkKind;
  readonly out: string;
  /** Keys of the scenarios that have other values: "peers.crowd.count=40". */
  readonly set?: readonly string[];
  readonly json?: boolean;
  readonly verifyDeterminism?: boolean;
  /** Print the plan and run nothing. */
  readonly showPlan?: boolean;
  readonly payload?: Plan['payload'];
  /** On sockets: leave out what they cannot do, in place of refusing it. */
  readonly approximate?: boolean;
  readonly profile?: boolean;
  /** The most memory that a run may use, as text. */
  readonly memory?: string;
  /** Names of reporters, each with "=" and a file or without. */
  readonly reporter?: readonly string[];
  /** Path of the baseline to compare with, in place of the one beside the scenario. */
  readonly baseline?: string;
  /** How many seeds, from the first one up; default 1. */
  readonly repeat?: number;
  /** "2/4": the second of four parts of all runs. */
  readonly shard?: string;
  /** Runs at a time; default: what pays. */
  readonly jobs?: number;
  /** End at the first red run. */
  readonly bail?: boolean;
  /** Wall time for everything, as text. */
  readonly budget?: string;
  /** Only scenarios whose name holds this text. */
  readonly grep?: string;
  /** Run again whenever a file has changed that the runs depend on. */
  readonly watch?: boolean;
}

/** The words of the options that decide how a run goes, in the order in which they are shown. */
const REPEATED: readonly ((args: RunArguments) => readonly string[])[] = [
  ({ set = [] }) => set.flatMap((each) => ['--set', each]),
  ({ net }) => (net === 'sim' ? [] : ['--net', net]),
  ({ approximate }) => (approximate === true ? ['--approximate'] : []),
  ({ baseline }) => (baseline === undefined ? [] : ['--baseline', baseline]),
  ({ payload }) => (payload === undefined ? [] : ['--payload', payload]),
];

/** The command that repeats one run, ready to be pasted into a shell in the present folder. */
export function replayCommand(reference: string, seed: number, args: RunArguments): string {
  const options = REPEATED.flatMap((words) => words(args));
  return ['npx swarmlab run', ...[reference, '--seed', String(seed), ...options].map(shellWord)].join(' ');
}
