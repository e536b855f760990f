/**
 * How a seed shares itself out (the newer mainline rule, as observed by Legout, Urvoy-Keller and Michiardi 2006): peers
 * are ordered by when they were last unchoked, latest first. In two rounds of three the latest keep all slots but one,
 * and the free slot goes to a random interested peer, which thereby becomes the latest; in the third round the latest
 * keep every slot. So each peer is served for a while, whatever its speed, and nobody can buy the seed.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';

const ROUNDS = 3;

export class SeedRotation implements Choker {
  readonly name = 'seed-rotation';

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    const latest: number[] = [];
    const waiting: number[] = [];
    candidates.forEach((candidate, index) => {
      if (candidate.interested) (candidate.unchoked ? latest : waiting).push(index);
    });
    const unchokedAt = (index: number): number => (candidates[index] as ChokeCandidate).unchokedAtUs;
    latest.sort((a, b) => unchokedAt(b) - unchokedAt(a) || a - b);
    if (account !== undefined) {
      for (const index of latest) account.ranked(index, 'unchoked-at', unchokedAt(index) / 1000);
    }
    const rotates = round.number >= 0 && round.number % ROUNDS !== ROUNDS - 1 && waiting.length > 0;
    const kept = latest.slice(0, Math.max(0, round.slots - (rotates ? 1 : 0)));
    for (const index of kept) unchoke(index, 'seed');
    for (let free = round.slots - kept.length; free > 0 && waiting.length > 0; free--) {
      const [index] = waiting.splice(random.below(waiting.length), 1);
      account?.given(index as number, 'drawn');
      unchoke(index as number, 'seed');
    }
  }
}
