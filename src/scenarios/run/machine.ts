/**
 * The machines of a run: where peers and the tracker live, on either network. The swarm is driven through this alone,
 * so that the same plan runs in simulation and on real sockets.
 */
import type { Clock, Disk, Hasher, Http, Network, Random } from '../../core/ports.ts';
import type { PlannedLink, PlannedPeer } from '../plan.ts';
import type { PlannedContent } from './planned-content.ts';

/** One host with an address of its own. */
export interface Machine {
  /** Textual IP address. */
  readonly address: string;
  readonly network: Network;
  readonly http: Http;
  readonly random: Random;
  openDisk(content: PlannedContent, have: PlannedPeer['have']): Disk;
  /** Takes the machine off the network. */
  disconnect(): void;
}

export interface Machines {
  readonly clock: Clock;
  readonly hasher: Hasher;
  /** `name` is unique and names the machine's random stream. */
  create(name: string, link: PlannedLink): Machine;
}
