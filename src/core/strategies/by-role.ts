/** One choker while downloading and another one from completion on, as libtorrent has them apart. */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';

export class ByRole implements Choker {
  readonly name: string;
  readonly #downloading: Choker;
  readonly #seeding: Choker;
  /** Absent where neither of the two holds anybody back. */
  readonly holdsBack?: (candidate: ChokeCandidate, seeding: boolean) => boolean;

  /** Absent where turns of neither end between rounds. */
  readonly isTurnOver?: (candidate: ChokeCandidate, seeding: boolean) => boolean;

  constructor(downloading: Choker, seeding: Choker) {
    this.name = `${downloading.name}, then ${seeding.name}`;
    this.#downloading = downloading;
    this.#seeding = seeding;
    const now = (complete: boolean): Choker => (complete ? seeding : downloading);
    if (downloading.holdsBack !== undefined || seeding.holdsBack !== undefined) {
      this.holdsBack = (candidate, complete) => now(complete).holdsBack?.(candidate, complete) ?? false;
    }
    if (downloading.isTurnOver !== undefined || seeding.isTurnOver !== undefined) {
      this.isTurnOver = (candidate, complete) => now(complete).isTurnOver?.(candidate, complete) ?? false;
    }
  }

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    (round.seeding ? this.#seeding : this.#downloading).decide(candidates, round, random, unchoke, account);
  }
}
