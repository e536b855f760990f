/** Gives every simulated host its own address in 10.0.0.0/8, in order; the last number is never 0 or 255. */
import { invariant } from '../core/result.ts';

export class AddressPool {
  #next = 0;

  /** 10.0.0.1, 10.0.0.2, ... 10.0.0.254, 10.0.1.1, ... */
  take(): string {
    const index = this.#next++;
    const subnet = Math.floor(index / 254);
    invariant(subnet < 65536, 'the pool of 10.0.0.0/8 is used up');
    return `10.${subnet >> 8}.${subnet & 255}.${(index % 254) + 1}`;
  }
}
