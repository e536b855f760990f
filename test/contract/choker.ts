/** What every choker keeps to, whatever its taste; and a small bench on which one can be watched round by round. */
import { describe, expect, it } from 'vitest';
import type { UnchokeReason } from '../../src/core/observer.ts';
import type { ChokeCandidate, Choker } from '../../src/core/strategies/choker.ts';
import { SeededRandom } from '../../src/sim/random.ts';

export const ROUND_US = 10_000_000;

/** A peer on the bench; change its fields between rounds. */
export interface BenchPeer {
  interested: boolean;
  unchoked: boolean;
  snubbed: boolean;
  downloadRate: number;
  uploadRate: number;
  connectedAtUs: number;
  unchokedAtUs: number;
  receivedBytes: number;
  sentBytes: number;
}

/** Runs a choker over peers and does to them what it decides, as the engine does. */
export class ChokerBench {
  readonly peers: BenchPeer[] = [];
  readonly slots: number;
  readonly #choker: Choker;
  readonly #random: SeededRandom;
  #number = 0;
  nowUs = 0;
  seeding = false;

  constructor(choker: Choker, slots: number, name = 'bench') {
    this.#choker = choker;
    this.slots = slots;
    this.#random = SeededRandom.named(name);
  }

  add(changes: Partial<BenchPeer> = {}): BenchPeer {
    const peer: BenchPeer = {
      interested: true,
      unchoked: false,
      snubbed: false,
      downloadRate: 0,
      uploadRate: 0,
      connectedAtUs: this.nowUs,
      unchokedAtUs: 0,
      receivedBytes: 0,
      sentBytes: 0,
      ...changes,
    };
    this.peers.push(peer);
    return peer;
  }

  /** One round; the reasons by index of those that were named. */
  round(): Map<number, UnchokeReason> {
    this.#number++;
    this.nowUs += ROUND_US;
    const named = this.#decide(this.#number);
    this.peers.forEach((peer, index) => {
      const unchoked = named.has(index);
      if (unchoked && !peer.unchoked) peer.unchokedAtUs = this.nowUs;
      peer.unchoked = unchoked;
    });
    return named;
  }

  /** A decision between rounds, as when somebody becomes interested: nobody is choked by it. */
  between(): Map<number, UnchokeReason> {
    return this.#decide(-1);
  }

  #decide(number: number): Map<number, UnchokeReason> {
    const named = new Map<number, UnchokeReason>();
    const candidates: readonly ChokeCandidate[] = this.peers;
    const round = { nowUs: this.nowUs, number, seeding: this.seeding, slots: this.slots };
    this.#choker.decide(candidates, round, this.#random, (index, reason) => {
      expect(index).toBeGreaterThanOrEqual(0);
      expect(index).toBeLessThan(this.peers.length);
      expect(named.has(index)).toBe(false);
      named.set(index, reason);
    });
    expect(named.size).toBeLessThanOrEqual(this.slots);
    for (const index of named.keys()) expect(this.peers[index]?.interested).toBe(true);
    return named;
  }
}

/** `uploads`: false for a choker that is meant to serve nobody. */
export function describeChoker(name: string, create: () => Choker, uploads = true): void {
  describe(`the choker ${name}`, () => {
    it('is called what it is registered as', () => {
      expect(create().name).toBe(name);
    });

    it.each([false, true])(
      'names distinct interested peers within its slots in any situation (seeding: %s)',
      (seeding) => {
        const random = SeededRandom.named(`situations for ${name}`);
        for (let situation = 0; situation < 200; situation++) {
          const bench = new ChokerBench(create(), random.below(6), `bench ${situation}`);
          bench.seeding = seeding;
          for (let round = 0; round < 12; round++) {
            if (random.below(2) === 0) bench.add({ interested: random.below(2) === 0 });
            if (bench.peers.length > 0 && random.below(4) === 0)
              bench.peers.splice(random.below(bench.peers.length), 1);
            for (const peer of bench.peers) {
              if (random.below(4) === 0) peer.interested = !peer.interested;
              peer.downloadRate = random.below(3) * 1000;
              peer.snubbed = random.below(5) === 0;
            }
            const named = bench.round();
            bench.between();
            if (!uploads) expect(named.size).toBe(0);
            // Slots are not left empty while somebody wants one.
            else
              expect(named.size).toBe(
                Math.min(bench.slots, bench.peers.filter((peer) => peer.interested).length),
              );
          }
        }
      },
    );

    it('copes with nobody at all', () => {
      const bench = new ChokerBench(create(), 4);
      expect(bench.round().size).toBe(0);
      expect(bench.between().size).toBe(0);
    });

    it('decides the same from the same history and the same draws', () => {
      const history = (): number[][] => {
        const bench = new ChokerBench(create(), 3);
        for (let count = 0; count < 9; count++) bench.add({ downloadRate: count * 100 });
        return Array.from({ length: 20 }, () => [...bench.round().keys()]);
      };
      expect(history()).toEqual(history());
    });

    if (!uploads) return;
    it('serves everybody in bounded time as a seed', () => {
      const bench = new ChokerBench(create(), 4);
      bench.seeding = true;
      for (let count = 0; count < 12; count++) bench.add({ uploadRate: count * 1000 });
      const served = new Set<number>();
      for (let round = 0; round < 60; round++) for (const index of bench.round().keys()) served.add(index);
      expect(served.size).toBe(12);
    });
  });
}
