/**
 * Looks after connections that nothing happens on: sends keep-alives (BEP 3: about every two minutes), closes the
 * silent ones and those that do not read what they asked for, marks as snubbed those that owe us blocks for too long, and
 * announces pieces that were not urgent. Wakes up every 10 s while data moves or may move soon, and every 55 s while the
 * torrent is idle; while there is nobody to look after it sleeps for several such spans, until somebody comes.
 */
import type { TorrentObserver } from '../observer.ts';
import type { PeerConnection } from '../peer/peer-connection.ts';
import type { RequestScheduler } from '../pieces/request-scheduler.ts';
import type { Clock, Microseconds, Timer } from '../ports.ts';

const BUSY_US: Microseconds = 10_000_000;
/** Two of these are less than the silence that we allow ourselves, so that an idle end speaks at every other look. */
const IDLE_US: Microseconds = 55_000_000;
/** Our own silence stays below this: many clients let go of whoever says nothing for two minutes. */
const MUTE_MAX_US: Microseconds = 115_000_000;
const SILENT_US: Microseconds = 240_000_000;

export interface CareSubject {
  readonly connections: Iterable<PeerConnection>;
  /** A block has arrived of late, or somebody is looked for who has one. */
  isDownloading(): boolean;
  announceTo(connection: PeerConnection): void;
  /** As long as there is no connection, there is nothing to be done before; 0 for now. */
  sleepsUntilUs(): Microseconds;
  /** Once every time it wakes up: the moment for whatever is not urgent. */
  onCare(): void;
}

export class ConnectionCare {
  readonly #clock: Clock;
  readonly #observer: TorrentObserver;
  readonly #scheduler: RequestScheduler;
  readonly #subject: CareSubject;
  /** Without a block for this long although we asked, a peer counts as snubbing us (Cohen 2003: 60 s). */
  readonly #snubAfterUs: Microseconds;
  #timer: Timer | undefined;
  #lastLookUs: Microseconds = 0;
  #asleep = false;

  constructor(
    ports: { readonly clock: Clock; readonly observer: TorrentObserver },
    scheduler: RequestScheduler,
    subject: CareSubject,
    snubAfterUs: Microseconds,
  ) {
    this.#clock = ports.clock;
    this.#observer = ports.observer;
    this.#scheduler = scheduler;
    this.#subject = subject;
    this.#snubAfterUs = snubAfterUs;
  }

  start(): void {
    this.#lastLookUs = this.#clock.now();
    this.#schedule(BUSY_US);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** There is a connection: from now on every look counts, and at which instants they are no sleep has changed. */
  wake(): void {
    if (!this.#asleep) return;
    this.#timer?.cancel();
    const now = this.#clock.now();
    this.#lastLookUs = now - ((now - this.#lastLookUs) % IDLE_US);
    this.#schedule(this.#lastLookUs + IDLE_US - now);
  }

  #schedule(delayUs: Microseconds): void {
    this.#asleep = false;
    this.#timer = this.#clock.schedule(this.#clock.now() + delayUs, () => this.#onTimer());
  }

  #sleep(untilUs: Microseconds): void {
    const spans = Math.max(1, Math.ceil((untilUs - this.#lastLookUs) / IDLE_US));
    this.#schedule(spans * IDLE_US);
    this.#asleep = spans > 1;
  }

  #onTimer(): void {
    const now = this.#clock.now();
    const busy = this.#isBusy();
    const delayUs = busy ? BUSY_US : IDLE_US;
    for (const connection of this.#subject.connections) {
      if (connection.closed) continue;
      if (connection.silentUs(now) > SILENT_US) {
        connection.close('silent for too long', 'none', true);
        continue;
      }
      if (!connection.takesWhatWeSend(this.#lastLookUs, now)) {
        // Its fault or that of the line: nobody can tell. What it does not read is not kept for it.
        connection.close('does not read what it asked for', 'none', true);
        continue;
      }
      this.#subject.announceTo(connection);
      if (connection.muteUs(now) + delayUs > MUTE_MAX_US) connection.sendKeepAlive();
      if (this.#owesUs(connection, now)) this.#snub(connection);
    }
    this.#lastLookUs = now;
    this.#subject.onCare();
    this.#scheduler.endRest();
    if (busy) this.#schedule(BUSY_US);
    else this.#sleep(this.#subject.sleepsUntilUs());
  }

  #isBusy(): boolean {
    if (this.#subject.isDownloading()) return true;
    for (const { closed, amChoking, requests } of this.#subject.connections) {
      if (!closed && (!amChoking || requests.outstanding > 0)) return true;
    }
    return false;
  }

  #owesUs(connection: PeerConnection, now: Microseconds): boolean {
    if (connection.requests.outstanding === 0) return false;
    return now - connection.lastBlockAtUs > this.#snubAfterUs;
  }

  #snub(connection: PeerConnection): void {
    if (!connection.snubbed) this.#observer.snubbed(connection.label);
    connection.snubbed = true;
    connection.requests.shrink();
    this.#scheduler.releaseAll(connection);
    // One request stays out as a probe; the block may be asked of others too once endgame comes.
    this.#scheduler.fill(connection);
  }
}
