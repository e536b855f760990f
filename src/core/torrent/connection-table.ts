/**
 * The connections of one torrent: those whose handshake is done (`ready`, in the order in which they became so) and
 * those being dialled. Admits no duplicates and no more than the limit.
 */
import { compareBytes, equalBytes } from '../bytes.ts';
import type { TorrentPlaces } from '../limits/connection-places.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Address, Microseconds } from '../ports.ts';

const ID_LENGTH = 20;

export class ConnectionTable {
  readonly #ownId: Uint8Array;
  readonly #priorityOf: ((address: Address) => number | undefined) | undefined;
  readonly #places: TorrentPlaces | undefined;
  #max: number;
  readonly #ready: PeerConnection[] = [];
  /** The ids of the remotes that are ready, one after the other in the same order. */
  #ids = new Uint8Array(0);
  readonly #dialled = new Set<PeerConnection>();

  /**
   * `priorityOf`: of a connection to that address (BEP 40), as far as it is known. `places`: the part of the client's
   * connections that this torrent may have.
   */
  constructor(
    ownId: Uint8Array,
    max: number,
    priorityOf: ((address: Address) => number | undefined) | undefined = undefined,
    places: TorrentPlaces | undefined = undefined,
  ) {
    this.#places = places;
    this.#ownId = ownId;
    this.#priorityOf = priorityOf;
    this.#max = max;
  }

  /** Admits up to so many from now on. */
  setMax(max: number): void {
    this.#max = max;
  }

  /** Always the same array. */
  get ready(): readonly PeerConnection[] {
    return this.#ready;
  }

  get all(): PeerConnection[] {
    return [...this.#dialled, ...this.#ready];
  }

  /** Those being dialled included. */
  get size(): number {
    return this.#ready.length + this.#dialled.size;
  }

  /** Dials whose handshake is not done. */
  get dialledCount(): number {
    return this.#dialled.size;
  }

  get readyCount(): number {
    return this.#ready.length;
  }

  /** Whether another connection would be admitted. */
  get hasRoom(): boolean {
    return this.#ready.length < this.#max;
  }

  addDialled(connection: PeerConnection): void {
    this.#dialled.add(connection);
    this.#places?.take();
  }

  /** Takes in a connection whose handshake is done; or says why it must be closed. `remoteId`: 20 bytes. */
  admit(connection: PeerConnection, remoteId: Uint8Array): string | undefined {
    const wasDialled = this.#dialled.delete(connection);
    const refusal = this.#refusalOf(connection, remoteId, wasDialled);
    if (wasDialled && refusal !== undefined) this.#places?.giveBack();
    if (!wasDialled && refusal === undefined) this.#places?.take();
    return refusal;
  }

  #refusalOf(connection: PeerConnection, remoteId: Uint8Array, wasDialled: boolean): string | undefined {
    if (equalBytes(remoteId, this.#ownId)) return 'ourselves';
    for (let index = 0; index < this.#ready.length; index++) {
      if (!this.#hasId(index, remoteId)) continue;
      const other = this.#ready[index] as PeerConnection;
      if (other.closed) continue;
      // Both sides must give up the same one: the side with the greater id keeps the connection that it dialled.
      const keepsOutgoing = compareBytes(this.#ownId, remoteId) > 0;
      if (other.outgoing === connection.outgoing || other.outgoing === keepsOutgoing) return 'duplicate';
      other.close('duplicate');
    }
    const isClientFull = !wasDialled && this.#places?.hasPlace === false;
    const isFull = isClientFull || (!this.hasRoom && this.#countOpen() >= this.#max);
    if (isFull && !this.#makeRoomFor(connection)) return 'too many connections';
    this.#append(connection, remoteId);
    return undefined;
  }

  /**
   * When there is no room for another connection, closes the first made before `beforeUs` that has been of no use to
   * either side or owes us blocks that it does not send. True when it found one.
   */
  makeRoom(beforeUs: Microseconds): boolean {
    if (this.hasRoom) return false;
    for (const connection of this.#ready) {
      if (connection.closed || connection.connectedAtUs > beforeUs) continue;
      const useful = connection.receivedBytes > 0 || connection.sentBytes > 0;
      if (useful && !connection.snubbed) continue;
      connection.close('made room for another');
      return true;
    }
    return false;
  }

  /** Closes the one over which least has moved: another torrent of the client has none at all. */
  giveUpOne(): void {
    let least = Number.POSITIVE_INFINITY;
    let leaving: PeerConnection | undefined;
    for (const connection of this.#ready) {
      const moved = connection.receivedBytes + connection.sentBytes;
      if (connection.closed || moved >= least) continue;
      least = moved;
      leaving = connection;
    }
    leaving?.close('made room for another torrent');
  }

  /** True when it was admitted before. */
  remove(connection: PeerConnection): boolean {
    if (this.#dialled.delete(connection)) this.#places?.giveBack();
    const index = this.#ready.indexOf(connection);
    if (index < 0) return false;
    this.#places?.giveBack();
    this.#ready.splice(index, 1);
    this.#ids.copyWithin(index * ID_LENGTH, (index + 1) * ID_LENGTH);
    return true;
  }

  /** Where all places are taken, one that was never of use goes for one of higher priority (BEP 40). */
  #makeRoomFor(newcomer: PeerConnection): boolean {
    let least = this.#priorityOf?.(newcomer.address);
    let leaving: PeerConnection | undefined;
    if (least === undefined) return false;
    for (const connection of this.#ready) {
      const isUseful = connection.receivedBytes > 0 || connection.sentBytes > 0 || connection.unchoked;
      const priority = connection.closed || isUseful ? undefined : this.#priorityOf?.(connection.address);
      if (priority === undefined || priority >= least) continue;
      least = priority;
      leaving = connection;
    }
    leaving?.close('made room for one of higher priority');
    return leaving !== undefined;
  }

  #countOpen(): number {
    let open = 0;
    for (const { closed } of this.#ready) if (!closed) open++;
    return open;
  }

  #append(connection: PeerConnection, remoteId: Uint8Array): void {
    const start = this.#ready.length * ID_LENGTH;
    if (start + ID_LENGTH > this.#ids.length) {
      const more = Math.max(8, this.#ready.length >> 3);
      const grown = new Uint8Array(start + more * ID_LENGTH);
      grown.set(this.#ids);
      this.#ids = grown;
    }
    this.#ids.set(remoteId, start);
    this.#ready.push(connection);
  }

  #hasId(index: number, remoteId: Uint8Array): boolean {
    const start = index * ID_LENGTH;
    for (let offset = 0; offset < ID_LENGTH; offset++) {
      if (this.#ids[start + offset] !== remoteId[offset]) return false;
    }
    return true;
  }
}
