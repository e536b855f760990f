/**
 * The one seam between the engine and the world.
 *
 * The engine reaches time, bytes, datagrams, disk, HTTP, hashes and randomness only through these interfaces, which
 * are handed to its constructors. There are two sets of implementations: `src/sim` (deterministic, virtual time) and
 * `src/host` (sockets and files of the real machine). One contract suite in `test/contract` runs against both.
 *
 * Three rules hold for every port:
 *  1. **Later, never inside.** An answer arrives as a fresh call after the call that asked has returned. A port never
 *     calls back from inside a call that the engine made, so the engine is never re-entered.
 *  2. **No promises.** Nothing here returns a promise; the order of calls is decided by the port alone.
 *  3. **Units.** Every instant and duration is an integer number of microseconds, every size a number of bytes.
 */

/** An instant (since the port's own epoch) or a duration, as an integer number of microseconds. */
export type Microseconds = number;

export interface Clock {
  /** The current instant in microseconds. Never decreases; constant during one call into the engine in simulation. */
  now(): Microseconds;
  /**
   * Calls `callback` once at `atUs`, or as soon as possible when `atUs` has passed. Callbacks for the same instant run
   * in the order in which they were scheduled.
   */
  schedule(atUs: Microseconds, callback: () => void): Timer;
}

export interface Timer {
  /** Forgets the callback; harmless when it has already run. */
  cancel(): void;
}

/** A transport address. `host` is a canonical textual IP address ("10.0.0.7", "::1"), never a name. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * The body of one block. On real sockets it is always bytes. In simulation it may be a reference that says which bytes
 * they would be; everything else on the wire is always real bytes. The engine treats both alike: it knows the length
 * and hands the value on.
 */
export interface Payload {
  /** Length in bytes. */
  readonly length: number;
  /** The bytes themselves; undefined when this payload is a reference. */
  readonly bytes: Uint8Array | undefined;
  /** What the bytes are, when this payload is a reference. */
  readonly reference: PayloadReference | undefined;
}

export interface PayloadReference {
  /** Identifies the content (one torrent's bytes) within the simulated world. */
  readonly content: number;
  readonly piece: number;
  /** Offset in the piece, in bytes. */
  readonly begin: number;
  /** True when the bytes differ from the content they claim to be. */
  readonly corrupted: boolean;
}

export interface Network {
  /**
   * Accepts streams on `port` (0: any free port). The outcome arrives through `handler`.
   */
  listen(port: number, handler: ListenHandler): Listener;
  /** Opens a stream to `to`; `handler.onOpen` or `handler.onClose` follows. */
  dial(to: Address, handler: StreamHandler): Stream;
  /** Binds a datagram socket on `port` (0: any free port). */
  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket;
}

export interface Listener {
  /** Stops accepting; streams already accepted live on. */
  close(): void;
}

export interface ListenHandler {
  /** Listening at this address. */
  onListening(address: Address): void;
  /** A stream came in and is open; the returned handler receives its events. Undefined refuses: the stream is reset. */
  onAccept(stream: Stream): StreamHandler | undefined;
  /** Cannot listen (port taken, not permitted). No further calls follow. */
  onListenError(message: string): void;
}

/** Why a stream ended. `refused`, `unreachable` and `timeout` also end a dial that never opened. */
export type StreamEnd = 'finished' | 'reset' | 'refused' | 'unreachable' | 'timeout' | 'local';

/** A reliable, ordered, bidirectional byte stream (TCP, or its model). */
export interface Stream {
  readonly remote: Address;
  /**
   * Appends `bytes[start, end)` to what is to be sent. The callee copies before it returns; the caller may reuse the
   * array. Ignored after close or reset.
   */
  write(bytes: Uint8Array, start: number, end: number): void;
  /** Appends the body of a block. The caller must not change the payload's bytes afterwards. */
  writePayload(payload: Payload): void;
  /** Bytes accepted by `write` and `writePayload` that have not yet left for the line. */
  unsentBytes(): number;
  /**
   * Asks for one `onWritable` call as soon as `unsentBytes() <= lowWaterBytes`. If that holds already, the call follows
   * soon. A second request before the first was answered replaces it.
   */
  notifyWhenWritable(lowWaterBytes: number): void;
  /** Stops delivery of received bytes until `resume`, so that the sender is held back. A few bytes may still arrive. */
  pause(): void;
  resume(): void;
  /** Sends what is pending, then ends the stream. `onClose('local')` follows; nothing is delivered any more. */
  close(): void;
  /** Ends the stream at once; pending bytes are lost and the other side sees a reset. `onClose('local')` follows. */
  reset(): void;
}

export interface StreamHandler {
  /** A dialled stream is open. Not called for accepted streams, which are open from the start. */
  onOpen(): void;
  /** Received bytes `bytes[start, end)`. Valid only during the call: copy what must be kept. */
  onBytes(bytes: Uint8Array, start: number, end: number): void;
  /** A block body that travelled by reference; only in simulation, and only where a body of that length is due. */
  onPayload(payload: Payload): void;
  /** Answer to `notifyWhenWritable`. */
  onWritable(): void;
  /** The stream has ended. Called exactly once, as the last call. */
  onClose(end: StreamEnd): void;
}

export interface DatagramSocket {
  /** Sends one datagram; it may be lost. The callee copies `bytes`. */
  send(bytes: Uint8Array, to: Address): void;
  close(): void;
}

export interface DatagramHandler {
  /** Bound at this address. */
  onBound(address: Address): void;
  /** A datagram arrived. `bytes` is valid only during the call. */
  onDatagram(bytes: Uint8Array, from: Address): void;
  /** Cannot bind, or the socket failed. No further calls follow. */
  onDatagramError(message: string): void;
}

/** Datagrams to everybody on the local network who has joined a group (BEP 14). The simulated network has none. */
export interface Multicast {
  /**
   * Joins `group` and hears what is sent to it, by ourselves too; what the socket sends goes no further than the local
   * network. Where there is no multicast, `handler` is told so.
   */
  join(group: Address, handler: DatagramHandler): DatagramSocket;
}

/** A storage failure, with a message for people. `full` means that there may be room later. */
export interface DiskError {
  readonly kind: 'full' | 'failed';
  readonly message: string;
}

/**
 * The content of one torrent, addressed by piece and offset. Calls may be in flight together; the answers to calls of
 * one kind arrive in the order of the calls, and a read or a hash sees every write that was called before it and is
 * answered after all of those are. A `token` is any number; it comes back with the answer, so that the hot path needs no
 * closure.
 */
export interface Disk {
  /** Sets who receives the answers. Called once, before anything else. */
  attach(handler: DiskHandler): void;
  /** Reads `length` bytes at `begin` of `piece`. Answer: `onRead`. */
  read(piece: number, begin: number, length: number, token: number): void;
  /** Stores a block. Answer: `onWritten`. The payload belongs to the disk from now on. */
  write(piece: number, begin: number, payload: Payload, token: number): void;
  /** Computes the SHA-1 digest of a whole piece as stored. Answer: `onHashed`. */
  hash(piece: number, token: number): void;
  /** A buffer of `length` bytes for a block about to be received; hand it back through `write` or `release`. */
  takeBuffer(length: number): Uint8Array;
  /** Returns a buffer from `takeBuffer` that was not written. */
  release(buffer: Uint8Array): void;
  /** Flushes and releases everything. `done` is called once all earlier writes are stored, or with what went wrong. */
  close(done: (error: DiskError | undefined) => void): void;
}

export interface DiskHandler {
  onRead(token: number, payload: Payload | undefined, error: DiskError | undefined): void;
  onWritten(token: number, error: DiskError | undefined): void;
  onHashed(token: number, digest: Uint8Array | undefined, error: DiskError | undefined): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: Uint8Array;
  /** The IP address that answered, where it is known. */
  readonly remoteHost?: string;
}

export interface HttpFailure {
  readonly message: string;
}

export interface HttpLimits {
  /** Longest acceptable decoded body in bytes; a longer one is a failure. */
  readonly maxBodyBytes: number;
  /** Total time from the call to the last byte. */
  readonly timeoutUs: Microseconds;
  /** Addresses of this family only, of a host that has both; default: either. */
  readonly family?: 4 | 6;
  /**
   * Asked before anything is sent to the IP address `host`, also after a redirect: why not, or undefined. `target` is path
   * and query of what would be asked for.
   */
  readonly refuse?: (host: string, target: string) => string | undefined;
}

export interface Http {
  /**
   * GETs an `http:` or `https:` URL. Exactly one of the arguments of `done` is defined. Redirects are followed as
   * `core/http/redirects.ts` says.
   */
  get(
    url: string,
    limits: HttpLimits,
    done: (response: HttpResponse | undefined, failure: HttpFailure | undefined) => void,
  ): HttpCall;
}

export interface HttpCall {
  /** Gives up; `done` is not called any more. */
  cancel(): void;
}

export interface Hasher {
  /** The SHA-1 digest (20 bytes) of `bytes`. Synchronous: meant for small inputs. */
  sha1(bytes: Uint8Array): Uint8Array;
}

/**
 * A named stream of pseudo-random numbers. Streams with different names are independent: one more draw from one of
 * them shifts nothing in another.
 */
export interface Random {
  /** A uniform integer in [0, 2^32). */
  uint32(): number;
  /** A uniform integer in [0, limit), without modulo bias; `limit` in [1, 2^32]. */
  below(limit: number): number;
  /** An independent stream for the purpose `name`; the same name gives the same stream again from its start. */
  fork(name: string): Random;
}
