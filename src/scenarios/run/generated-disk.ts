/**
 * The disk of a seed whose content is made from a seed number: every read generates its bytes, nothing is stored. For
 * runs on real sockets; in simulation the simulated disk does this.
 */
import type { Disk, DiskError, DiskHandler, Payload } from '../../core/ports.ts';
import type { SimulatedContent } from '../../sim/content.ts';

const READ_ONLY: DiskError = { kind: 'failed', message: 'generated content cannot be written' };

export class GeneratedDisk implements Disk {
  readonly #content: SimulatedContent;
  readonly #soon: (callback: () => void) => void;
  #handler: DiskHandler | undefined;

  constructor(content: SimulatedContent, soon: (callback: () => void) => void) {
    this.#content = content;
    this.#soon = soon;
  }

  attach(handler: DiskHandler): void {
    this.#handler = handler;
  }

  read(piece: number, begin: number, length: number, token: number): void {
    const bytes = new Uint8Array(length);
    this.#content.fill(piece, begin, bytes);
    this.#soon(() => this.#handler?.onRead(token, { length, bytes, reference: undefined }, undefined));
  }

  write(_piece: number, _begin: number, _payload: Payload, token: number): void {
    this.#soon(() => this.#handler?.onWritten(token, READ_ONLY));
  }

  hash(piece: number, token: number): void {
    this.#soon(() => this.#handler?.onHashed(token, this.#content.digest(piece), undefined));
  }

  takeBuffer(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  release(): void {
    // Buffers are not kept: a seed receives no blocks.
  }

  close(done: (error: DiskError | undefined) => void): void {
    this.#soon(() => done(undefined));
  }
}
