/**
 * Puts a strategy of the user's own through the contract of its kind, and through a small simulated swarm, twice. All
 * that it does wrong comes back as words; nothing is thrown.
 */

import type { Hasher } from '../../core/ports.ts';
import type { Choker } from '../../core/strategies/choker.ts';
import type { PiecePicker } from '../../core/strategies/picker.ts';
import { foldPeerTimes, sortedPresent } from '../../trace/metrics/peer-times.ts';
import type { Trace } from '../../trace/trace.ts';
import { expand } from '../expand.ts';
import type { NamedFiles } from '../named-files.ts';
import { parseScenario } from '../parse.ts';
import { checkShape, compileModule } from '../strategies/compile-module.ts';
import { chokerClaims } from '../strategies/contract/choker-contract.ts';
import type { Claim } from '../strategies/contract/claim.ts';
import { pickerClaims } from '../strategies/contract/picker-contract.ts';
import { GuardedChoker } from '../strategies/guarded-choker.ts';
import { GuardedPicker } from '../strategies/guarded-picker.ts';
import type { ModuleOptions, StrategyModule, StrategyRole } from '../strategies/strategy-module.ts';
import { strategyNames } from '../strategy-names.ts';
import { formatDuration } from '../unit-text.ts';
import { SimulatedRun } from './simulate.ts';

export interface Finding {
  readonly says: string;
  readonly advice: boolean;
  /** What breaks it; undefined where it holds. */
  readonly broken: string | undefined;
}

/** What is found, in the order of the contract. `files` can read the module. */
export function checkStrategy(
  module: StrategyModule,
  options: ModuleOptions,
  files: NamedFiles,
  hasher: Hasher,
): Finding[] {
  const found =
    module.role === 'picker'
      ? claims(pickerClaims, pickerOf(module, options))
      : claims(chokerClaims, chokerOf(module, options));
  return [...found, ...swarmFindings(module, options, files, hasher)];
}

function claims<Strategy>(all: readonly Claim<Strategy>[], create: () => Strategy): Finding[] {
  return all.map(({ says, advice, broken }) => ({ says, advice, broken: words(() => broken(create)) }));
}

/** What was said, or what was thrown: a claim that throws is broken. */
function words(ask: () => string | undefined): string | undefined {
  try {
    return ask();
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

const SINK = {
  context: () => 'in the contract',
  onFault: (fault: Error) => {
    throw fault;
  },
};

function pickerOf(module: StrategyModule, options: ModuleOptions): () => PiecePicker {
  const make = compileModule(module);
  return () => new GuardedPicker(shaped(module.role, make(options)), module, SINK);
}

function chokerOf(module: StrategyModule, options: ModuleOptions): () => Choker {
  const make = compileModule(module);
  return () => new GuardedChoker(shaped(module.role, make(options)), module, SINK);
}

function shaped(role: StrategyRole, strategy: unknown) {
  const shape = checkShape(role, strategy);
  if (!shape.ok) throw new Error(shape.complaint.message);
  return shape.value;
}

const CROWD = 10;

function swarmFindings(
  { role, path }: StrategyModule,
  options: ModuleOptions,
  files: NamedFiles,
  hasher: Hasher,
): Finding[] {
  const usual = role === 'picker' ? 'rarest-first' : 'tit-for-tat';
  const own = { [role]: { [path]: options } };
  let first: Trace | undefined;
  const completes = words(() => {
    first = runSwarm(own, files, hasher);
    const times = completionTimes(first);
    return times.length === CROWD ? undefined : `${times.length} of ${CROWD} peers completed`;
  });
  const standard = completionTimes(runSwarm({ [role]: usual }, files, hasher));
  const compared =
    first === undefined
      ? ''
      : `: last after ${lastOf(completionTimes(first))}, with ${usual} after ${lastOf(standard)}`;
  const same = words(() => {
    const second = runSwarm(own, files, hasher);
    return second.digest === first?.digest
      ? undefined
      : 'two runs of one seed differ: does it use Math.random, Date, or keep something at its top level?';
  });
  return [
    { says: `lets a small swarm complete${compared}`, advice: false, broken: completes },
    {
      says: 'gives the same run for the same seed',
      advice: false,
      broken: first === undefined ? 'no run came to its end' : same,
    },
  ];
}

function runSwarm(strategy: Record<string, unknown>, files: NamedFiles, hasher: Hasher): Trace {
  const draft = {
    version: 1,
    name: 'check-strategy',
    time: { until: '1h' },
    torrent: { size: '4 MiB', piece: '64 KiB' },
    peers: [
      { group: 'origin', have: 'all', link: { down: '10 Mbit/s', up: '2 Mbit/s' } },
      {
        group: 'crowd',
        count: CROWD,
        link: { down: '16 Mbit/s', up: '1 Mbit/s', latency: '20ms..60ms' },
        engine: strategy,
      },
    ],
  };
  const scenario = parseScenario(JSON.stringify(draft), 'check-strategy', strategyNames, { files });
  const run = new SimulatedRun(expand(scenario, scenario.seed), hasher);
  run.advance();
  return run.finish();
}

function completionTimes(trace: Trace): Float64Array {
  return sortedPresent(foldPeerTimes(trace).completedUs);
}

function lastOf(times: Float64Array): string {
  const last = times.at(-1);
  return last === undefined ? 'never' : formatDuration(last);
}
