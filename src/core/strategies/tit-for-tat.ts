/**
 * Tit for tat (Cohen 2003, BEP 3): the interested peers that give us most are unchoked, and one more, chosen at random
 * for 30 s, so that newcomers get a start and better partners are found. Slots for which nobody has given anything yet
 * are filled in the same way, or a young swarm would never get going. Newly connected peers have three times the
 * chance. A seed gets nothing back, so it rotates instead (`SeedRotation`).
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { OptimisticSlots } from './optimistic-slots.ts';
import { SeedRotation } from './seed-rotation.ts';

export class TitForTat implements Choker {
  readonly name = 'tit-for-tat';
  readonly #seedRotation = new SeedRotation();
  readonly #optimistic = new OptimisticSlots();

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    if (round.seeding) {
      this.#seedRotation.decide(candidates, round, random, unchoke, account);
      return;
    }
    const ranked = rankByDownloadRate(candidates);
    if (account !== undefined) {
      for (const index of ranked)
        account.ranked(index, 'download-rate', (candidates[index] as ChokeCandidate).downloadRate);
    }
    const chosen = new Set(ranked.slice(0, Math.max(0, round.slots - 1)));
    for (const index of chosen) unchoke(index, 'regular');
    this.#optimistic.fill(candidates, chosen, round, random, unchoke, account);
  }
}

/** Interested peers that gave something lately, best first; snubbed ones are left out. Ties keep connection order. */
function rankByDownloadRate(candidates: readonly ChokeCandidate[]): number[] {
  const ranked: number[] = [];
  candidates.forEach((candidate, index) => {
    if (candidate.interested && !candidate.snubbed && candidate.downloadRate > 0) ranked.push(index);
  });
  const rate = (index: number): number => (candidates[index] as ChokeCandidate).downloadRate;
  return ranked.sort((a, b) => rate(b) - rate(a) || a - b);
}
