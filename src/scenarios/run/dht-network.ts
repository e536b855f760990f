/**
 * The DHT of a run: whose nodes everybody begins with, and what each peer's machine keeps of it between sessions. Where the
 * plan names nobody, a machine of its own is nothing but a node that is always there.
 */
import { createDht, type Dht, type DhtOptions, type DhtStore } from '../../core/dht/dht.ts';
import type { Address, Hasher } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import type { Plan, PlannedLink } from '../plan.ts';
import { DEFAULT_LINK } from '../plan-defaults.ts';
import type { Machine, Machines } from './machine.ts';

/** Every node is at the port at which its peer listens. */
const NODE_PORT = 6881;

/** The bootstrap node's line: so wide that it is never what is measured. */
const ROUTER_LINK: PlannedLink = {
  ...DEFAULT_LINK,
  upBytesPerSec: 125_000_000,
  downBytesPerSec: 125_000_000,
  latencyUs: 5000,
  queueBytes: 4 * 1024 * 1024,
};

export class DhtNetwork {
  readonly #bootstrap: readonly Address[];
  readonly #stores = new Map<number, DhtStore>();
  readonly #router: Machine | undefined;
  readonly #hasher: Hasher;
  #node: Dht | undefined;

  /** `peers`: the machines of the plan's peers, in their order. */
  constructor(plan: Plan, machines: Machines, peers: readonly Machine[]) {
    invariant(plan.dht !== undefined, 'a DHT that is not planned');
    const { bootstrap } = plan.dht;
    this.#hasher = machines.hasher;
    if (bootstrap === 'router') {
      this.#router = machines.create({ name: 'dht-router', link: ROUTER_LINK, storage: undefined });
      this.#bootstrap = [{ host: this.#router.address, port: NODE_PORT }];
    } else {
      this.#bootstrap = bootstrap.map((index) => ({
        host: (peers[index] as Machine).address,
        port: NODE_PORT,
      }));
    }
  }

  start(): void {
    if (this.#router === undefined) return;
    this.#node = createDht({ ...portsOf(this.#router), hasher: this.#hasher }, {});
    this.#node.start(NODE_PORT);
  }

  stop(): void {
    this.#node?.stop();
    this.#node = undefined;
    this.#router?.disconnect();
  }

  /** The part of a peer in it, by its index. */
  optionsFor(index: number, { address }: Machine): DhtOptions {
    let store = this.#stores.get(index);
    if (store === undefined) {
      store = new KeptState();
      this.#stores.set(index, store);
    }
    return { bootstrap: this.#bootstrap.filter(({ host }) => host !== address), store };
  }
}

function portsOf({ clock, network, random }: Machine) {
  return { clock, network, random };
}

/** A machine's state file. */
class KeptState implements DhtStore {
  #bytes: Uint8Array | undefined;

  load(): Uint8Array | undefined {
    return this.#bytes;
  }

  save(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }
}
