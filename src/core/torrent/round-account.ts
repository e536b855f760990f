/**
 * Keeps what a choker says of its reasons during one round, and tells it to whoever listens, remote by remote. What it keeps
 * is made for a round and let go of behind it.
 */
import type {
  ChokeAccount,
  ChokeChance,
  ChokeJudgement,
  ChokeMeasure,
  DecisionObserver,
} from '../decisions.ts';
import type { UnchokeReason } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { ChokeRound } from '../strategies/choker.ts';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const NO_CELLS = new Float64Array(0);
const CHANCES: readonly ChokeChance[] = ['none', 'drawn', 'kept'];

export class RoundAccount implements ChokeAccount {
  readonly #decisions: DecisionObserver;
  /** Three columns: ranks, values, chances; as many of each as there are candidates. */
  #cells = NO_CELLS;
  #candidates = 0;
  #ranked = 0;
  #named = 0;
  /** A choker goes by one measure in one round. */
  #measure: ChokeMeasure = 'order';
  readonly #judgement: Writable<ChokeJudgement> = {
    outcome: undefined,
    hadSlot: false,
    interested: false,
    snubbed: false,
    unchokesUs: false,
    rank: 0,
    measure: 'order',
    value: 0,
    chance: 'none',
  };

  constructor(decisions: DecisionObserver) {
    this.#decisions = decisions;
  }

  /** Before the choker is asked about so many candidates. */
  begin(candidates: number): void {
    this.#cells = new Float64Array(3 * candidates);
    this.#candidates = candidates;
    this.#ranked = 0;
    this.#named = 0;
    this.#measure = 'order';
  }

  ranked(index: number, measure: ChokeMeasure, value: number): void {
    this.#measure = measure;
    this.#ranked++;
    if (!this.#isCandidate(index)) return;
    this.#cells[index] = this.#ranked;
    this.#cells[this.#candidates + index] = value;
  }

  given(index: number, chance: 'drawn' | 'kept'): void {
    if (this.#isCandidate(index)) this.#cells[2 * this.#candidates + index] = CHANCES.indexOf(chance);
  }

  /** The choker gives this one a slot. Of one that says nothing more, the order in which it does so is known. */
  named(index: number): void {
    this.#named++;
    const isGiven = this.#cells[2 * this.#candidates + index] !== 0;
    if (this.#ranked === 0 && !isGiven) this.#cells[index] = this.#named;
  }

  /** A choker of the user's own may name anything. */
  #isCandidate(index: number): boolean {
    return index >= 0 && index < this.#candidates;
  }

  /** After the choker has answered, before anything is done about it. */
  tell(
    choker: string,
    round: ChokeRound,
    candidates: readonly PeerConnection[],
    chosen: ReadonlyMap<PeerConnection, UnchokeReason>,
  ): void {
    this.#decisions.chokeRound(choker, round.slots, round.seeding);
    const betweenRounds = round.number < 0;
    // Without an iterator: there are rounds whenever somebody becomes interested while a slot is free.
    for (let index = 0; index < candidates.length; index++) {
      const candidate = candidates[index] as PeerConnection;
      const hadSlot = !candidate.amChoking;
      const outcome = chosen.get(candidate);
      if (betweenRounds ? outcome === undefined || hadSlot : !candidate.remoteInterested && !hadSlot)
        continue;
      const judgement = this.#judgement;
      judgement.outcome = outcome;
      judgement.hadSlot = hadSlot;
      judgement.interested = candidate.remoteInterested;
      judgement.snubbed = candidate.snubbed;
      judgement.unchokesUs = !candidate.remoteChoking;
      judgement.rank = this.#cells[index] as number;
      judgement.measure = this.#measure;
      judgement.value = this.#cells[this.#candidates + index] as number;
      judgement.chance = CHANCES[this.#cells[2 * this.#candidates + index] as number] as ChokeChance;
      this.#decisions.judged(candidate.label, judgement);
    }
    this.#cells = NO_CELLS;
  }
}
