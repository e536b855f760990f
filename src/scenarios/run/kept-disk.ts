/**
 * One session on a disk that outlives it: closing it lets go of the disk and leaves what is stored for the next session.
 * Answers that come after the close are dropped.
 */
import { PassingDisk } from '../../core/passing-disk.ts';
import type { DiskError } from '../../core/ports.ts';

/** No token of the engine's. */
const LAST = -1;

export class KeptDisk extends PassingDisk {
  override close(done: (error: DiskError | undefined) => void): void {
    // A hash sees every write that was called before it: when it is answered, all of them are stored.
    this.attach({
      onRead: () => {},
      onWritten: () => {},
      onHashed: (token) => {
        if (token === LAST) done(undefined);
      },
    });
    this.hash(0, LAST);
  }
}
