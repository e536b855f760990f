/** Makes the pickers and chokers of a run: a fresh one for each program of each peer. */
import { ByRole } from '../../core/strategies/by-role.ts';
import type { Choker } from '../../core/strategies/choker.ts';
import type { PiecePicker } from '../../core/strategies/picker.ts';
import { chokers, pickers } from '../../core/strategies/registry.ts';
import type { StrategyKind, StrategyWorld } from '../../core/strategies/strategy-kind.ts';
import type { Plan, PlannedEngine, PlannedModule, PlannedStrategy } from '../plan.ts';
import { checkShape, compileModule, type UserChoker, type UserPicker } from '../strategies/compile-module.ts';
import { GuardedChoker } from '../strategies/guarded-choker.ts';
import { type FaultSink, GuardedPicker } from '../strategies/guarded-picker.ts';
import { StrategyFault, thrownFault } from '../strategies/strategy-fault.ts';
import type { ModuleOptions, StrategyModule, StrategyRole } from '../strategies/strategy-module.ts';
import { formatDuration } from '../unit-text.ts';

/** What strategies are told of the run, and whom they tell. */
export interface StrategyHost extends StrategyWorld {
  /** Virtual time or time since the start. */
  nowUs(): number;
  /** A strategy of the user's own is at fault; the run cannot go on. */
  onFault(fault: StrategyFault): void;
}

export class RunStrategies {
  readonly #host: StrategyHost;
  readonly #modules: readonly StrategyModule[];
  /** What makes strategies, by module: what a module keeps at its top level is kept for this run. */
  readonly #factories = new Map<StrategyModule, (options: ModuleOptions) => unknown>();

  constructor(plan: Plan, host: StrategyHost) {
    this.#modules = plan.strategyModules ?? [];
    this.#host = host;
  }

  /** `peer`: whose it is, for messages. */
  picker({ picker }: PlannedEngine, peer: string): PiecePicker {
    if (!isModule(picker)) return registered(pickers, picker, this.#host);
    const module = this.#find('picker', picker);
    return new GuardedPicker(this.#make(module, picker.options, peer, NOBODY), module, this.#sink(peer));
  }

  choker({ choker, seedChoker }: PlannedEngine, peer: string): Choker {
    const downloading = this.#choker(choker, peer);
    return seedChoker === undefined ? downloading : new ByRole(downloading, this.#choker(seedChoker, peer));
  }

  #choker(planned: PlannedStrategy, peer: string): Choker {
    if (!isModule(planned)) return registered(chokers, planned, this.#host);
    const module = this.#find('choker', planned);
    return new GuardedChoker(this.#make(module, planned.options, peer, NOBODY), module, this.#sink(peer));
  }

  #sink(peer: string): FaultSink {
    return {
      context: () => `peer ${peer}, at ${formatDuration(this.#host.nowUs())}`,
      onFault: (fault) => this.#host.onFault(fault),
    };
  }

  /** A strategy of the module; `instead` where it cannot make one. */
  #make(
    module: StrategyModule,
    options: ModuleOptions,
    peer: string,
    instead: UserPicker & UserChoker,
  ): UserPicker & UserChoker {
    const sink = this.#sink(peer);
    try {
      let factory = this.#factories.get(module);
      if (factory === undefined) {
        factory = compileModule(module);
        this.#factories.set(module, factory);
      }
      const shape = checkShape(module.role, factory(options));
      if (shape.ok) return shape.value;
      sink.onFault(new StrategyFault(`${module.path}: ${shape.complaint.message}`, module.path, undefined));
    } catch (thrown) {
      sink.onFault(thrownFault(module, thrown, sink.context()));
    }
    return instead;
  }

  #find(role: StrategyRole, { module: path }: PlannedModule): StrategyModule {
    const found = this.#modules.find((one) => one.role === role && one.path === path);
    if (found === undefined) throw new Error(`the plan names the module ${path}; it is not in the plan`);
    return found;
  }
}

/** Does nothing, in place of a strategy that cannot be made: the run is about to end. */
const NOBODY: UserPicker & UserChoker = { name: 'none', pick: () => undefined, decide: () => undefined };

function registered<Strategy>(
  kinds: ReadonlyMap<string, StrategyKind<Strategy>>,
  planned: Exclude<PlannedStrategy, PlannedModule>,
  world: StrategyWorld,
): Strategy {
  const { name, options } = typeof planned === 'string' ? { name: planned, options: {} } : planned;
  const kind = kinds.get(name);
  if (kind === undefined) throw new Error(`the plan names the strategy ${name}; there is none`);
  return kind.create(options, world);
}

function isModule(planned: PlannedStrategy): planned is PlannedModule {
  return typeof planned === 'object' && 'module' in planned;
}

/** Names of the strategies of a plan that know what only the simulated world can tell. */
export function simulatedStrategies({ peers, events }: Plan): string[] {
  const engines = [
    ...peers.map(({ engine }) => engine),
    ...events.flatMap((event) => (event.kind === 'engine' ? [event.engine] : [])),
  ];
  const names = new Set<string>();
  for (const { picker } of engines) {
    if (picker === undefined || isModule(picker)) continue;
    names.add(typeof picker === 'string' ? picker : picker.name);
  }
  return [...names].filter((name) => pickers.get(name)?.simulationOnly === true);
}
