/** Lets whoever events are for look at what they will touch before they fire, so that it is in the cache by then. */
import type { EventTarget } from './event-queue.ts';

export interface EventPreview {
  /** Whose events are shown. */
  readonly target: EventTarget;
  /** Room for those that are shown at a time. */
  readonly tokens: Int32Array;
  /** The first `count` of `tokens` fire next, in any order, with others in between. Must change nothing. */
  look(count: number): void;
}
