/**
 * The disk of a poisoner: what is read from it for upload comes back corrupted, always or now and then. What is stored
 * stays right, so that the poisoner itself downloads like anybody else and announces the pieces that it has.
 */

import { PassingDisk } from '../../core/passing-disk.ts';
import type { Disk, DiskError, DiskHandler, Payload, Random } from '../../core/ports.ts';
import { UPLOAD_TOKEN } from '../../core/torrent/uploader.ts';

export class PoisonedDisk extends PassingDisk {
  readonly #random: Random;
  readonly #perMille: number;

  /** `perMille`: how many of a thousand reads are corrupted. */
  constructor(disk: Disk, random: Random, perMille: number) {
    super(disk);
    this.#random = random;
    this.#perMille = perMille;
  }

  override attach(handler: DiskHandler): void {
    super.attach({
      onRead: (token: number, payload: Payload | undefined, error: DiskError | undefined) => {
        const forUpload = token === UPLOAD_TOKEN && payload !== undefined;
        handler.onRead(token, forUpload ? this.#perhapsCorrupted(payload) : payload, error);
      },
      onWritten: (token, error) => handler.onWritten(token, error),
      onHashed: (token, digest, error) => handler.onHashed(token, digest, error),
    });
  }

  #perhapsCorrupted(payload: Payload): Payload {
    const draw = this.#random.below(1000);
    return draw < this.#perMille ? corrupted(payload) : payload;
  }
}

/** The same body with its first byte inverted: whoever hashes it finds out. */
function corrupted({ length, bytes, reference }: Payload): Payload {
  if (reference !== undefined) return { length, bytes, reference: { ...reference, corrupted: true } };
  if (bytes === undefined) return { length, bytes, reference };
  const changed = bytes.slice();
  changed[0] = (changed[0] as number) ^ 0xff;
  return { length, bytes: changed, reference };
}
