/**
 * When each peer was there and in what state: spans in the order of time for each peer, without gaps from its first
 * arrival to the end. What a report draws as one strip a peer, and what availability metrics are sums of.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';

/** `capped`: there, but its line is slowed or cut by a data cap. `away`: switched off for a while. */
export type PresenceState = 'downloading' | 'complete' | 'capped' | 'away' | 'crashed' | 'left';

export interface PresenceSpan {
  readonly state: PresenceState;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Whether the peer is part of the swarm in this state. */
export function isThere(state: PresenceState): boolean {
  return state === 'downloading' || state === 'complete' || state === 'capped';
}

/** Reasons of line changes that a data cap gives. */
const CAPPED = 'cap';
const RENEWED = 'cap renewed';

/** The spans of every peer of the header; none for one that never came. */
export function foldPresence(trace: Trace): readonly (readonly PresenceSpan[])[] {
  const { events, header, strings, endUs } = trace;
  const strips = header.peers.map(({ have }) => new Strip(have === 'all'));
  for (let row = 0; row < events.count; row++) {
    const strip = strips[events.peer[row] as number];
    if (strip === undefined) continue;
    const timeUs = events.timeUs[row] as number;
    switch (events.kind[row]) {
      case EventKind.joined:
        strip.join(timeUs);
        break;
      case EventKind.left:
        strip.leave(timeUs, events.a[row] as number);
        break;
      case EventKind.completed:
        strip.complete(timeUs);
        break;
      case EventKind.lineChanged: {
        const reason = strings[events.c[row] as number];
        if (reason === CAPPED) strip.cap(timeUs, true);
        else if (reason === RENEWED) strip.cap(timeUs, false);
        break;
      }
    }
  }
  return strips.map((strip) => strip.finish(endUs));
}

class Strip {
  readonly #spans: PresenceSpan[] = [];
  #state: PresenceState | undefined;
  #sinceUs = 0;
  #complete: boolean;
  #capped = false;
  #returns = false;

  constructor(arrivesComplete: boolean) {
    this.#complete = arrivesComplete;
  }

  join(timeUs: number): void {
    // One that comes back says anew whether it has everything.
    if (this.#returns) this.#complete = false;
    this.#returns = true;
    this.#turn(this.#present(), timeUs);
  }

  leave(timeUs: number, departure: number): void {
    if (departure === Departure.endOfRun) return;
    const away = departure === Departure.switchedOff ? 'away' : 'crashed';
    this.#turn(departure === Departure.planned ? 'left' : away, timeUs);
  }

  complete(timeUs: number): void {
    this.#complete = true;
    this.#refresh(timeUs);
  }

  cap(timeUs: number, capped: boolean): void {
    this.#capped = capped;
    this.#refresh(timeUs);
  }

  finish(endUs: number): readonly PresenceSpan[] {
    this.#turn(undefined, endUs);
    return this.#spans;
  }

  #present(): PresenceState {
    if (this.#capped) return 'capped';
    return this.#complete ? 'complete' : 'downloading';
  }

  /** A change of what it has matters only while it is there. */
  #refresh(timeUs: number): void {
    if (this.#state !== undefined && isThere(this.#state)) this.#turn(this.#present(), timeUs);
  }

  #turn(state: PresenceState | undefined, timeUs: number): void {
    if (state === this.#state) return;
    if (this.#state !== undefined && timeUs > this.#sinceUs) {
      this.#spans.push({ state: this.#state, fromUs: this.#sinceUs, toUs: timeUs });
    }
    this.#state = state;
    this.#sinceUs = timeUs;
  }
}
