/**
 * What is wrong with a disk at the moment. Faults are laid and lifted one by one, in any order; where several of a kind
 * are laid at a time, the worst of them holds.
 */
import { invariant } from '../core/result.ts';

export type DiskFault =
  /** There is no room for anything new; what is stored already can be overwritten. */
  | { readonly kind: 'full' }
  /** Reads (hashes with them), writes or both fail. Default: both. */
  | { readonly kind: 'failing'; readonly what?: 'reads' | 'writes' | 'both' }
  /** No more than so many bytes per second are read or written; at least 1. */
  | { readonly kind: 'slow'; readonly bytesPerSec: number }
  /** So many writes in a million are stored with a flipped bit. */
  | { readonly kind: 'corrupting'; readonly perMillion: number };

/** Takes the fault away; harmless when called again. */
export type LiftFault = () => void;

export class DiskFaults {
  readonly #onChange: () => void;
  readonly #laid: DiskFault[] = [];
  full = false;
  failingReads = false;
  failingWrites = false;
  /** 0: no limit. */
  bytesPerSec = 0;
  corruptPerMillion = 0;

  /** `onChange` is called after a fault was laid or lifted. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  lay(fault: DiskFault): LiftFault {
    invariant(fault.kind !== 'slow' || fault.bytesPerSec >= 1, 'a slow disk moves a byte per second or more');
    // An entry of its own: the same object may be laid twice, and each has its lift.
    const entry = { ...fault };
    this.#laid.push(entry);
    this.#settle();
    return () => {
      const index = this.#laid.indexOf(entry);
      if (index < 0) return;
      this.#laid.splice(index, 1);
      this.#settle();
    };
  }

  #settle(): void {
    this.full = false;
    this.failingReads = false;
    this.failingWrites = false;
    this.bytesPerSec = 0;
    this.corruptPerMillion = 0;
    for (const fault of this.#laid) {
      if (fault.kind === 'full') this.full = true;
      else if (fault.kind === 'slow') this.bytesPerSec = slower(this.bytesPerSec, fault.bytesPerSec);
      else if (fault.kind === 'corrupting') {
        this.corruptPerMillion = Math.max(this.corruptPerMillion, fault.perMillion);
      } else {
        if (fault.what !== 'writes') this.failingReads = true;
        if (fault.what !== 'reads') this.failingWrites = true;
      }
    }
    this.#onChange();
  }
}

/** The lower of two rates, where 0 is no limit. */
export function slower(left: number, right: number): number {
  if (left === 0 || right === 0) return left + right;
  return Math.min(left, right);
}
