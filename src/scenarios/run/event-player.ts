/**
 * Carries out the events of a plan on its members, their machines and the network, and takes back what was only for a
 * while: at its own end, or at the latest when everything is healed.
 */
import type { Clock } from '../../core/ports.ts';
import { type Plan, type PlannedEvent, TRACKER } from '../plan.ts';
import type { Lift, Machine, MachineFaults, NetworkFaults } from './machine.ts';
import type { Member } from './member.ts';
import type { TrackerMachine } from './tracker-machine.ts';

export interface EventWorld {
  readonly clock: Clock;
  /** Undefined on real machines, which cannot suffer most of this. */
  readonly faults: NetworkFaults | undefined;
  readonly members: readonly Member[];
  readonly trackerMachine: Machine;
  /** Undefined: there is none. */
  readonly tracker: TrackerMachine | undefined;
  /** Event number `index` of the plan begins or is over. */
  onFault(index: number, began: boolean, label: string): void;
}

export class EventPlayer {
  readonly #plan: Plan;
  readonly #world: EventWorld;
  /** What still lasts. */
  readonly #lifts = new Set<Lift>();

  constructor(plan: Plan, world: EventWorld) {
    this.#plan = plan;
    this.#world = world;
  }

  /** Sets the timers; `startUs` is the instant from which the plan's times count. */
  begin(startUs: number): void {
    const { clock } = this.#world;
    for (const [index, event] of this.#plan.events.entries()) {
      clock.schedule(startUs + event.atUs, () => this.#play(event, index, startUs));
    }
    const { healAtUs } = this.#plan;
    if (healAtUs !== undefined) clock.schedule(startUs + healAtUs, () => this.heal());
  }

  #play(event: PlannedEvent, index: number, startUs: number): void {
    const { onFault, clock } = this.#world;
    onFault(index, true, event.label);
    const lift = this.#begin(event);
    if (lift === undefined) {
      onFault(index, false, event.label);
      return;
    }
    const end = (): void => {
      if (!this.#lifts.delete(end)) return;
      lift();
      onFault(index, false, event.label);
    };
    this.#lifts.add(end);
    const untilUs = endOf(event);
    if (untilUs !== undefined) clock.schedule(startUs + untilUs, end);
  }

  /** Everything is as it was before the first event, but for what is lost. */
  heal(): void {
    for (const lift of [...this.#lifts]) lift();
  }

  /** What takes it back, where there is something to take back. */
  #begin(event: PlannedEvent): Lift | undefined {
    const { members, faults, tracker } = this.#world;
    switch (event.kind) {
      case 'partition':
      case 'hold': {
        const kind = event.kind === 'partition' ? 'cut' : 'hold';
        return faults?.stop(kind, this.#machines(event.from), this.#machines(event.to), event.bothWays);
      }
      case 'latency':
        return faults?.delay(this.#machines(event.peers), event.addUs);
      case 'loss':
        return this.#onEach(event.peers, (machine) => machine.lose(event.lossPerMillion, event.lossBurst));
      case 'line':
        return this.#onEach(event.peers, (machine) =>
          machine.limit(event.upBytesPerSec, event.downBytesPerSec),
        );
      case 'disk':
        return this.#onEach(event.peers, (machine) => machine.harmDisk(event.fault));
      case 'crash': {
        const returns = event.restartAfterUs !== undefined;
        const crashed = event.peers.filter((index) => members[index]?.crash(returns));
        return () => {
          for (const index of crashed) members[index]?.restart();
        };
      }
      case 'leave':
        for (const index of event.peers) members[index]?.leave(event.label);
        return undefined;
      case 'tracker':
        return tracker?.harm(event.fault);
      case 'engine':
        for (const index of event.peers) members[index]?.configure(event.engine);
        return undefined;
    }
  }

  #machines(indices: readonly number[]): Machine[] {
    const { members, trackerMachine } = this.#world;
    return indices.flatMap((index) =>
      index === TRACKER ? [trackerMachine] : (members[index]?.machine ?? []),
    );
  }

  #onEach(indices: readonly number[], begin: (faults: MachineFaults) => Lift): Lift {
    const lifts = this.#machines(indices).flatMap(({ faults }) =>
      faults === undefined ? [] : [begin(faults)],
    );
    return () => {
      for (const lift of lifts) lift();
    };
  }
}

function endOf(event: PlannedEvent): number | undefined {
  if (event.kind === 'crash') {
    return event.restartAfterUs === undefined ? undefined : event.atUs + event.restartAfterUs;
  }
  return 'untilUs' in event ? event.untilUs : undefined;
}
