/**
 * Tit for tat, block by block (Bharambe, Herley and Padmanabhan 2006, "pairwise block-level tit-for-tat"): nobody is sent more
 * than he gave and a few pieces of credit. The credit gives newcomers a start. Among those who have some the slots go as under
 * tit for tat; one who has used his up in the middle of a round waits until he has given more. A seed gets nothing back, so it
 * rotates.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { TitForTat } from './tit-for-tat.ts';

export class BlockTitForTat implements Choker {
  readonly name = 'block-tit-for-tat';
  readonly #titForTat = new TitForTat();
  readonly #credit: number;
  /** Of a peer, in bytes: how much more it may have been sent than it gave. */
  #creditBytes = 0;

  /** `credit`: pieces. */
  constructor({ credit }: { readonly credit: number }) {
    this.#credit = credit;
  }

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    this.#creditBytes = (this.#credit * round.totalBytes) / Math.max(1, round.pieceCount);
    const places: number[] = [];
    candidates.forEach((candidate, index) => {
      if (round.seeding || !this.holdsBack(candidate, false)) places.push(index);
    });
    const chosen = places.map((index) => candidates[index] as ChokeCandidate);
    const told: ChokeAccount | undefined = account && {
      ranked: (place, measure, value) => account.ranked(places[place] as number, measure, value),
      given: (place, chance) => account.given(places[place] as number, chance),
    };
    const unchokePlace = (place: number, reason: UnchokeReason): void => {
      unchoke(places[place] as number, reason);
    };
    this.#titForTat.decide(chosen, round, random, unchokePlace, told);
  }

  holdsBack({ sentBytes, receivedBytes }: ChokeCandidate, seeding: boolean): boolean {
    return !seeding && sentBytes - receivedBytes >= this.#creditBytes;
  }
}
