/** Runs a plan in simulation, from the start to its trace. Synchronous; the caller may look in between slices. */

import type { Hasher } from '../../core/ports.ts';
import { InvariantError } from '../../core/result.ts';
import type { Checker } from '../../sim/checkers/checker.ts';
import { ConservationChecker } from '../../sim/checkers/conservation.ts';
import { DataCapChecker } from '../../sim/checkers/data-cap.ts';
import { DatagramBooksChecker } from '../../sim/checkers/datagram-books.ts';
import { FairShareChecker } from '../../sim/checkers/fair-share.ts';
import { LinkBudgetChecker } from '../../sim/checkers/link-budget.ts';
import { NothingLeftChecker } from '../../sim/checkers/nothing-left.ts';
import { Simulation } from '../../sim/simulation.ts';
import type { EventFollower } from '../../trace/event-log.ts';
import { TraceRecorder } from '../../trace/recorder.ts';
import type { Trace } from '../../trace/trace.ts';
import { type BaselineLookup, NO_BASELINE } from '../baseline/baseline.ts';
import type { Expectation } from '../expectations/expectation.ts';
import type { Verdict } from '../expectations/verdict.ts';
import type { Plan } from '../plan.ts';
import { StrategyFault } from '../strategies/strategy-fault.ts';
import { EngineWitness } from './engine-witness.ts';
import type { HealVerdict } from './heal-demand.ts';
import { judgeHealed } from './healed-world.ts';
import { type PlannedContent, planContent } from './planned-content.ts';
import type { RunProbe } from './run-options.ts';
import { type RunWatch, watchOver } from './run-watch.ts';
import { SimulatedMachines } from './simulated-machines.ts';
import { Swarm } from './swarm.ts';
import { traceHeader } from './trace-header.ts';

/** Long enough for every goodbye, and for a stream to find out that its other end is gone. */
const BREAK_UP_US = 1_800_000_000;
/**
 * Time between two looks at the laws: one choke round, and in a long run a hundredth of the time so far, so that a day
 * in which little happens costs little. What the laws see as it happens they see at once in any case.
 */
const CHECK_INTERVAL_US = 10_000_000;
const CHECK_SHARE = 100;

export interface SimulatedRunOptions {
  /** Which draws of the peers' own, see `drawsOfRun`; default 0, those of the plan's seed. */
  readonly draws?: number | undefined;
  /** Default true. False: the trace stays empty, to measure what recording costs. */
  readonly recording?: boolean;
  /** Looks at every event and message; default: nobody does, and it costs nothing. */
  readonly probe?: RunProbe | undefined;
  /** Those of them that say so stop the run when they are violated. */
  readonly expectations?: readonly Expectation[] | undefined;
  readonly baselines?: BaselineLookup | undefined;
  /** What `planContent` made of the same torrent before: to hash it again takes longer than a small run. */
  readonly content?: PlannedContent | undefined;
}

export class SimulatedRun {
  readonly #plan: Plan;
  readonly #simulation: Simulation;
  readonly #machines: SimulatedMachines;
  readonly #recorder: TraceRecorder;
  readonly #swarm: Swarm;
  readonly #witness: EngineWitness;
  /** Those that look at the network; the witness has those that look at engines. */
  readonly #checkers: Checker[];
  readonly #watch: RunWatch | undefined;
  #over = false;
  #stoppedBy: Verdict | undefined;
  #failure: string | StrategyFault | undefined;

  constructor(plan: Plan, hasher: Hasher, options: SimulatedRunOptions = {}) {
    const { recording = true, probe, expectations = [], baselines = NO_BASELINE } = options;
    const { content = planContent(plan.torrent, hasher) } = options;
    this.#plan = plan;
    this.#simulation = new Simulation(plan.seed);
    this.#simulation.probe = probe?.events;
    this.#machines = new SimulatedMachines(this.#simulation, plan, hasher, probe?.messages, options.draws);
    this.#recorder = new TraceRecorder(traceHeader(plan), () => this.#simulation.nowUs, recording);
    this.#witness = new EngineWitness(plan, content.metainfo.pieceCount);
    const events = {
      onOver: () => this.#end(),
      onFailed: (why: string | StrategyFault) => {
        this.#failure = why;
        this.#end();
      },
    };
    this.#swarm = new Swarm(plan, content, this.#machines, this.#recorder, events, this.#witness);
    const { internet } = this.#machines;
    this.#checkers = [
      new ConservationChecker(internet),
      new LinkBudgetChecker(internet),
      new FairShareChecker(internet),
      new DataCapChecker(internet),
      new DatagramBooksChecker(internet),
    ];
    this.#watch = recording ? watchOver(plan, this.#recorder, { expectations, baselines }) : undefined;
    this.#checkWorld();
    if (this.#watch !== undefined) this.#lookAfter(plan.sampleUs);
    this.#swarm.start();
  }

  /** The laws that were checked so far, and how many single facts that took. */
  get checks(): readonly { readonly name: string; readonly evaluations: number }[] {
    const all = [...this.#checkers, ...this.#witness.checkers];
    return all.map(({ name, evaluations }) => ({ name, evaluations }));
  }

  /** The verdict for which the run was stopped; undefined: it was not. */
  get stoppedBy(): Verdict | undefined {
    return this.#stoppedBy;
  }

  get nowUs(): number {
    return this.#simulation.nowUs;
  }

  /** Events of the simulated world so far. */
  get eventCount(): number {
    return this.#simulation.eventCount;
  }

  /** Events of the trace so far, and the bytes that they take in memory. */
  get traceSize(): TraceRecorder['size'] {
    return this.#recorder.size;
  }

  /** Reads the events of the trace from the first one on, while the run goes on; not after `finish`. */
  follow(): EventFollower {
    return this.#recorder.follow();
  }

  /** The texts of the trace so far, from number `first` on. */
  traceTexts(first: number): readonly string[] {
    return this.#recorder.texts(first);
  }

  /** Ends of connections that the laws on engines watch now, and the bytes that they keep for them. */
  get watchSize(): EngineWitness['size'] {
    return this.#witness.size;
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

  /**
   * The trace of what has happened; ends the run. `toEnd`: nothing more would have happened until the planned end. Throws
   * `StrategyFault` when a strategy of the user's own has ended the run.
   */
  finish(toEnd = true): Trace {
    if (this.#failure instanceof StrategyFault) throw this.#failure;
    if (this.#failure !== undefined) throw new InvariantError(`a simulated machine failed: ${this.#failure}`);
    this.#checkLaws();
    const endUs = this.#over || !toEnd ? this.#simulation.nowUs : this.#plan.endUs;
    this.#swarm.reportControl();
    return this.#recorder.finish(endUs);
  }

  /** What a run that was healed owes; undefined when it was not. To be asked after `finish`. */
  get healVerdict(): HealVerdict | undefined {
    return judgeHealed(this.#plan, this.#swarm.members, this.#simulation.nowUs);
  }

  /**
   * Breaks the swarm up and throws where something is left that nobody needs any more: a stream, a timer, an event. The
   * last thing to be done with a run; its trace is finished before.
   */
  breakUp(): void {
    const { internet, clock, created } = this.#machines;
    this.#swarm.breakUp();
    this.#simulation.runUntil(this.#simulation.nowUs + BREAK_UP_US);
    const linesWithEvents = this.#plan.peers.filter(
      ({ link }) => link.schedule.length + link.caps.length > 0,
    );
    const nothingLeft = new NothingLeftChecker(internet, {
      clocks: () => created.map(({ name, clock: own }) => ({ name, pendingCount: own.pendingCount })),
      worldHandles: () => clock.pendingCount + linesWithEvents.length + internet.counts.inFlight,
    });
    this.#checkers.push(nothingLeft);
    nothingLeft.check();
  }

  /** Throws where the network has broken one of its laws; comes back until the run is over. */
  #checkWorld(): void {
    this.#checkLaws();
    const { clock } = this.#machines;
    const nowUs = clock.now();
    const nextUs = nowUs + Math.max(CHECK_INTERVAL_US, Math.floor(nowUs / CHECK_SHARE));
    if (nextUs <= this.#plan.endUs) clock.schedule(nextUs, () => this.#checkWorld());
  }

  /** Asks the watch at the end of each sample whether to go on. */
  #lookAfter(sampleUs: number): void {
    const { clock } = this.#machines;
    const nextUs = clock.now() + sampleUs;
    if (nextUs > this.#plan.endUs) return;
    clock.schedule(nextUs, () => {
      if (this.#over) return;
      this.#stoppedBy = this.#watch?.(nextUs);
      if (this.#stoppedBy === undefined) this.#lookAfter(sampleUs);
      else this.#end();
    });
  }

  #checkLaws(): void {
    for (const checker of this.#checkers) checker.check();
    this.#witness.check();
  }

  #end(): void {
    this.#over = true;
    this.#simulation.halt();
  }
}
