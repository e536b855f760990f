/**
 * The address translation in front of a home: by behaviour as RFC 4787 has it, by name as RFC 3489 has it. Every host
 * has one of its own and keeps its one public address; only ports are translated. A datagram that goes out opens a
 * session: an external port, and whom it lets in there. Nothing comes in without a session or a port forwarded by hand.
 *
 * | kind            | one external port for                        | lets in                            |
 * | --------------- | -------------------------------------------- | ---------------------------------- |
 * | open            | (no translation)                             | everybody                          |
 * | full-cone       | each internal port                           | everybody                          |
 * | restricted      | each internal port                           | addresses that were sent to        |
 * | port-restricted | each internal port                           | address and port that were sent to |
 * | symmetric       | each internal port, destination and its port | that destination and port          |
 */
import { formatAddress } from '../core/address.ts';
import type { Address } from '../core/ports.ts';
import { invariant } from '../core/result.ts';

export const natKinds = ['open', 'full-cone', 'restricted', 'port-restricted', 'symmetric'] as const;
export type NatKind = (typeof natKinds)[number];

/** A session ends after so long without a datagram out; RFC 4787, REQ-5: not sooner than two minutes. */
export const SESSION_IDLE_US = 120_000_000;
/** Beyond so many sessions the one that has been idle for longest makes room. */
export const SESSIONS_MAX = 4096;

/** External ports are taken from here on when the internal one is not free; those below are never given out so. */
const FIRST_PORT = 1024;
const LAST_PORT = 65535;

interface Mapping {
  readonly key: string;
  readonly internalPort: number;
  readonly externalPort: number;
  /** Sessions that use it; it ends with the last of them. */
  sessions: number;
}

interface Session {
  readonly mapping: Mapping;
  expiresUs: number;
}

/** What a translation keeps; made for the first who needs it, because hosts that are open need none. */
class Tables {
  readonly forwarded = new Set<number>();
  readonly mappings = new Map<string, Mapping>();
  readonly externalPorts = new Set<number>();
  /** By external port and remote, in the order of their last datagram out, which is that of their ends. */
  readonly sessions = new Map<string, Session>();
}

export class Nat {
  readonly kind: NatKind;
  #made: Tables | undefined = undefined;
  #lastPort = LAST_PORT;

  constructor(kind: NatKind) {
    this.kind = kind;
  }

  get #tables(): Tables {
    this.#made ??= new Tables();
    return this.#made;
  }

  /** Sessions that are held, of which some may have ended: what has ended goes when another datagram goes out. */
  get sessionCount(): number {
    return this.#made?.sessions.size ?? 0;
  }

  /** Lets everybody in at `port`, as a rule in the router or UPnP does, for streams and datagrams. */
  forward(port: number): void {
    invariant(Number.isInteger(port) && port > 0 && port <= LAST_PORT, 'a port from 1 to 65535');
    this.#tables.forwarded.add(port);
    // Whoever had this external port by chance gets another with its next datagram.
    for (const [key, session] of this.#tables.sessions) {
      if (session.mapping.externalPort === port) this.#end(key, session);
    }
  }

  /** Takes back `forward`. */
  unforward(port: number): void {
    this.#tables.forwarded.delete(port);
  }

  /** Whether a stream that somebody outside opens to `port` comes in. Streams that are opened from inside always do. */
  admitsStream(port: number): boolean {
    return this.kind === 'open' || this.#tables.forwarded.has(port);
  }

  /** A datagram goes out: the external port that it comes from. */
  outbound(internalPort: number, to: Address, nowUs: number): number {
    if (this.kind === 'open' || this.#tables.forwarded.has(internalPort)) return internalPort;
    for (const [key, session] of this.#tables.sessions) {
      if (session.expiresUs > nowUs) break;
      this.#end(key, session);
    }
    const mapping = this.#mappingFor(internalPort, to);
    const key = this.#sessionKey(mapping.externalPort, to);
    let session = this.#tables.sessions.get(key);
    if (session === undefined) {
      session = { mapping, expiresUs: 0 };
      mapping.sessions++;
      if (this.#tables.sessions.size >= SESSIONS_MAX) this.#endOldest();
    } else this.#tables.sessions.delete(key);
    session.expiresUs = nowUs + SESSION_IDLE_US;
    this.#tables.sessions.set(key, session);
    return mapping.externalPort;
  }

  /** A datagram has come to `externalPort`: the internal port that it goes to, undefined when it is dropped. */
  inbound(externalPort: number, from: Address, nowUs: number): number | undefined {
    if (this.kind === 'open' || this.#tables.forwarded.has(externalPort)) return externalPort;
    const session = this.#tables.sessions.get(this.#sessionKey(externalPort, from));
    if (session === undefined || session.expiresUs <= nowUs) return undefined;
    return session.mapping.internalPort;
  }

  #mappingFor(internalPort: number, to: Address): Mapping {
    const key = this.kind === 'symmetric' ? `${internalPort}>${formatAddress(to)}` : `${internalPort}`;
    const known = this.#tables.mappings.get(key);
    if (known !== undefined) return known;
    const mapping = { key, internalPort, externalPort: this.#choosePort(internalPort), sessions: 0 };
    this.#tables.mappings.set(key, mapping);
    this.#tables.externalPorts.add(mapping.externalPort);
    return mapping;
  }

  #sessionKey(externalPort: number, remote: Address): string {
    if (this.kind === 'full-cone') return `${externalPort}`;
    return this.kind === 'restricted'
      ? `${externalPort}<${remote.host}`
      : `${externalPort}<${formatAddress(remote)}`;
  }

  /** The internal port itself when it is free, else the next free one, going round. */
  #choosePort(internalPort: number): number {
    let port = internalPort;
    while (this.#tables.externalPorts.has(port) || this.#tables.forwarded.has(port)) {
      this.#lastPort = this.#lastPort >= LAST_PORT ? FIRST_PORT : this.#lastPort + 1;
      port = this.#lastPort;
    }
    return port;
  }

  #endOldest(): void {
    for (const [key, session] of this.#tables.sessions) {
      this.#end(key, session);
      return;
    }
  }

  #end(key: string, session: Session): void {
    this.#tables.sessions.delete(key);
    const { mapping } = session;
    if (--mapping.sessions > 0) return;
    this.#tables.mappings.delete(mapping.key);
    this.#tables.externalPorts.delete(mapping.externalPort);
  }
}
