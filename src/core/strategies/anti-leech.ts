/**
 * Prefers peers at the beginning and at the end of their download (Chow, Golubchik and Misra 2008; libtorrent's
 * `anti_leech`): the one will soon have something to give, the other will soon be a seed, while those half way have to
 * trade. A peer that hides what it has is taken to have what we sent it. Of equals those who have waited longest come first, every third round; one slot is optimistic.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { OptimisticSlots } from './optimistic-slots.ts';

/** So many rounds, 30 s, a peer keeps its slot against equals: changing sides costs both. */
const ROUNDS = 3;

export class AntiLeech implements Choker {
  readonly name = 'anti-leech';
  readonly #optimistic = new OptimisticSlots();

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const ranked: { readonly index: number; readonly score: number; readonly servedUs: number }[] = [];
    const keeps = round.number % ROUNDS !== 0;
    candidates.forEach((candidate, index) => {
      if (!candidate.interested) return;
      const servedUs = keeps && candidate.unchoked ? -1 : candidate.unchokedAtUs;
      ranked.push({ index, score: score(candidate, round), servedUs });
    });
    ranked.sort((a, b) => b.score - a.score || a.servedUs - b.servedUs || a.index - b.index);
    if (account !== undefined) {
      for (const { index, score } of ranked) account.ranked(index, 'from-middle', score);
    }
    const chosen = new Set(ranked.slice(0, Math.max(0, round.slots - 1)).map(({ index }) => index));
    for (const index of chosen) unchoke(index, round.seeding ? 'seed' : 'regular');
    this.#optimistic.fill(candidates, chosen, round, random, unchoke, account);
  }
}

/** How far it is from the middle of its download, in percent: so coarse that a piece more or less does not change the order. */
function score({ havePieces, sentBytes }: ChokeCandidate, { pieceCount, totalBytes }: ChokeRound): number {
  const claimed = havePieces / pieceCount;
  // What we sent raises a claim up to the middle alone, so that it never raises the score.
  const had = Math.max(claimed, Math.min(0.5, sentBytes / totalBytes));
  return Math.round(Math.abs(had - 0.5) * 200);
}
