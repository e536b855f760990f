/** What `swarmlab run` is going to run: scenarios × seeds, of those the part that this machine was given. */
import { expand } from '../scenarios/expand.ts';
import type { LoadedScenario } from '../scenarios/load-scenario.ts';
import type { Plan } from '../scenarios/plan.ts';
import { withoutImpossible } from '../scenarios/run/socket-limits.ts';
import { baselinesOf } from './baselines.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import type { RunIntent } from './reporters/run-record.ts';
import { type RunArguments, replayCommand } from './run-arguments.ts';
import { runFolderName } from './run-folder.ts';
import type { RunSubject } from './run-one.ts';
import { parseShard, shardOf } from './shard.ts';

/** A run that is going to be, by what is needed to make its plan: plans of many seeds would fill the memory. */
export interface PlannedRun {
  readonly loaded: LoadedScenario;
  readonly seed: number;
}

/** All runs in their order: each scenario with all its seeds, then the next. Throws `CommandError` when nothing matches. */
export function plannedRuns(loaded: readonly LoadedScenario[], args: RunArguments): PlannedRun[] {
  const { grep, shard, repeat = 1 } = args;
  if (repeat < 1) throw new CommandError('--repeat is at least 1', ExitCode.usage);
  const part = shard === undefined ? undefined : parseShard(shard);
  const picked = loaded.filter(({ scenario }) => grep === undefined || scenario.name.includes(grep));
  if (picked.length === 0) {
    throw new CommandError(
      `no scenario has ${JSON.stringify(grep)} in its name\n  there are: ${loaded.map(({ scenario }) => scenario.name).join(', ')}`,
      ExitCode.nothing,
    );
  }
  const all = picked.flatMap((each) => {
    const first = args.seed ?? each.scenario.seed;
    return Array.from({ length: repeat }, (_, index) => ({ loaded: each, seed: first + index }));
  });
  refuseSameFolders(all);
  return part === undefined ? all : shardOf(all, part);
}

/** The second of two runs with one folder would replace what the first has left. */
function refuseSameFolders(runs: readonly PlannedRun[]): void {
  const names = new Set<string>();
  for (const { loaded, seed } of runs) {
    const name = runFolderName(loaded.scenario.name, seed);
    if (names.has(name)) {
      throw new CommandError(
        `two runs would write the folder ${name}\n  name each scenario once, and give different scenarios different names`,
        ExitCode.usage,
      );
    }
    names.add(name);
  }
}

export function planOf(
  { loaded, seed }: PlannedRun,
  { net, payload, approximate }: Pick<RunArguments, 'net' | 'payload' | 'approximate'>,
): Plan {
  const planned = expand(loaded.scenario, seed);
  if (net !== 'sim' && approximate === true) return withoutImpossible(net, planned);
  return payload === undefined ? planned : { ...planned, payload };
}

/** As `intentOf` the subject, without making the plan. */
export function intentOfRun({ loaded, seed }: PlannedRun, args: RunArguments): RunIntent {
  const { scenario, reference, path } = loaded;
  const { files, pieceLengthBytes } = scenario.torrent;
  return {
    scenario: scenario.name,
    description: scenario.description,
    seed,
    network: args.net,
    peers: scenario.plan?.peers.length ?? scenario.groups.reduce((sum, { count }) => sum + count, 0),
    contentBytes: files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    pieceLengthBytes,
    file: path,
    replay: replayCommand(reference, seed, args),
  };
}

export function subjectOf(run: PlannedRun, args: RunArguments): RunSubject {
  const { scenario, reference, path } = run.loaded;
  const plan = planOf(run, args);
  const baselines = baselinesOf(run.loaded, args.baseline);
  return {
    plan,
    ...(baselines === undefined ? {} : { baselines }),
    expectations: scenario.expectations,
    folderName: runFolderName(plan.name, plan.seed),
    file: path,
    replay: replayCommand(reference, plan.seed, args),
  };
}
