/**
 * Peer exchange (BEP 11) of one torrent: tells each connected peer that understands it who else is connected here, and
 * hears the same from it. Invariants: only peers whose handshake is done are named, nobody is told more than once a minute
 * nor of more than 50 that have come and 50 that have gone, and no address is both; what one peer can make us dial is
 * bounded by an allowance.
 */
import { formatAddress } from '../address.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Address, Clock, Microseconds, Timer } from '../ports.ts';
import { ExtensionId } from '../wire/extension-handshake.ts';
import { isCredible } from './credible.ts';
import {
  decodePexMessage,
  encodePexMessage,
  PEX_ENTRIES_MAX,
  type PexContact,
  PexFlag,
} from './pex-messages.ts';

/** Least time between two messages to one peer. */
export const PEX_INTERVAL_US: Microseconds = 60_000_000;
/** Most that have come, and most that have gone, in one message. */
export const PEX_TOLD_MAX = 50;
/** Addresses that are taken from one peer for each interval; what it does not use is kept up to twice as much. */
export const PEX_TAKEN_PER_INTERVAL = 50;
/** A peer that sends messages faster than this all the time is not listened to (libtorrent: 6 a minute). */
const SHORTEST_US: Microseconds = 10_000_000;
const EARLY_MESSAGES = 3;

export interface PeerExchangeSubject {
  /** Those whose handshake is done. */
  readonly connections: Iterable<PeerConnection>;
  isSeed(connection: PeerConnection): boolean;
  onPeers(addresses: readonly Address[]): void;
}

interface Partner {
  /** Whom it was told of, by formatted address. */
  readonly told: Map<string, Address>;
  toldAtUs: Microseconds;
  /** Addresses that it may still name, in thousandths; grows with time. */
  allowance: number;
  allowedAtUs: Microseconds;
  /** When its messages so far would have been over at the fastest acceptable rate. */
  paidUntilUs: Microseconds;
}

interface Contact extends PexContact {
  readonly key: string;
  readonly connection: PeerConnection;
}

export class PeerExchange {
  readonly #clock: Clock;
  readonly #subject: PeerExchangeSubject;
  readonly #partners = new Map<PeerConnection, Partner>();
  #timer: Timer | undefined;

  constructor(clock: Clock, subject: PeerExchangeSubject) {
    this.#clock = clock;
    this.#subject = subject;
  }

  /** The remote has said whether it understands peer exchange. It is told at once, if there is anybody to tell of. */
  remoteSpoke(connection: PeerConnection): void {
    if (connection.remoteExtensions.pex === 0) {
      this.forget(connection);
      return;
    }
    if (this.#partners.has(connection)) return;
    const now = this.#clock.now();
    const partner: Partner = {
      told: new Map(),
      toldAtUs: Number.NEGATIVE_INFINITY,
      allowance: 2000 * PEX_TAKEN_PER_INTERVAL,
      allowedAtUs: now,
      paidUntilUs: 0,
    };
    this.#partners.set(connection, partner);
    this.#tell(connection, partner, this.#contacts());
    this.#timer ??= this.#clock.schedule(now + PEX_INTERVAL_US, () => this.#onTimer());
  }

  /** Somebody names peers. False when the message is of no use. */
  onMessage(connection: PeerConnection, body: Uint8Array): boolean {
    const partner = this.#partners.get(connection);
    if (partner === undefined) return false;
    const now = this.#clock.now();
    partner.paidUntilUs = Math.max(partner.paidUntilUs, now) + SHORTEST_US;
    if (partner.paidUntilUs - now > EARLY_MESSAGES * SHORTEST_US) return false;
    const decoded = decodePexMessage(body);
    if (!decoded.ok) return false;
    const { host } = connection.address;
    const addresses = decoded.value.added
      .filter(({ address }) => isCredible(address, host))
      .map(({ address }) => address);
    const taken = addresses.slice(0, this.#allowance(partner, addresses.length));
    if (taken.length > 0) this.#subject.onPeers(taken);
    return true;
  }

  forget(connection: PeerConnection): void {
    this.#partners.delete(connection);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#partners.clear();
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (this.#partners.size === 0) return;
    const contacts = this.#contacts();
    for (const [connection, partner] of this.#partners) this.#tell(connection, partner, contacts);
    this.#timer = this.#clock.schedule(this.#clock.now() + PEX_INTERVAL_US, () => this.#onTimer());
  }

  /** Everybody who is connected and can be dialled. */
  #contacts(): Map<string, Contact> {
    const contacts = new Map<string, Contact>();
    for (const connection of this.#subject.connections) {
      const address = connection.dialAddress;
      if (address === undefined || connection.closed) continue;
      const flags =
        (this.#subject.isSeed(connection) ? PexFlag.seed : 0) | (connection.outgoing ? PexFlag.reachable : 0);
      const key = formatAddress(address);
      contacts.set(key, { key, address, flags, connection });
    }
    return contacts;
  }

  #tell(connection: PeerConnection, partner: Partner, contacts: ReadonlyMap<string, Contact>): void {
    const now = this.#clock.now();
    if (connection.closed || now - partner.toldAtUs < PEX_INTERVAL_US) return;
    const { told } = partner;
    const { host } = connection.address;
    const added: PexContact[] = [];
    for (const contact of contacts.values()) {
      if (added.length >= PEX_TOLD_MAX) break;
      if (contact.connection === connection || told.has(contact.key)) continue;
      // What reaches less far than the one who is told is no use to it and none of its business.
      if (!isCredible(contact.address, host)) continue;
      told.set(contact.key, contact.address);
      added.push(contact);
    }
    const dropped: Address[] = [];
    for (const [key, address] of told) {
      if (dropped.length >= PEX_TOLD_MAX) break;
      if (contacts.has(key)) continue;
      told.delete(key);
      dropped.push(address);
    }
    if (added.length === 0 && dropped.length === 0) return;
    partner.toldAtUs = now;
    connection.sendExtended(ExtensionId.pex, encodePexMessage({ added, dropped }));
  }

  /** How many of `wanted` addresses it may name now. */
  #allowance(partner: Partner, wanted: number): number {
    const now = this.#clock.now();
    const passedMs = Math.floor((now - partner.allowedAtUs) / 1000);
    partner.allowedAtUs += passedMs * 1000;
    const grown = partner.allowance + Math.floor((passedMs * PEX_TAKEN_PER_INTERVAL) / 60);
    partner.allowance = Math.min(1000 * PEX_ENTRIES_MAX, grown);
    const taken = Math.min(wanted, Math.floor(partner.allowance / 1000));
    partner.allowance -= taken * 1000;
    return taken;
  }
}
