/**
 * Things by the address at which they can be reached, found without putting a key together. Most hosts have one port:
 * a host with one has its thing, one with several a map of its own, so that however many ports somebody names, each
 * operation costs O(1). Invariant: a map of ports holds two things at least when it is made, and never none.
 */
import type { Address } from './ports.ts';

export interface Contactable {
  readonly contact: Address;
}

export class ContactMap<T extends Contactable> {
  readonly #byHost = new Map<string, T | Map<number, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(contact: Address): T | undefined {
    const found = this.#byHost.get(contact.host);
    if (found === undefined) return undefined;
    if (found instanceof Map) return found.get(contact.port);
    return found.contact.port === contact.port ? found : undefined;
  }

  /** Adds a thing; there must be none at its address. */
  add(thing: T): void {
    const { host, port } = thing.contact;
    const found = this.#byHost.get(host);
    if (found === undefined) this.#byHost.set(host, thing);
    else if (found instanceof Map) found.set(port, thing);
    else {
      const ports = new Map<number, T>();
      ports.set(found.contact.port, found).set(port, thing);
      this.#byHost.set(host, ports);
    }
    this.#size++;
  }

  /** Forgets a thing that is here. */
  delete(thing: T): void {
    const { host, port } = thing.contact;
    const found = this.#byHost.get(host);
    if (found instanceof Map) {
      found.delete(port);
      if (found.size === 0) this.#byHost.delete(host);
    } else this.#byHost.delete(host);
    this.#size--;
  }
}
