/** Any interested peers, drawn anew every third round (30 s): the base line that rewarding is measured against. */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';

const ROUNDS = 3;

export class RandomChoker implements Choker {
  readonly name = 'random';

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const keeps = round.number % ROUNDS !== 0;
    const served: number[] = [];
    const waiting: number[] = [];
    candidates.forEach((candidate, index) => {
      if (candidate.interested) (keeps && candidate.unchoked ? served : waiting).push(index);
    });
    const reason: UnchokeReason = round.seeding ? 'seed' : 'regular';
    const kept = served.slice(0, round.slots);
    for (const index of kept) {
      account?.given(index, 'kept');
      unchoke(index, reason);
    }
    for (let free = round.slots - kept.length; free > 0 && waiting.length > 0; free--) {
      const [index] = waiting.splice(random.below(waiting.length), 1);
      account?.given(index as number, 'drawn');
      unchoke(index as number, reason);
    }
  }
}
