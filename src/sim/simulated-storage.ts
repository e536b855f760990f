/**
 * What lies on a simulated peer's disk, session after session: one port at a time is open on it. Closing the port keeps
 * everything. A crash ends it without answers and loses what was not on the medium yet.
 *
 * The laws: an operation takes `accessUs` and its bytes at the rate of its kind, rounded up to a whole microsecond (a
 * hash reads its piece); it takes effect, meets the faults laid then, and is answered at its end. A write is on the medium
 * `unsyncedUs` after it took effect, or once the port is closed; a crash before that undoes it as a whole: the range
 * holds again what it held before. What waits for its service in a crash never happens.
 */
import type { DiskError, Hasher, Payload } from '../core/ports.ts';
import { invariant } from '../core/result.ts';
import { ByteContents } from './byte-contents.ts';
import type { SimulatedContent } from './content.ts';
import { type DiskContents, type InitialPieces, initialPieces } from './disk-contents.ts';
import { type DiskFault, DiskFaults, type LiftFault, slower } from './disk-faults.ts';
import { type DiskDevice, DiskPort } from './disk-port.ts';
import { drawBelow, keyOf } from './keyed-draws.ts';
import { RecentWrites } from './recent-writes.ts';
import { ReferenceContents } from './reference-contents.ts';
import type { Simulation } from './simulation.ts';

/** The interval at which ext4 commits unless told otherwise. */
const UNSYNCED_US = 5_000_000;

const READ_ERROR: DiskError = { kind: 'failed', message: 'the simulated disk cannot be read' };

export interface StorageOptions {
  /** Bytes need a hasher. */
  readonly payload: 'reference' | 'bytes';
  readonly have: InitialPieces;
  readonly hasher?: Hasher;
  /** Bytes that may be stored beyond what is there, before the disk is full; no bound when absent. */
  readonly roomBytes?: number | undefined;
  /** What every operation takes before its bytes move. Default 0. */
  readonly accessUs?: number;
  /** Default 0: no limit. */
  readonly readBytesPerSec?: number;
  readonly writeBytesPerSec?: number;
  /** A write made less than this before a crash is lost. Default 5 s; 0: nothing that was written is ever lost. */
  readonly unsyncedUs?: number;
  /** Writes in a million that are stored with a flipped bit. Default 0. */
  readonly corruptPerMillion?: number;
  /** Names the draws of which writes are corrupted ("crowd-3/disk"); disks of one name and run draw alike. */
  readonly name?: string;
}

export class SimulatedStorage implements DiskDevice {
  // What every block looks at.
  readonly #contents: DiskContents;
  readonly #content: SimulatedContent;
  /** Nothing but storing has to be done for a write. */
  #plain = false;
  takesTime = false;
  readError: DiskError | undefined = undefined;
  readonly payload: 'reference' | 'bytes';
  readonly accessUs: number;
  readBytesPerSec = 0;
  writeBytesPerSec = 0;
  readonly #simulation: Simulation;
  readonly #options: StorageOptions;
  readonly #faults: DiskFaults;
  readonly #recent: RecentWrites | undefined;
  readonly #unsyncedUs: number;
  #port: DiskPort | undefined = undefined;
  #roomBytes: number;
  #corruptPerMillion = 0;
  #corruptionKey: number | undefined = undefined;
  #corruptionDraws = 0;

  constructor(simulation: Simulation, content: SimulatedContent, options: StorageOptions) {
    this.payload = options.payload;
    this.accessUs = options.accessUs ?? 0;
    this.#simulation = simulation;
    this.#content = content;
    this.#options = options;
    this.#roomBytes = options.roomBytes ?? Number.POSITIVE_INFINITY;
    this.#unsyncedUs = options.unsyncedUs ?? UNSYNCED_US;
    this.#recent = this.#unsyncedUs > 0 ? new RecentWrites(this.#unsyncedUs) : undefined;
    const pieces = initialPieces(options.have, content.pieceCount);
    if (options.payload === 'reference') this.#contents = new ReferenceContents(content, pieces);
    else {
      invariant(options.hasher !== undefined, 'a disk of bytes needs a hasher');
      this.#contents = new ByteContents(content, pieces, options.hasher);
    }
    this.#faults = new DiskFaults(() => this.#settle());
    this.#settle();
  }

  // The life of the storage.

  /** A port for the next session. The one before must be closed (its `done` called) or have crashed. */
  open(): DiskPort {
    const port = new DiskPort(this.#simulation, this);
    this.register(port);
    return port;
  }

  /** Makes `port` the open one. */
  register(port: DiskPort): void {
    invariant(this.#port === undefined, 'a simulated storage has one port open at a time');
    this.#port = port;
  }

  get isOpen(): boolean {
    return this.#port !== undefined;
  }

  /** The power fails: the open port, if any, says nothing more, and writes that are not on the medium are undone. */
  crash(): void {
    this.#port?.cutOff();
    this.#port = undefined;
    if (this.#recent !== undefined) {
      this.#roomBytes += this.#recent.undo(this.#simulation.nowUs, this.#contents);
    }
  }

  /** Whether the piece is stored and right at this instant, synced or not. */
  holds(piece: number): boolean {
    return this.#contents.holds(piece);
  }

  // What can be done to it at run time.

  /** From now on so many bytes may be stored beyond what is there. */
  setRoom(bytes: number): void {
    this.#roomBytes = bytes;
    this.#settle();
  }

  /** Lays a fault; the function that is returned lifts it. Faults outlast crashes and sessions. */
  lay(fault: DiskFault): LiftFault {
    return this.#faults.lay(fault);
  }

  // What the port asks.

  contains(piece: number, begin: number, length: number): boolean {
    return this.#content.contains(piece, begin, length);
  }

  pieceLength(piece: number): number {
    return this.#content.pieceLength(piece);
  }

  read(piece: number, begin: number, length: number): Payload | undefined {
    return this.#contents.read(piece, begin, length);
  }

  rightBlock(piece: number, begin: number, length: number): number {
    return this.#contents.rightBlock(piece, begin, length);
  }

  blockReference(number: number): Payload {
    return this.#content.blockReference(number);
  }

  write(piece: number, begin: number, payload: Payload): DiskError | undefined {
    if (!this.#plain) return this.#writeWithCare(piece, begin, payload);
    const message = this.#contents.write(piece, begin, payload);
    return message === undefined ? undefined : { kind: 'failed', message };
  }

  hash(piece: number): Uint8Array {
    return this.#contents.hash(piece);
  }

  portClosed(port: DiskPort): void {
    this.#recent?.clear();
    if (this.#port === port) this.#port = undefined;
  }

  /** A write where there may be a fault or no room, or that a crash may undo. */
  #writeWithCare(piece: number, begin: number, payload: Payload): DiskError | undefined {
    const { length } = payload;
    if (this.#faults.failingWrites) {
      return { kind: 'failed', message: 'the simulated disk cannot be written' };
    }
    const bounded = this.#faults.full || this.#roomBytes !== Number.POSITIVE_INFINITY;
    const neededBytes = bounded ? this.#contents.missingBytes(piece, begin, length) : 0;
    if (neededBytes > (this.#faults.full ? 0 : this.#roomBytes)) {
      return { kind: 'full', message: 'no space left on the simulated disk' };
    }
    const before = this.#recent === undefined ? 0 : this.#contents.before(piece, begin, length);
    const message = this.#contents.write(piece, begin, payload);
    if (message !== undefined) return { kind: 'failed', message };
    this.#roomBytes -= neededBytes;
    this.#recent?.add(this.#simulation.nowUs, piece, begin, length, before);
    if (this.#corruptPerMillion > 0 && this.#drawCorruption()) this.#contents.corrupt(piece, begin);
    return undefined;
  }

  #drawCorruption(): boolean {
    this.#corruptionKey ??= keyOf(`${this.#simulation.seed}/${this.#options.name ?? ''}/corruption`);
    const draw = drawBelow(this.#corruptionKey, this.#corruptionDraws++, 1_000_000);
    return draw < this.#corruptPerMillion;
  }

  #settle(): void {
    const { readBytesPerSec = 0, writeBytesPerSec = 0, corruptPerMillion = 0 } = this.#options;
    const { bytesPerSec, failingReads, failingWrites, full } = this.#faults;
    this.readBytesPerSec = slower(readBytesPerSec, bytesPerSec);
    this.writeBytesPerSec = slower(writeBytesPerSec, bytesPerSec);
    this.takesTime = this.accessUs > 0 || this.readBytesPerSec > 0 || this.writeBytesPerSec > 0;
    this.readError = failingReads ? READ_ERROR : undefined;
    this.#corruptPerMillion = Math.max(corruptPerMillion, this.#faults.corruptPerMillion);
    const bounded = full || this.#roomBytes !== Number.POSITIVE_INFINITY;
    this.#plain = !(failingWrites || bounded || this.#recent !== undefined || this.#corruptPerMillion > 0);
    this.#port?.ratesChanged();
  }
}
