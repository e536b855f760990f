/** Runs a plan in simulation, from the start to its trace. Synchronous; the caller may look in between slices. */

import type { Hasher } from '../../core/ports.ts';
import { InvariantError } from '../../core/result.ts';
import type { Checker } from '../../sim/checkers/checker.ts';
import { ConservationChecker } from '../../sim/checkers/conservation.ts';
import { FairShareChecker } from '../../sim/checkers/fair-share.ts';
import { LinkBudgetChecker } from '../../sim/checkers/link-budget.ts';
import { Simulation } from '../../sim/simulation.ts';
import { TraceRecorder } from '../../trace/recorder.ts';
import type { Trace } from '../../trace/trace.ts';
import type { Plan } from '../plan.ts';
import { planContent } from './planned-content.ts';
import { SimulatedMachines } from './simulated-machines.ts';
import { Swarm } from './swarm.ts';
import { traceHeader } from './trace-header.ts';

/** Time between two looks at the laws of the network: one choke round. */
const CHECK_INTERVAL_US = 10_000_000;

export class SimulatedRun {
  readonly #plan: Plan;
  readonly #simulation: Simulation;
  readonly #machines: SimulatedMachines;
  readonly #recorder: TraceRecorder;
  readonly #swarm: Swarm;
  readonly #checkers: readonly Checker[];
  #over = false;
  #failure: string | undefined;

  constructor(plan: Plan, hasher: Hasher) {
    const content = planContent(plan.torrent, hasher);
    this.#plan = plan;
    this.#simulation = new Simulation(plan.seed);
    this.#machines = new SimulatedMachines(this.#simulation, plan, hasher);
    this.#recorder = new TraceRecorder(traceHeader(plan), () => this.#simulation.nowUs);
    this.#swarm = new Swarm(plan, content, this.#machines, this.#recorder, {
      onOver: () => this.#end(),
      onFailed: (message) => {
        this.#failure = message;
        this.#end();
      },
    });
    const { internet } = this.#machines;
    this.#checkers = [
      new ConservationChecker(internet),
      new LinkBudgetChecker(internet),
      new FairShareChecker(internet),
    ];
    this.#checkWorld();
    this.#swarm.start();
  }

  /** The laws of the network that were checked so far, and how many single facts that took. */
  get checks(): readonly { readonly name: string; readonly evaluations: number }[] {
    return this.#checkers.map(({ name, evaluations }) => ({ name, evaluations }));
  }

  get nowUs(): number {
    return this.#simulation.nowUs;
  }

  /** Events of the simulated world so far. */
  get eventCount(): number {
    return this.#simulation.eventCount;
  }

  get progress(): Swarm['progress'] {
    return this.#swarm.progress;
  }

  /** The simulated world, for checkers and counters. */
  get internet(): SimulatedMachines['internet'] {
    return this.#machines.internet;
  }

  /**
   * Runs at most `eventsMax` events further. True while there is more to come. Throws `SimulationError` when an
   * invariant of ours is broken.
   */
  advance(eventsMax = Number.POSITIVE_INFINITY): boolean {
    if (this.#over) return false;
    return this.#simulation.runCalls(eventsMax, this.#plan.endUs) && !this.#over;
  }

  /** The trace of what has happened; ends the run. `toEnd`: nothing more would have happened until the planned end. */
  finish(toEnd = true): Trace {
    if (this.#failure !== undefined) throw new InvariantError(`a simulated machine failed: ${this.#failure}`);
    for (const checker of this.#checkers) checker.check();
    const endUs = this.#over || !toEnd ? this.#simulation.nowUs : this.#plan.endUs;
    return this.#recorder.finish(endUs);
  }

  /** Throws where the network has broken one of its laws; comes back until the run is over. */
  #checkWorld(): void {
    for (const checker of this.#checkers) checker.check();
    const { clock } = this.#machines;
    const nextUs = clock.now() + CHECK_INTERVAL_US;
    if (nextUs <= this.#plan.endUs) clock.schedule(nextUs, () => this.#checkWorld());
  }

  #end(): void {
    this.#over = true;
    this.#simulation.halt();
  }
}
