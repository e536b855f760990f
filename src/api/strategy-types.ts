/** What a strategy in a module of the user's own is: docs/STRATEGIES.md teaches writing one. */
import type { UnchokeReason } from '../core/observer.ts';
import type { Random } from '../core/ports.ts';
import type { ChokeCandidate, ChokeRound } from '../core/strategies/choker.ts';
import type { PickView, SharesStarted } from '../core/strategies/picker.ts';

/** What a module exports as `picker`: one for all peers, or a function that makes one for each, from the options of the scenario. */
export interface PiecePicker {
  /** Words of small letters with "-" between them. */
  readonly name: string;
  /** When a remote helps with pieces that were begun with others. Default: "unless-rarer". */
  readonly sharesStarted?: SharesStarted;
  /** The piece to start next with this remote: a candidate that it has, with a word for the trace or without; undefined: none. */
  pick(
    view: PickView,
    random: Random,
  ): number | { readonly piece: number; readonly rule?: string } | undefined;
}

/** What a module exports as `choker`, in the same two forms. */
export interface Choker {
  readonly name: string;
  /** Calls `unchoke` with the index of each candidate to be served, at most `round.slots` times. Default reason: "regular". */
  decide(
    candidates: readonly ChokeCandidate[],
    round: ChokeRound,
    random: Random,
    unchoke: (index: number, reason?: UnchokeReason) => void,
  ): void;
}
