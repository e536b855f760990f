/**
 * A bench on which a choker can be watched round by round: peers made of plain numbers, to which is done what it decides.
 * An answer that no engine could carry out is thrown.
 */
import type { UnchokeReason } from '../../../core/observer.ts';
import type { ChokeCandidate, Choker } from '../../../core/strategies/choker.ts';
import { SeededRandom } from '../../../sim/random.ts';

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
  unchokesUs: boolean;
  havePieces: number;
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
  uploadLimitBytesPerSec = 0;

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
      unchokesUs: false,
      havePieces: 0,
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
    const round = {
      nowUs: this.nowUs,
      number,
      seeding: this.seeding,
      slots: this.slots,
      pieceCount: 100,
      totalBytes: 100 * 65_536,
      uploadLimitBytesPerSec: this.uploadLimitBytesPerSec,
    };
    this.#choker.decide(candidates, round, this.#random, (index, reason) => {
      const peer = this.peers[index];
      if (peer === undefined) throw new RangeError(`there is no candidate ${index} of ${this.peers.length}`);
      if (!peer.interested) throw new RangeError(`candidate ${index} wants nothing`);
      if (named.has(index)) throw new RangeError(`candidate ${index} was named twice`);
      if (named.size >= this.slots)
        throw new RangeError(`more were named than there are slots: ${this.slots}`);
      named.set(index, reason);
    });
    return named;
  }
}
