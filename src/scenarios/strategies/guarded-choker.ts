/** A choker of the user's own behind a guard, as `GuardedPicker` is one; after its first fault it unchokes nobody more. */
import type { UnchokeReason } from '../../core/observer.ts';
import type { Random } from '../../core/ports.ts';
import type { ChokeCandidate, ChokeRound, Choker } from '../../core/strategies/choker.ts';
import { quote } from '../complaint.ts';
import type { UserChoker } from './compile-module.ts';
import type { FaultSink } from './guarded-picker.ts';
import { guardedCandidate, guardedRandom } from './guarded-view.ts';
import { thrownFault, wrongAnswer } from './strategy-fault.ts';
import type { StrategyModule } from './strategy-module.ts';

const REASONS: readonly unknown[] = ['regular', 'optimistic', 'seed'];

export class GuardedChoker implements Choker {
  readonly name: string;
  readonly #choker: UserChoker;
  readonly #module: StrategyModule;
  readonly #sink: FaultSink;
  readonly #random = guardedRandom();
  readonly #facades = new WeakMap<ChokeCandidate, ChokeCandidate>();
  #failed = false;

  constructor(choker: UserChoker, module: StrategyModule, sink: FaultSink) {
    this.name = choker.name;
    this.#choker = choker;
    this.#module = module;
    this.#sink = sink;
  }

  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason: UnchokeReason) => void,
  ): void {
    if (this.#failed) return;
    this.#random.use(random);
    const chosen = new Map<number, UnchokeReason>();
    let open = true;
    const take = (index: number, reason: UnchokeReason = 'regular'): void => {
      const fault = open
        ? this.#faultOf(index, reason, candidates, chosen, round)
        : 'after decide() had returned';
      if (fault !== undefined) throw new RangeError(`unchoke(${String(index)}) ${fault}`);
      chosen.set(index, reason);
    };
    try {
      const facades = Object.freeze(candidates.map((candidate) => this.#facade(candidate)));
      const answer = this.#choker.decide(facades, Object.freeze({ ...round }), this.#random.facade, take);
      open = false;
      if (answer !== undefined) {
        const what = `answered ${quote(answer)}; it has to call unchoke(index) and answer nothing`;
        this.#fail(wrongAnswer(this.#module, what, this.#sink.context()));
        return;
      }
    } catch (thrown) {
      open = false;
      this.#fail(thrownFault(this.#module, thrown, this.#sink.context()));
      return;
    }
    for (const [index, reason] of chosen) unchoke(index, reason);
  }

  #faultOf(
    index: number,
    reason: unknown,
    candidates: readonly ChokeCandidate[],
    chosen: ReadonlyMap<number, UnchokeReason>,
    { slots }: ChokeRound,
  ): string | undefined {
    const candidate = candidates[index];
    if (!Number.isInteger(index) || candidate === undefined) {
      return `names nobody: there are ${candidates.length} candidates, from 0`;
    }
    if (chosen.has(index)) return 'names somebody a second time';
    if (!candidate.interested) return 'names somebody who wants nothing';
    if (chosen.size >= slots) return `is one more than the ${slots} slots`;
    return REASONS.includes(reason)
      ? undefined
      : `gives the reason ${quote(reason)}, not regular, optimistic or seed`;
  }

  #facade(candidate: ChokeCandidate): ChokeCandidate {
    let facade = this.#facades.get(candidate);
    if (facade === undefined) {
      facade = guardedCandidate(candidate);
      this.#facades.set(candidate, facade);
    }
    return facade;
  }

  #fail(fault: Parameters<FaultSink['onFault']>[0]): void {
    this.#failed = true;
    this.#sink.onFault(fault);
  }
}
