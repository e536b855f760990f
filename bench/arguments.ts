/** The command line of `npm run bench`, read into what is to be done. Pure: what is wrong is returned as a sentence. */
import { parseArgs } from 'node:util';
import { nearest } from '../src/scenarios/nearest.ts';
import { LOOPBACK_MIB, loopbackOf } from './loopback-workloads.ts';
import { PLAIN_SWARM } from './tasks.ts';
import type { Workload } from './workload.ts';
import { swarmOfSize } from './workloads.ts';

export type BenchCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  /** For other processes of ours: does one task and prints what it measured as one line of JSON. */
  | { readonly kind: 'one'; readonly task: string }
  /** The same: says by its exit code whether this revision has the task. */
  | { readonly kind: 'knows'; readonly task: string }
  | {
      readonly kind: 'run';
      readonly workloads: readonly Workload[];
      readonly runs: number;
      /** Where the result goes as JSON. */
      readonly json: string | undefined;
      /** The revision to compare with. */
      readonly against: string | undefined;
    };

const RUNS_MAX = 99;
const SIZE_MAX = 8192;
const LOOPBACK = 'loopback';

export function parseCommand(argv: readonly string[], workloads: readonly Workload[]): BenchCommand | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    return `${sentence}\n  npm run bench -- --help says what there is`;
  }
  const { values, positionals } = parsed;
  if (values.help === true) return { kind: 'help' };
  if (values.one !== undefined) return { kind: 'one', task: values.one };
  if (values.knows !== undefined) return { kind: 'knows', task: values.knows };
  if (values.list === true) return { kind: 'list' };
  const runs = Number(values.runs ?? 1);
  if (!Number.isInteger(runs) || runs < 1 || runs > RUNS_MAX) {
    return `--runs ${values.runs}: expected a number from 1 to ${RUNS_MAX}`;
  }
  const size = Number(values.size ?? LOOPBACK_MIB);
  if (!Number.isInteger(size) || size < 1 || size > SIZE_MAX) {
    return `--size ${values.size}: expected a number of MiB from 1 to ${SIZE_MAX}`;
  }
  if (values.size !== undefined && !positionals.includes(LOOPBACK)) {
    return `--size goes with ${LOOPBACK}: npm run bench -- ${LOOPBACK} --size ${values.size}`;
  }
  const sized = workloads.map((each) => (each.name === LOOPBACK ? loopbackOf(size) : each));
  const chosen = choose(positionals, sized);
  if (typeof chosen === 'string') return chosen;
  return { kind: 'run', workloads: chosen, runs, json: values.json, against: values.against };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      list: { type: 'boolean' },
      runs: { type: 'string' },
      json: { type: 'string' },
      size: { type: 'string' },
      against: { type: 'string' },
      one: { type: 'string' },
      knows: { type: 'string' },
    },
  });
}

/** Those that are named, in the order in which they are, or all that are short. */
function choose(names: readonly string[], workloads: readonly Workload[]): readonly Workload[] | string {
  if (names.length === 0) return workloads.filter(({ isShort }) => isShort);
  const chosen = new Map<string, Workload>();
  for (const name of names) {
    const workload = PLAIN_SWARM.test(name)
      ? swarmOfSize(name)
      : workloads.find((each) => each.name === name);
    if (workload === undefined) return unknownName(name, workloads);
    chosen.set(name, workload);
  }
  return [...chosen.values()];
}

function unknownName(name: string, workloads: readonly Workload[]): string {
  const names = workloads.map((each) => each.name);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `there is no workload "${name}"${hint}\n  there are: ${names.join(', ')}\n  or a swarm by its size, <peers>x<MiB>, such as 100x64`;
}

export const HELP = `npm run bench                    the short workloads, a few minutes
npm run bench -- <name>…         these workloads; 100x64 is a swarm of 100 peers and 64 MiB
npm run bench -- --list          names all workloads and their targets

  --runs <n>            runs of everything; with more than one, medians and spreads (default 1)
  --against <revision>  builds that revision of the repository in a temporary folder, runs both in turn, prints ratios
  --size <MiB>          of the transfers of loopback (default ${LOOPBACK_MIB})
  --json <file>         writes the machine, the revision and every figure of every run
`;
