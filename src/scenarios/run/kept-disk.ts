/**
 * One session on a disk that outlives it: closing it lets go of the disk and leaves what is stored for the next session.
 * Answers that come after the close are dropped.
 */
import type { Disk, DiskError, DiskHandler, Payload } from '../../core/ports.ts';

/** No token of the engine's. */
const LAST = -1;

export class KeptDisk implements Disk {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  attach(handler: DiskHandler): void {
    this.#disk.attach(handler);
  }

  read(piece: number, begin: number, length: number, token: number): void {
    this.#disk.read(piece, begin, length, token);
  }

  write(piece: number, begin: number, payload: Payload, token: number): void {
    this.#disk.write(piece, begin, payload, token);
  }

  hash(piece: number, token: number): void {
    this.#disk.hash(piece, token);
  }

  takeBuffer(length: number): Uint8Array {
    return this.#disk.takeBuffer(length);
  }

  release(buffer: Uint8Array): void {
    this.#disk.release(buffer);
  }

  close(done: (error: DiskError | undefined) => void): void {
    // A hash sees every write that was called before it: when it is answered, all of them are stored.
    this.#disk.attach({
      onRead: () => {},
      onWritten: () => {},
      onHashed: (token) => {
        if (token === LAST) done(undefined);
      },
    });
    this.#disk.hash(0, LAST);
  }
}
