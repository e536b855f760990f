/** A disk that passes every call on to another; the base of disks that change some of them. */
import type { Disk, DiskError, DiskHandler, Payload } from './ports.ts';

export class PassingDisk implements Disk {
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
    this.#disk.close(done);
  }
}
