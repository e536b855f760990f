/**
 * Being interrupted: Ctrl-C or a polite request to end. The first is answered by ending well; a second one, by then left
 * to the system, ends the process on the spot.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #interrupt = (): void => this.#controller.abort();

  constructor() {
    process.once('SIGINT', this.#interrupt);
    process.once('SIGTERM', this.#interrupt);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Leaves signals to the system again. */
  dispose(): void {
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#interrupt);
  }
}
