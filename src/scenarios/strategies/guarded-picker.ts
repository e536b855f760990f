/**
 * A picker of the user's own behind a guard: what it throws, or answers wrongly, becomes a `StrategyFault` and never
 * reaches the engine. After the first fault it picks nothing more; the run is ended by whoever hears of it.
 */
import type { Random } from '../../core/ports.ts';
import type { Pick, PickView, PiecePicker, SharesStarted } from '../../core/strategies/picker.ts';
import { quote } from '../complaint.ts';
import type { UserPicker } from './compile-module.ts';
import { guardedRandom, guardedView } from './guarded-view.ts';
import { type StrategyFault, thrownFault, wrongAnswer } from './strategy-fault.ts';
import type { StrategyModule } from './strategy-module.ts';

/** Says whose strategy it is, for messages; and hears of its first fault. */
export interface FaultSink {
  context(): string;
  onFault(fault: StrategyFault): void;
}

const RULE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Different words for the trace that one picker may use: each is kept. */
const RULES_MAX = 32;

export class GuardedPicker implements PiecePicker {
  readonly name: string;
  readonly sharesStarted: SharesStarted;
  readonly #picker: UserPicker;
  readonly #module: StrategyModule;
  readonly #sink: FaultSink;
  readonly #view = guardedView();
  readonly #random = guardedRandom();
  readonly #rules = new Set<string>();
  #failed = false;

  constructor(picker: UserPicker, module: StrategyModule, sink: FaultSink) {
    this.name = picker.name;
    this.sharesStarted = picker.sharesStarted ?? 'unless-rarer';
    this.#picker = picker;
    this.#module = module;
    this.#sink = sink;
  }

  pick(view: PickView, random: Random): Pick | undefined {
    if (this.#failed) return undefined;
    this.#view.use(view);
    this.#random.use(random);
    try {
      const answer = this.#picker.pick(this.#view.facade, this.#random.facade);
      const checked = this.#check(answer, view);
      if (typeof checked !== 'string') return checked;
      return this.#fail(wrongAnswer(this.#module, checked, this.#sink.context()));
    } catch (thrown) {
      return this.#fail(thrownFault(this.#module, thrown, this.#sink.context()));
    }
  }

  /** The answer as the engine takes it, or what is wrong with it. */
  #check(answer: unknown, view: PickView): Pick | undefined | string {
    if (answer === undefined || answer === null || answer === -1) return undefined;
    const isObject = typeof answer === 'object';
    const { piece, rule = this.name } = isObject ? (answer as Record<string, unknown>) : { piece: answer };
    if (typeof piece !== 'number' || !Number.isInteger(piece)) {
      const given = isObject && piece !== undefined ? `the piece ${quote(piece)}` : quote(answer);
      return `answered ${given}; it has to be the number of a piece, { piece, rule }, or undefined`;
    }
    if (piece < 0 || piece >= view.pieceCount) {
      return `answered piece ${piece}; there are pieces 0 to ${view.pieceCount - 1}`;
    }
    const mayBeBegun = this.sharesStarted === 'as-picked' && view.rarestStarted(piece, piece + 1) === piece;
    if (!mayBeBegun && !view.isCandidate(piece)) {
      const why = view.hasPiece(piece) ? 'which is verified already' : 'which has been started already';
      return `answered piece ${piece}, ${why}`;
    }
    if (!view.remoteHas(piece)) return `answered piece ${piece}, which the remote lacks`;
    if (typeof rule !== 'string' || rule.length > 64 || !RULE.test(rule)) {
      return `answered the rule ${quote(rule)}; it has to be a word or two such as "rarest-first"`;
    }
    if (!this.#rules.has(rule) && this.#rules.size === RULES_MAX) return `uses more than ${RULES_MAX} rules`;
    this.#rules.add(rule);
    return { piece, rule };
  }

  #fail(fault: StrategyFault): undefined {
    this.#failed = true;
    this.#sink.onFault(fault);
    return undefined;
  }
}
