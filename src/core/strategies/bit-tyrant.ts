/**
 * The strategic client of Piatek, Isdal, Anderson, Krishnamurthy and Venkataramani 2007 ("Do incentives build robustness
 * in BitTorrent?"): for each peer it estimates what it has to be given before it unchokes us (u) and what it then gives
 * (d), serves those with the best d / u until its upload is spent, and gives less to those who go on serving us, more to
 * those who do not. Unlike the original we cannot send to a peer at the rate u, only choose whom we send to. A seed has
 * nothing to gain and rotates.
 */
import type { ChokeAccount } from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { Random } from '../ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from './choker.ts';
import { SeedRotation } from './seed-rotation.ts';

/** u grows by so much when a peer that we serve does not serve us (the paper's delta). */
const RISE = 1.2;
/** u shrinks by so much once it has served us for a while (the paper's gamma). */
const FALL = 0.9;
/** That while, in rounds (the paper's r). */
const FALL_AFTER_ROUNDS = 3;
/** u stays above this, in bytes per second, so that a peer can be priced at all. */
const LEAST_COST = 1024;

/** What a peer is thought to cost and give, in bytes per second. */
interface Estimate {
  cost: number;
  benefit: number | undefined;
  roundsServed: number;
}

export class BitTyrant implements Choker {
  readonly name = 'bit-tyrant';
  readonly #seedRotation = new SeedRotation();
  readonly #uploadBytesPerSec: number;
  #estimates = new Map<ChokeCandidate, Estimate>();
  #mostSeen = 0;

  /** `upload`: what there is to give, in bytes per second; 0: the client's limit, or else the most it was ever seen to send. */
  constructor({ upload }: { readonly upload: number }) {
    this.#uploadBytesPerSec = upload;
  }

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
    account?: ChokeAccount,
  ): void {
    if (round.seeding) {
      this.#estimates.clear();
      this.#seedRotation.decide(candidates, round, random, unchoke, account);
      return;
    }
    const capacity = this.#capacity(candidates, round);
    if (round.number >= 0) this.#learn(candidates, capacity / Math.max(1, round.slots));
    const benefitOfOthers = this.#meanBenefit();
    const ranked: { readonly index: number; readonly cost: number; readonly worth: number; draw: number }[] =
      [];
    candidates.forEach((candidate, index) => {
      if (!candidate.interested) return;
      const estimate = this.#estimates.get(candidate);
      const cost = estimate?.cost ?? Math.max(LEAST_COST, capacity / Math.max(1, round.slots));
      const benefit = estimate?.benefit ?? benefitOfOthers ?? cost;
      ranked.push({ index, cost, worth: benefit / cost, draw: random.uint32() });
    });
    ranked.sort((a, b) => b.worth - a.worth || a.draw - b.draw || a.index - b.index);
    if (account !== undefined) {
      for (const { index, worth } of ranked) account.ranked(index, 'worth', worth * 1000);
    }
    let spent = 0;
    for (const { index, cost } of ranked.slice(0, round.slots)) {
      spent += cost;
      if (spent > capacity && spent > cost && capacity > 0) return;
      unchoke(index, 'regular');
    }
  }

  #capacity(candidates: readonly ChokeCandidate[], { uploadLimitBytesPerSec }: ChokeRound): number {
    const sending = candidates.reduce((sum, { uploadRate }) => sum + uploadRate, 0);
    this.#mostSeen = Math.max(this.#mostSeen, sending);
    return this.#uploadBytesPerSec || uploadLimitBytesPerSec || this.#mostSeen;
  }

  /** What the last round has shown of those that we served. Those who are gone are forgotten. */
  #learn(candidates: readonly ChokeCandidate[], equalShare: number): void {
    const estimates = new Map<ChokeCandidate, Estimate>();
    for (const candidate of candidates) {
      const estimate = this.#estimates.get(candidate) ?? {
        cost: Math.max(LEAST_COST, equalShare),
        benefit: undefined,
        roundsServed: 0,
      };
      estimates.set(candidate, estimate);
      if (candidate.unchokesUs) {
        estimate.roundsServed++;
        if (candidate.downloadRate > 0) estimate.benefit = candidate.downloadRate;
      } else estimate.roundsServed = 0;
      if (!candidate.unchoked) continue;
      if (!candidate.unchokesUs) estimate.cost *= RISE;
      else if (estimate.roundsServed >= FALL_AFTER_ROUNDS) estimate.cost *= FALL;
      estimate.cost = Math.max(LEAST_COST, estimate.cost);
    }
    this.#estimates = estimates;
  }

  /** What a peer of which nothing is known yet may give. */
  #meanBenefit(): number | undefined {
    let sum = 0;
    let known = 0;
    for (const { benefit } of this.#estimates.values()) {
      if (benefit === undefined) continue;
      sum += benefit;
      known++;
    }
    return known === 0 ? undefined : sum / known;
  }
}
