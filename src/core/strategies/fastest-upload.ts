/**
 * Whoever takes fastest is served (Cohen 2003 for seeds; libtorrent's `fastest_upload`): what a seed sends is used as
 * fast as possible, and fast peers pass it on. One slot is optimistic, or a rate would never become known. It goes by
 * what we send, downloading or seeding.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { OptimisticSlots } from './optimistic-slots.ts';

export class FastestUpload implements Choker {
  readonly name = 'fastest-upload';
  readonly #optimistic = new OptimisticSlots();

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const ranked: number[] = [];
    candidates.forEach((candidate, index) => {
      if (candidate.interested && candidate.uploadRate > 0) ranked.push(index);
    });
    const rate = (index: number): number => (candidates[index] as ChokeCandidate).uploadRate;
    ranked.sort((a, b) => rate(b) - rate(a) || a - b);
    if (account !== undefined) {
      for (const index of ranked) account.ranked(index, 'upload-rate', rate(index));
    }
    const chosen = new Set(ranked.slice(0, Math.max(0, round.slots - 1)));
    for (const index of chosen) unchoke(index, round.seeding ? 'seed' : 'regular');
    this.#optimistic.fill(candidates, chosen, round, random, unchoke, account);
  }
}
