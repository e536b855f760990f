/**
 * Keeps what a choker says of its reasons during one round, and tells it to whoever listens, remote by remote. Its columns
 * are used again in every round; they are as long as the longest list of candidates so far.
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

/** For so many candidates more there is room when there is no more for those that there are. */
const MORE = 8;
const CHANCES: readonly ChokeChance[] = ['none', 'drawn', 'kept'];

export class RoundAccount implements ChokeAccount {
  readonly #decisions: DecisionObserver;
  #ranks = new Int32Array(0);
  #values = new Float64Array(0);
  #chances = new Uint8Array(0);
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
    if (this.#ranks.length < candidates) {
      const length = candidates + MORE;
      this.#ranks = new Int32Array(length);
      this.#values = new Float64Array(length);
      this.#chances = new Uint8Array(length);
    }
    this.#ranks.fill(0, 0, candidates);
    this.#values.fill(0, 0, candidates);
    this.#chances.fill(0, 0, candidates);
    this.#ranked = 0;
    this.#named = 0;
    this.#measure = 'order';
  }

  ranked(index: number, measure: ChokeMeasure, value: number): void {
    this.#measure = measure;
    this.#ranked++;
    this.#ranks[index] = this.#ranked;
    this.#values[index] = value;
  }

  given(index: number, chance: 'drawn' | 'kept'): void {
    this.#chances[index] = CHANCES.indexOf(chance);
  }

  /** The choker gives this one a slot. Of one that says nothing more, the order in which it does so is known. */
  named(index: number): void {
    this.#named++;
    if (this.#ranked === 0 && this.#chances[index] === 0) this.#ranks[index] = this.#named;
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
      judgement.rank = this.#ranks[index] as number;
      judgement.measure = this.#measure;
      judgement.value = this.#values[index] as number;
      judgement.chance = CHANCES[this.#chances[index] as number] as ChokeChance;
      this.#decisions.judged(candidate.label, judgement);
    }
  }
}
