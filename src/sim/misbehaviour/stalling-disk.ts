/** The disk of a staller: it answers its first reads for upload and none after them. Everything else works. */

import { PassingDisk } from '../../core/passing-disk.ts';
import type { Disk } from '../../core/ports.ts';
import { UPLOAD_TOKEN } from '../../core/torrent/uploader.ts';

export class StallingDisk extends PassingDisk {
  #readsLeft: number;

  constructor(disk: Disk, reads: number) {
    super(disk);
    this.#readsLeft = reads;
  }

  override read(piece: number, begin: number, length: number, token: number): void {
    if (token === UPLOAD_TOKEN) {
      if (this.#readsLeft === 0) return;
      this.#readsLeft--;
    }
    super.read(piece, begin, length, token);
  }
}
