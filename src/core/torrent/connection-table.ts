/**
 * The connections of one torrent: those whose handshake is done (`ready`, in the order in which they became so) and
 * those being dialled. Admits no duplicates and no more than the limit.
 */
import { compareBytes, equalBytes } from '../bytes.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { Microseconds } from '../ports.ts';

export class ConnectionTable {
  readonly #ownId: Uint8Array;
  #max: number;
  readonly #ready = new Set<PeerConnection>();
  readonly #dialled = new Set<PeerConnection>();

  constructor(ownId: Uint8Array, max: number) {
    this.#ownId = ownId;
    this.#max = max;
  }

  /** Admits up to so many from now on. */
  setMax(max: number): void {
    this.#max = max;
  }

  get ready(): ReadonlySet<PeerConnection> {
    return this.#ready;
  }

  get all(): PeerConnection[] {
    return [...this.#dialled, ...this.#ready];
  }

  /** Those being dialled included. */
  get size(): number {
    return this.#ready.size + this.#dialled.size;
  }

  /** Dials whose handshake is not done. */
  get dialledCount(): number {
    return this.#dialled.size;
  }

  get readyCount(): number {
    return this.#ready.size;
  }

  /** Whether another connection would be admitted. */
  get hasRoom(): boolean {
    return this.#ready.size < this.#max;
  }

  addDialled(connection: PeerConnection): void {
    this.#dialled.add(connection);
  }

  /** Takes in a connection whose handshake is done; or says why it must be closed. */
  admit(connection: PeerConnection): string | undefined {
    this.#dialled.delete(connection);
    const remoteId = connection.remoteId as Uint8Array;
    if (equalBytes(remoteId, this.#ownId)) return 'ourselves';
    let open = 0;
    for (const other of this.#ready) {
      if (other.closed) continue;
      open++;
      if (!equalBytes(other.remoteId as Uint8Array, remoteId)) continue;
      // Both sides must give up the same one: the side with the greater id keeps the connection that it dialled.
      const keepsOutgoing = compareBytes(this.#ownId, remoteId) > 0;
      if (other.outgoing === connection.outgoing || other.outgoing === keepsOutgoing) return 'duplicate';
      other.close('duplicate');
      open--;
    }
    if (open >= this.#max) return 'too many connections';
    this.#ready.add(connection);
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

  /** True when it was admitted before. */
  remove(connection: PeerConnection): boolean {
    this.#dialled.delete(connection);
    return this.#ready.delete(connection);
  }
}
