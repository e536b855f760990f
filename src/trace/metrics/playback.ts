/**
 * How playing the content while it comes would have gone: a player begins some time after its peer's arrival, as soon as
 * the first piece is verified, plays piece after piece at its bit rate, and stalls before one that is missing until that
 * is verified. While the peer is not there, nobody watches: the player stands still and nothing counts. It follows from
 * the times at which pieces are verified, the declared rate and the declared delay alone, whatever fetched the pieces.
 */
import { EventKind, type Trace, type TracedPlayback } from '../trace.ts';

/** Columns by peer; NaN for one whose content nobody plays. */
export interface Playback {
  /** From arrival to the first moment of play, time of absence left out; NaN too when it never came to that. */
  readonly startupUs: Float64Array;
  /** Stalls after that. One that lasts at the end counts, and so does its time. */
  readonly stalls: Float64Array;
  readonly stallUs: Float64Array;
  /** The shortest delay with which nothing would have stalled, whatever was declared; NaN where a piece never came. */
  readonly leastDelayUs: Float64Array;
}

export function foldPlayback(trace: Trace): Playback {
  const { events, header, endUs } = trace;
  const players = header.peers.map(({ playback }) => playback && new Player(playback, trace));
  for (let row = 0; row < events.count; row++) {
    const player = players[events.peer[row] as number];
    if (player === undefined) continue;
    const timeUs = events.timeUs[row] as number;
    const kind = events.kind[row];
    if (kind === EventKind.joined) player.come(timeUs);
    else if (kind === EventKind.left) player.go(timeUs);
    else if (kind === EventKind.pieceVerified) player.verified(events.a[row] as number, timeUs);
  }
  for (const player of players) player?.go(endUs);
  const column = (pick: (player: Player) => number): Float64Array =>
    Float64Array.from(players, (player) => (player === undefined ? Number.NaN : pick(player)));
  return {
    startupUs: column(({ startupUs }) => startupUs ?? Number.NaN),
    stalls: column(({ stalls }) => stalls),
    stallUs: column(({ stallUs }) => stallUs),
    leastDelayUs: column(({ leastDelayUs }) => leastDelayUs),
  };
}

class Player {
  startupUs: number | undefined;
  stalls = 0;
  stallUs = 0;
  readonly #delayUs: number;
  readonly #pieceUs: number;
  readonly #lastPieceUs: number;
  readonly #held: Uint8Array;
  #missing: number;
  /** Of the pieces that are there. */
  #latestUs = 0;
  #piece = 0;
  /** Time in which the peer was there, up to `#sinceUs`. */
  #watchedUs = 0;
  #sinceUs: number | undefined;
  /** On the clock that runs only while the peer is there: when the piece at the playhead is due. */
  #dueUs: number;
  #stalled = false;

  constructor({ bytesPerSec, delayUs }: TracedPlayback, { header: { torrent } }: Trace) {
    const { pieceLengthBytes, pieceCount, totalBytes } = torrent;
    this.#delayUs = delayUs;
    this.#dueUs = delayUs;
    this.#pieceUs = (pieceLengthBytes * 1e6) / bytesPerSec;
    this.#lastPieceUs = ((totalBytes - (pieceCount - 1) * pieceLengthBytes) * 1e6) / bytesPerSec;
    this.#held = new Uint8Array(pieceCount);
    this.#missing = pieceCount;
  }

  get leastDelayUs(): number {
    return this.#missing === 0 ? this.#latestUs : Number.NaN;
  }

  come(timeUs: number): void {
    this.#sinceUs ??= timeUs;
    this.#moveOn(this.#clock(timeUs));
  }

  go(timeUs: number): void {
    if (this.#sinceUs === undefined) return;
    const nowUs = this.#clock(timeUs);
    this.#moveOn(nowUs);
    this.#watchedUs = nowUs;
    this.#sinceUs = undefined;
  }

  verified(piece: number, timeUs: number): void {
    const nowUs = this.#clock(timeUs);
    this.#moveOn(nowUs);
    if (this.#held[piece] === 0) {
      this.#missing--;
      this.#latestUs = Math.max(this.#latestUs, nowUs - piece * this.#pieceUs);
    }
    this.#held[piece] = 1;
    this.#moveOn(nowUs);
  }

  #clock(timeUs: number): number {
    return this.#sinceUs === undefined ? this.#watchedUs : this.#watchedUs + (timeUs - this.#sinceUs);
  }

  #moveOn(nowUs: number): void {
    while (this.#piece < this.#held.length && this.#dueUs <= nowUs) {
      if (this.#held[this.#piece] === 0) {
        this.#wait(nowUs);
        return;
      }
      this.startupUs ??= Math.max(this.#dueUs, this.#delayUs);
      this.#stalled = false;
      this.#dueUs += this.#piece === this.#held.length - 1 ? this.#lastPieceUs : this.#pieceUs;
      this.#piece++;
    }
  }

  /** The piece at the playhead is missing up to now. Before the first one the player has not begun. */
  #wait(nowUs: number): void {
    if (this.startupUs !== undefined && nowUs > this.#dueUs) {
      if (!this.#stalled) this.stalls++;
      this.#stalled = true;
      this.stallUs += nowUs - this.#dueUs;
    }
    this.#dueUs = nowUs;
  }
}
