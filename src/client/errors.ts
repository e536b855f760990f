/**
 * The one error of the library for what its user, a file or the machine is at fault for: its message is a sentence for the
 * one who has to act on it. Anything else that is thrown is a bug of swarmlab.
 */
export class SwarmlabError extends Error {
  override readonly name = 'SwarmlabError';
  /** `usage`: what was asked for is wrong, and nothing was done. `unavailable`: a file, a port or a host cannot be had. */
  readonly kind: 'usage' | 'unavailable';

  constructor(message: string, kind: 'usage' | 'unavailable' = 'usage') {
    super(message);
    this.kind = kind;
  }
}
