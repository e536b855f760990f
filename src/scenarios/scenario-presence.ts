/** When the peers of a group come, are away, and leave: checked, with every default filled in. Plain JSON data. */
import type { Distribution } from '../sim/distributions.ts';
import type { Span, WeeklyWindow } from '../sim/weekly-schedule.ts';

export interface ScenarioPresence {
  readonly arrive: Arrival;
  readonly stay: Stay;
  /** When the machines are off, every week. */
  readonly off: readonly WeeklyWindow[];
  /** Undefined: on all the time but for `off`. */
  readonly sessions: Sessions | undefined;
}

export type Arrival =
  | { readonly process: 'at'; readonly atUs: number }
  | { readonly process: 'flash'; readonly withinUs: number }
  | { readonly process: 'poisson'; readonly meanIntervalUs: number }
  /** Fewer and fewer: the rate falls by a factor of e in each `meanUs`. */
  | { readonly process: 'decaying'; readonly meanUs: number }
  /** `size` peers in each span of `withinUs` that begins every `everyUs`. */
  | { readonly process: 'waves'; readonly size: number; readonly everyUs: number; readonly withinUs: number }
  /** One for each peer; there may be more. */
  | { readonly process: 'trace'; readonly timesUs: readonly number[] };

/** The rules for leaving; the first that applies does. Lengths of time are drawn for each peer, in microseconds. */
export interface Stay {
  /** Undefined: for ever. */
  readonly afterCompleteUs: Distribution | undefined;
  /** Thousandths of the content's size. */
  readonly untilRatioPerMille: number | undefined;
  readonly untilCopies: number | undefined;
  readonly giveUpAfterUs: Distribution | undefined;
  /** A time of the run. */
  readonly untilUs: Distribution | undefined;
}

export type Sessions =
  /** In turn, from the arrival on, beginning online. */
  | { readonly kind: 'drawn'; readonly onlineUs: Distribution; readonly awayUs: Distribution }
  /** For each peer the spans in which it is online: in order, apart from each other, at least one. There may be more. */
  | { readonly kind: 'trace'; readonly online: readonly (readonly Span[])[] };
