/**
 * Takes turns at something that is scarce for all together: who waits is called in the order of waiting, and who wants
 * more after its turn goes to the end of the line. Invariant: while somebody waits, nobody gets in but by its turn.
 */

export interface TurnTaker {
  /** It may take now. If it wants more than it could get, it waits again. */
  onTurn(): void;
}

export class TurnQueue {
  readonly #waiting = new Set<TurnTaker>();
  #current: TurnTaker | undefined;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Somebody has its turn just now. */
  get isServing(): boolean {
    return this.#current !== undefined;
  }

  /** Whether it would push in front of nobody. */
  isTurnOf(taker: TurnTaker): boolean {
    return this.#current === undefined ? this.isEmpty : this.#current === taker;
  }

  /** Stands at the end of the line; who stands in it keeps its place. */
  wait(taker: TurnTaker): void {
    this.#waiting.add(taker);
  }

  leave(taker: TurnTaker): void {
    this.#waiting.delete(taker);
  }

  /** Gives a turn to one after the other, to each at most once, while `isOpen`. */
  serve(isOpen: () => boolean): void {
    for (let turns = this.#waiting.size; turns > 0 && isOpen(); turns--) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      this.#waiting.delete(next);
      this.#current = next;
      next.onTurn();
      this.#current = undefined;
    }
  }
}
