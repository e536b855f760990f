/** Uploads to nobody: the free-rider. */
import type { Choker } from './choker.ts';

export class NeverUnchoke implements Choker {
  readonly name = 'never';

  decide(): void {
    // Nobody is named, so everybody stays choked.
  }
}
