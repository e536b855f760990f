/**
 * The slots that nobody has earned (BEP 3): drawn among the interested peers for three rounds, 30 s, newly connected ones
 * with three times the chance, so that newcomers get a start and better partners are found.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound } from './choker.ts';

/** A peer counts as new for its first three rounds. */
const NEW_FOR_US = 30_000_000;
const NEW_WEIGHT = 3;
const OPTIMISTIC_ROUNDS = 3;

export class OptimisticSlots {
  /** Those unchoked without having earned it, until the next draw. */
  #optimistic: ChokeCandidate[] = [];

  /** Whether the peer has its slot for nothing. */
  has(candidate: ChokeCandidate): boolean {
    return this.#optimistic.includes(candidate);
  }

  /** Gives away every slot that is left; `chosen` are the candidates that have one already, and grows. */
  fill(
    candidates: readonly ChokeCandidate[],
    chosen: Set<number>,
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const kept = round.number % OPTIMISTIC_ROUNDS === 0 ? [] : this.#optimistic;
    this.#optimistic = [];
    const take = (index: number, chance: 'drawn' | 'kept'): void => {
      account?.given(index, chance);
      chosen.add(index);
      this.#optimistic.push(candidates[index] as ChokeCandidate);
      unchoke(index, 'optimistic');
    };
    for (const candidate of kept) {
      const index = candidates.indexOf(candidate);
      if (chosen.size < round.slots && index >= 0 && candidate.interested && !chosen.has(index))
        take(index, 'kept');
    }
    while (chosen.size < round.slots) {
      const index = drawOptimistic(candidates, chosen, round, random);
      if (index < 0) return;
      take(index, 'drawn');
    }
  }
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
