/**
 * Tit for tat (Cohen 2003, BEP 3): the interested peers that give us most are unchoked, and one more, chosen at random
 * for 30 s, so that newcomers get a start and better partners are found. Slots for which nobody has given anything yet
 * are filled in the same way, or a young swarm would never get going. Newly connected peers have three times the
 * chance. A seed gets nothing back, so it rotates instead (`SeedRotation`).
 */
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { SeedRotation } from './seed-rotation.ts';

/** A peer counts as new for its first three rounds. */
const NEW_FOR_US = 30_000_000;
const NEW_WEIGHT = 3;
const OPTIMISTIC_ROUNDS = 3;

export class TitForTat implements Choker {
  readonly name = 'tit-for-tat';
  readonly #seedRotation = new SeedRotation();
  /** Those unchoked without having earned it, until the next draw. */
  #optimistic: ChokeCandidate[] = [];

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
  ): void {
    if (round.seeding) {
      this.#seedRotation.decide(candidates, round, random, unchoke);
      return;
    }
    const chosen = new Set(rankByDownloadRate(candidates).slice(0, Math.max(0, round.slots - 1)));
    for (const index of chosen) unchoke(index, 'regular');
    const kept = round.number % OPTIMISTIC_ROUNDS === 0 ? [] : this.#optimistic;
    this.#optimistic = [];
    const take = (index: number): void => {
      chosen.add(index);
      this.#optimistic.push(candidates[index] as ChokeCandidate);
      unchoke(index, 'optimistic');
    };
    for (const candidate of kept) {
      const index = candidates.indexOf(candidate);
      if (chosen.size < round.slots && index >= 0 && candidate.interested && !chosen.has(index)) take(index);
    }
    while (chosen.size < round.slots) {
      const index = drawOptimistic(candidates, chosen, round, random);
      if (index < 0) return;
      take(index);
    }
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

/** An interested peer outside `chosen`, new ones with threefold weight; -1 when there is none. */
function drawOptimistic(
  candidates: readonly ChokeCandidate[],
  chosen: ReadonlySet<number>,
  round: ChokeRound,
  random: Random,
): number {
  const weight = (candidate: ChokeCandidate, index: number): number => {
    if (!candidate.interested || chosen.has(index)) return 0;
    return round.nowUs - candidate.connectedAtUs < NEW_FOR_US ? NEW_WEIGHT : 1;
  };
  let total = 0;
  candidates.forEach((candidate, index) => {
    total += weight(candidate, index);
  });
  if (total === 0) return -1;
  let draw = random.below(total);
  return candidates.findIndex((candidate, index) => {
    draw -= weight(candidate, index);
    return draw < 0;
  });
}
