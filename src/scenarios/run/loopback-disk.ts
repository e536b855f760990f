/**
 * A disk on real sockets that is as the plan says: it takes its time, is full, fails, or flips bits. It stands in front of
 * a disk that does none of this. Requests are served one after the other, so that answers keep their order.
 */
import { PassingDisk } from '../../core/passing-disk.ts';
import type { Clock, Disk, DiskError, DiskHandler, Payload, Random } from '../../core/ports.ts';
import { DiskFaults, slower } from '../../sim/disk-faults.ts';
import type { PlannedDisk, PlannedDiskFault } from '../plan.ts';
import type { Lift } from './machine.ts';

const FULL: DiskError = { kind: 'full', message: 'no room is left on the disk' };
const FAILED: DiskError = { kind: 'failed', message: 'the disk does not answer' };
const MILLION = 1_000_000;

/** What of a machine's storage lasts beyond a session: how much is stored, and what is wrong with it at the moment. */
export class LoopbackStorage {
  readonly plan: PlannedDisk;
  readonly faults = new DiskFaults(() => {});
  readonly random: Random;
  readonly clock: Clock;
  readonly #disk: Disk;
  readonly #written = new Set<string>();
  usedBytes: number;
  busyUntilUs = 0;

  constructor(disk: Disk, plan: PlannedDisk, usedBytes: number, ports: { clock: Clock; random: Random }) {
    this.#disk = disk;
    this.plan = plan;
    this.usedBytes = usedBytes;
    this.clock = ports.clock;
    this.random = ports.random;
  }

  open(): LoopbackDisk {
    return new LoopbackDisk(this.#disk, this);
  }

  lay(fault: PlannedDiskFault): Lift {
    return this.faults.lay(fault);
  }

  /** The power fails: nothing is under way any more. */
  vanish(): void {
    this.busyUntilUs = 0;
  }

  /** Whether so many bytes at this place can be stored; takes the room. */
  admits(piece: number, begin: number, length: number): boolean {
    const place = `${piece}/${begin}`;
    if (this.#written.has(place)) return true;
    const { roomBytes } = this.plan;
    if (this.faults.full || (roomBytes !== undefined && this.usedBytes + length > roomBytes)) return false;
    this.#written.add(place);
    this.usedBytes += length;
    return true;
  }

  /** When a request that comes now is done, one after the other. */
  serve(bytes: number, rateBytesPerSec: number): number {
    const { accessUs } = this.plan;
    const rate = slower(rateBytesPerSec, this.faults.bytesPerSec);
    const costUs = accessUs + (rate === 0 ? 0 : (bytes * MILLION) / rate);
    this.busyUntilUs = Math.max(this.busyUntilUs, this.clock.now()) + costUs;
    return Math.ceil(this.busyUntilUs);
  }
}

/**
 * Answers of one kind, in the order of the calls: a refusal, which is known at once, waits for what the disk below has yet
 * to answer.
 */
class Answers {
  /** Undefined: the disk below answers it. */
  readonly #due: ((() => void) | undefined)[] = [];

  expect(): void {
    this.#due.push(undefined);
  }

  refuse(answer: () => void): void {
    this.#due.push(answer);
    this.#settle();
  }

  /** The disk below has answered the first that it owes. */
  answered(answer: () => void): void {
    this.#due.shift();
    answer();
    this.#settle();
  }

  #settle(): void {
    for (let first = this.#due[0]; first !== undefined; first = this.#due[0]) {
      this.#due.shift();
      first();
    }
  }
}

export class LoopbackDisk extends PassingDisk {
  readonly #storage: LoopbackStorage;
  #handler: DiskHandler | undefined;
  readonly #lengths = new Map<number, number>();
  readonly #reads = new Answers();
  readonly #writes = new Answers();
  readonly #hashes = new Answers();

  constructor(disk: Disk, storage: LoopbackStorage) {
    super(disk);
    this.#storage = storage;
  }

  override attach(handler: DiskHandler): void {
    this.#handler = handler;
    super.attach({
      onRead: (token, payload, error) =>
        this.#reads.answered(() => this.#handler?.onRead(token, payload, error)),
      onWritten: (token, error) => this.#writes.answered(() => this.#handler?.onWritten(token, error)),
      onHashed: (token, digest, error) =>
        this.#hashes.answered(() => this.#handler?.onHashed(token, digest, error)),
    });
  }

  /** The power fails: nobody is answered any more. */
  vanish(): void {
    this.#handler = undefined;
  }

  override read(piece: number, begin: number, length: number, token: number): void {
    const { plan, faults } = this.#storage;
    this.#at(this.#storage.serve(length, plan.readBytesPerSec), () => {
      if (faults.failingReads) {
        this.#reads.refuse(() => this.#handler?.onRead(token, undefined, FAILED));
        return;
      }
      this.#reads.expect();
      super.read(piece, begin, length, token);
    });
  }

  override write(piece: number, begin: number, payload: Payload, token: number): void {
    const { plan, faults } = this.#storage;
    this.#lengths.set(piece, Math.max(this.#lengths.get(piece) ?? 0, begin + payload.length));
    this.#at(this.#storage.serve(payload.length, plan.writeBytesPerSec), () => {
      const admitted = !faults.failingWrites && this.#storage.admits(piece, begin, payload.length);
      if (!admitted) {
        const error = faults.failingWrites ? FAILED : FULL;
        this.#writes.refuse(() => this.#handler?.onWritten(token, error));
        return;
      }
      this.#writes.expect();
      super.write(piece, begin, this.#asStored(payload), token);
    });
  }

  override hash(piece: number, token: number): void {
    const { plan, faults } = this.#storage;
    this.#at(this.#storage.serve(this.#lengths.get(piece) ?? 0, plan.readBytesPerSec), () => {
      if (faults.failingReads) {
        this.#hashes.refuse(() => this.#handler?.onHashed(token, undefined, FAILED));
        return;
      }
      this.#hashes.expect();
      super.hash(piece, token);
    });
  }

  override close(done: (error: DiskError | undefined) => void): void {
    this.#at(this.#storage.busyUntilUs, () => super.close(done));
  }

  #asStored(payload: Payload): Payload {
    const { plan, faults, random } = this.#storage;
    const perMillion = Math.max(plan.corruptPerMillion, faults.corruptPerMillion);
    if (payload.bytes === undefined || perMillion === 0 || random.below(MILLION) >= perMillion)
      return payload;
    const bytes = payload.bytes.slice();
    const index = random.below(bytes.length);
    bytes[index] = (bytes[index] as number) ^ 1;
    return { ...payload, bytes };
  }

  /** In a fresh call, so that refusals are never answered inside the call that asked; in order: times never decrease. */
  #at(atUs: number, task: () => void): void {
    this.#storage.clock.schedule(atUs, task);
  }
}
