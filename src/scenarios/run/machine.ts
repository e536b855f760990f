/**
 * The machines of a run: where peers and the tracker live, on either network. The swarm is driven through this alone,
 * so that the same plan runs in simulation and on real sockets. What only a simulated machine can suffer stands apart,
 * as `faults`.
 */
import type { Bitfield } from '../../core/bitfield.ts';
import type { Clock, Disk, Hasher, Http, Network, Random } from '../../core/ports.ts';
import type { PlannedDisk, PlannedDiskFault, PlannedLink } from '../plan.ts';
import type { PlannedContent } from './planned-content.ts';

/** Ends what was begun; harmless when called again. */
export type Lift = () => void;

/** One host with an address of its own. */
export interface Machine {
  readonly name: string;
  /** Textual IP address. */
  readonly address: string;
  /** Stops when the machine crashes. */
  readonly clock: Clock;
  readonly network: Network;
  readonly http: Http;
  readonly random: Random;
  /** Opens what the machine has stored; what an earlier session wrote is there. One at a time. */
  openDisk(): Disk;
  /** The programs on the machine have ended: the system closes what they left open. */
  disconnect(): void;
  /** On the network again, with nothing open. Machines begin so. */
  connect(): void;
  readonly faults: MachineFaults | undefined;
}

export interface MachineFaults {
  /** The power fails: nobody is told, timers stop, writes that were not synced are lost. `connect` ends it. */
  crash(): void;
  /** The line loses packets like this instead of as planned. */
  lose(lossPerMillion: number, lossBurst: number): Lift;
  /** The line gives at most so much, in bytes per second; undefined: as before. */
  limit(upBytesPerSec: number | undefined, downBytesPerSec: number | undefined): Lift;
  harmDisk(fault: PlannedDiskFault): Lift;
}

/** What can happen to the network between machines. */
export interface NetworkFaults {
  /** Packets from one of `from` to one of `to` vanish, or are held until it is lifted. */
  stop(kind: 'cut' | 'hold', from: readonly Machine[], to: readonly Machine[], bothWays: boolean): Lift;
  /** Everything to and from these machines takes so much longer. */
  delay(machines: readonly Machine[], addUs: number): Lift;
}

/** What a machine is made of. */
export interface MachinePlan {
  /** Unique; names the machine's random stream. */
  readonly name: string;
  readonly link: PlannedLink;
  /** What it stores; undefined for a machine that stores nothing. */
  readonly storage: MachineStoragePlan | undefined;
  onLineChanged?(upBytesPerSec: number, downBytesPerSec: number, reason: string): void;
}

export interface MachineStoragePlan {
  readonly disk: PlannedDisk;
  readonly content: PlannedContent;
  readonly have: 'all' | 'none' | Bitfield;
}

export interface Machines {
  /** The run's own clock, which no crash stops. */
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly faults: NetworkFaults | undefined;
  create(plan: MachinePlan): Machine;
}
