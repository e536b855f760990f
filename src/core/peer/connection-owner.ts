/** Who a connection reports to: the torrent that owns it, and the client in which it lives. */
import type { Bitfield } from '../bitfield.ts';
import type { Dht } from '../dht/dht.ts';
import type { Blame } from '../observer.ts';
import type { OwnAddresses } from '../own-addresses.ts';
import type { Clock, Payload } from '../ports.ts';
import type { WireEncoder } from '../wire/encoder.ts';
import type { ExtensionHandshake, OwnExtensionHandshake } from '../wire/extension-handshake.ts';
import type { ConnectionRoom } from './connection-room.ts';
import type { PeerConnection } from './peer-connection.ts';

/** What all connections of a client share. */
export interface ConnectionContext {
  readonly clock: Clock;
  readonly encoder: WireEncoder;
  /** Where connections keep what few of them need at a time. */
  readonly room: ConnectionRoom;
  /** Our own id, 20 bytes. */
  readonly peerId: Uint8Array;
  /** Port on which we accept connections; 0 while we do not. */
  readonly listenPort: number;
  /** The body of our extension handshake (BEP 10), the same for everybody. */
  readonly extensionHandshake: Uint8Array;
  /** What that handshake says, for torrents that say more. */
  readonly introduction: OwnExtensionHandshake;
  /** Our own addresses as others see them; absent where nobody wants to know. */
  readonly ownAddresses?: OwnAddresses;
  /** The node of the client in the DHT, if it takes part. */
  readonly dht: Dht | undefined;
  findTorrent(infoHash: Uint8Array): ConnectionOwner | undefined;
  /** A dial is under way: its handshake is due in time. */
  onDialled(connection: PeerConnection): void;
  onHandshakeDone(connection: PeerConnection): void;
  /** The stream of a connection is gone, whether or not its handshake was ever done. */
  onConnectionEnded(connection: PeerConnection): void;
}

/** The torrent, as its connections see it. Pieces and requests are in range when these are called. */
export interface ConnectionOwner {
  readonly infoHash: Uint8Array;
  readonly pieceCount: number;
  /** Port of our DHT node, which is told to those who have one too (BEP 5); 0: none, or not for this torrent. */
  readonly dhtPort: number;
  /** Whether `length` bytes at `begin` of `piece` lie inside the torrent. */
  isInside(piece: number, begin: number, length: number): boolean;
  /** Whether we hold a verified copy of `piece`. */
  hasPiece(piece: number): boolean;
  /** How many pieces the remote in this slot has. */
  countPiecesOf(slot: number): number;
  /** How many pieces the remote in this slot was told that we have, each time counted. */
  countClaimsTo(slot: number): number;
  /** It was told of so many. */
  noteClaims(slot: number, count: number): void;
  /** The handshake is done. `remoteId`: the remote's id, 20 bytes. */
  onReady(connection: PeerConnection, remoteId: Uint8Array): void;
  /** The remote told us about itself (BEP 10), for the first time or again. */
  onExtensionHandshake(connection: PeerConnection, handshake: ExtensionHandshake): void;
  /** A message of an extension, by our number for it. `body` is valid only during the call. False when it is of no use. */
  onExtended(connection: PeerConnection, id: number, body: Uint8Array): boolean;
  /** The remote says on which port its DHT node is (BEP 5); called at most once. */
  onDhtPort(connection: PeerConnection, port: number): void;
  onChoked(connection: PeerConnection): void;
  onUnchoked(connection: PeerConnection): void;
  onInterestChanged(connection: PeerConnection): void;
  /** The remote got one more piece. False when that was known. */
  onHave(connection: PeerConnection, piece: number): boolean;
  /**
   * The remote said what it has in all (undefined: nothing), for the `first` time or again. False when that was nothing
   * new although it was not the first time.
   */
  onHaveSet(connection: PeerConnection, have: Bitfield | undefined, first: boolean): boolean;
  /**
   * As `onHaveSet`, of an owner that does not know yet how many pieces there are: `claim` is a bitfield as received, valid
   * only during the call. An owner that has this method is not told of any other way.
   */
  onEarlyHaveSet?(connection: PeerConnection, claim: Uint8Array | 'everything' | 'nothing'): void;
  onAllowedFast(connection: PeerConnection, piece: number): void;
  onRequested(connection: PeerConnection, piece: number, begin: number, length: number): void;
  onCancelled(connection: PeerConnection, piece: number, begin: number, length: number): void;
  /** The remote refuses something; not necessarily something that we asked for. */
  onRejected(connection: PeerConnection, piece: number, begin: number, length: number): void;
  /** A block begins to arrive, anything at all: a buffer for it when it is wanted. */
  onBlockComing(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
  ): Uint8Array | undefined;
  /** That block has arrived; `payload` is undefined when it was not wanted. */
  onBlock(
    connection: PeerConnection,
    piece: number,
    begin: number,
    length: number,
    payload: Payload | undefined,
  ): void;
  onWritable(connection: PeerConnection): void;
  /** The last call for this connection. */
  onConnectionClosed(connection: PeerConnection, reason: string, blame: Blame): void;
}
