/**
 * A live view into a torrent for whoever checks it from outside: what it has, what it counts, and how it stands with each
 * connected peer. Nothing can be changed through it, and it costs nothing while nobody looks.
 */
import type { Bitfield } from '../bitfield.ts';
import { BLOCK_LENGTH } from '../metainfo/piece-geometry.ts';
import type { PeerState } from '../peer/peer-state.ts';
import type { PieceTable } from '../pieces/piece-table.ts';
import type { ConnectionTable } from './connection-table.ts';

/** What may be read of a set of pieces. */
export type PieceSetView = Pick<Bitfield, 'bytes' | 'count' | 'has' | 'length'>;

/** How the torrent stands with one peer. `label` is what the observer's `connected` returned for it. */
export type ConnectionView = Readonly<
  Pick<PeerState, 'label' | 'slot' | 'closed' | 'amChoking' | 'remoteChoking' | 'claims'>
> & {
  /** Pieces that the remote may fetch while we choke it. */
  readonly grantedFast: readonly number[];
  /** What it was asked for. */
  readonly requests: Pick<PeerState['requests'], 'outstanding' | 'mayCome'>;
  /** What it asked for and waits for. */
  readonly uploads: Pick<PeerState['uploads'], 'length'>;
};

export class TorrentInspection {
  readonly #table: PieceTable;
  readonly #connections: ConnectionTable;

  constructor(table: PieceTable, connections: ConnectionTable) {
    this.#table = table;
    this.#connections = connections;
  }

  /** Its verified pieces. */
  get have(): PieceSetView {
    return this.#table.have;
  }

  /** Those whose handshake is done, in the order in which it was; closed ones stay until their stream has ended. */
  get connections(): Iterable<ConnectionView> {
    return this.#connections.ready;
  }

  get connectionCount(): number {
    return this.#connections.readyCount;
  }

  /** Dials under way. */
  get dialledCount(): number {
    return this.#connections.dialledCount;
  }

  /** Copies of `piece` among the connected peers, as it counts them. */
  availability(piece: number): number {
    return this.#table.rarity.availability(piece);
  }

  /** Eight pieces, from 8 × `index` on, as a byte of a bitfield (BEP 3): those that the remote said it has. */
  remoteByte(connection: ConnectionView, index: number): number {
    return this.#table.holdings.byteAt(connection.slot, index);
  }

  /** A bit for each slot from 32 × `word` on: whose connections said that they have `piece`. */
  holders(piece: number, word: number): number {
    return this.#table.holdings.holders(piece, word);
  }

  /** The number of the block at `begin` bytes of `piece`, by which requests are known. */
  blockAt(piece: number, begin: number): number {
    return this.#table.blockId(piece, begin / BLOCK_LENGTH);
  }
}

/** The same for those who only look. */
export type TorrentView = Pick<TorrentInspection, keyof TorrentInspection>;
