/**
 * Announces over the other family of addresses (BEP 7): a tracker that we asked over IPv4 hears of our IPv6 address only
 * when it is asked over IPv6 too. So whatever is said to a tracker with a name is said again over the other family, once it
 * has answered over the first. Invariants: at most one such call to a tracker is under way; peers that are named are all
 * that comes of one: when to announce again, whom, and what has failed is decided by the first family alone; a completion
 * is told over that one alone, so that it counts once.
 */
import type { AnnounceEvent } from '../observer.ts';
import type { AnnounceReply } from './announce.ts';
import { type AddressFamily, familyOf, literalHost } from './resolver.ts';
import type { TrackerCall, TrackerOutcome } from './tracker-client.ts';
import type { TrackerState } from './tracker-tiers.ts';

export interface OtherFamilyHandler {
  /** Announces to the tracker, over this family of addresses only. */
  call(
    tracker: TrackerState,
    event: AnnounceEvent,
    family: AddressFamily,
    done: (outcome: TrackerOutcome) => void,
  ): TrackerCall;
  onReply(tracker: TrackerState, reply: AnnounceReply): void;
}

interface Other {
  family: AddressFamily;
  /** It has taken our `started` over this family. */
  started: boolean;
  call: TrackerCall | undefined;
}

export class OtherFamily {
  readonly #handler: OtherFamilyHandler;
  readonly #others = new Map<TrackerState, Other>();

  constructor(handler: OtherFamilyHandler) {
    this.#handler = handler;
  }

  /** The tracker has answered at the IP address `host`. */
  announced(tracker: TrackerState, host: string | undefined): void {
    const { parsed } = tracker;
    // A literal address is of one family, and there is no other.
    if (host === undefined || parsed === undefined || literalHost(parsed.host) !== undefined) return;
    const first = familyOf(host);
    tracker.family = first;
    const other = this.#others.get(tracker) ?? { family: 4, started: false, call: undefined };
    if (other.call !== undefined) return;
    this.#others.set(tracker, other);
    other.family = first === 4 ? 6 : 4;
    other.call = this.#handler.call(tracker, other.started ? 'none' : 'started', other.family, (outcome) => {
      other.call = undefined;
      if (outcome.kind !== 'reply') return;
      other.started = true;
      this.#handler.onReply(tracker, outcome.reply);
    });
  }

  /** The tracker did not answer: next time it may do so over either family. */
  failed(tracker: TrackerState): void {
    tracker.family = undefined;
  }

  /** Gives up what is under way, and says who counts us over the other family, or may. */
  stop(): { readonly tracker: TrackerState; readonly family: AddressFamily }[] {
    const counting = [...this.#others].filter(([, other]) => other.started || other.call !== undefined);
    for (const [, { call }] of this.#others) call?.cancel();
    this.#others.clear();
    return counting.map(([tracker, { family }]) => ({ tracker, family }));
  }
}
