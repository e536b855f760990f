/**
 * Each gets a share of our upload in proportion to what it gave (Levin, LaCurts, Spring and Bhattacharjee 2008,
 * "BitTorrent is an auction"). We cannot divide a line within a round, so the shares are kept by turns: in each round
 * what we sent is billed to the peers in proportion to what each gave, what each got is taken off, and the slots go to
 * those to whom we owe most. What an optimistic slot gives away is billed to nobody. A seed rotates.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { OptimisticSlots } from './optimistic-slots.ts';
import { SeedRotation } from './seed-rotation.ts';

/** What stands between a peer and us. */
interface Account {
  receivedBytes: number;
  sentBytes: number;
  /** Bytes that we owe it; less than nothing when it had more than its share. */
  owedBytes: number;
}

export class ProportionalShare implements Choker {
  readonly name = 'proportional-share';
  readonly #optimistic = new OptimisticSlots();
  readonly #seedRotation = new SeedRotation();
  #accounts = new Map<ChokeCandidate, Account>();

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    if (round.seeding) {
      this.#accounts.clear();
      this.#seedRotation.decide(candidates, round, random, unchoke, account);
      return;
    }
    if (round.number >= 0) this.#settle(candidates);
    const owed = (index: number): number =>
      this.#accounts.get(candidates[index] as ChokeCandidate)?.owedBytes ?? 0;
    const ranked: number[] = [];
    candidates.forEach((candidate, index) => {
      if (candidate.interested && candidate.receivedBytes > 0) ranked.push(index);
    });
    ranked.sort((a, b) => owed(b) - owed(a) || a - b);
    if (account !== undefined) {
      for (const index of ranked) account.ranked(index, 'owed', owed(index));
    }
    const chosen = new Set(ranked.slice(0, Math.max(0, round.slots - 1)));
    for (const index of chosen) unchoke(index, 'regular');
    this.#optimistic.fill(candidates, chosen, round, random, unchoke, account);
  }

  /** Shares out what was sent since the last round. Those who are gone are forgotten, debts and all. */
  #settle(candidates: readonly ChokeCandidate[]): void {
    const accounts = new Map<ChokeCandidate, Account>();
    let billed = 0;
    let given = 0;
    const changes = candidates.map((candidate) => {
      const { receivedBytes, sentBytes } = candidate;
      const account = this.#accounts.get(candidate) ?? { receivedBytes: 0, sentBytes: 0, owedBytes: 0 };
      const gave = receivedBytes - account.receivedBytes;
      const got = this.#optimistic.has(candidate) ? 0 : sentBytes - account.sentBytes;
      given += gave;
      billed += got;
      accounts.set(candidate, { receivedBytes, sentBytes, owedBytes: account.owedBytes - got });
      return gave;
    });
    this.#accounts = accounts;
    if (given === 0) return;
    candidates.forEach((candidate, index) => {
      const account = accounts.get(candidate) as Account;
      account.owedBytes += (billed * (changes[index] as number)) / given;
    });
  }
}
