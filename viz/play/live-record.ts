/**
 * What the page knows of one run: the record that the picture is folded from, the moments of its captions, how far it is
 * known, and its end. Fed by what the worker tells, in order.
 */
import type { Verdict } from '../../src/scenarios/expectations/verdict.ts';
import {
  Departure,
  type EventColumns,
  EventKind,
  type Trace,
  type TraceHeader,
} from '../../src/trace/trace.ts';
import { castOf, recordFromTrace } from '../swarm/record-from-trace.ts';
import { SwarmRecord } from '../swarm/swarm-record.ts';
import { type Moment, MomentWatch } from './moments.ts';

export interface RunEnd {
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
}

const CHANGES: ReadonlySet<number> = new Set([
  EventKind.joined,
  EventKind.left,
  EventKind.pieceVerified,
  EventKind.completed,
  EventKind.lineChanged,
  EventKind.faultBegan,
  EventKind.faultEnded,
]);

export class LiveRecord {
  readonly header: TraceHeader;
  readonly moments: MomentWatch;
  /** When the run ends at the latest. */
  readonly limitUs: number;
  readonly #growing: SwarmRecord;
  /** Rows of transfers that go on, by downloader and piece. */
  readonly #open = new Map<number, number>();
  #end: RunEnd | undefined = undefined;
  #lastUs = 0;
  #whole: SwarmRecord | undefined = undefined;

  constructor(header: TraceHeader, limitUs: number, moments: readonly Moment[] = []) {
    this.header = header;
    this.limitUs = limitUs;
    this.#growing = new SwarmRecord(castOf(header));
    this.moments = new MomentWatch(header, this.#growing.strings, moments);
  }

  /** What the picture is folded from. Another one once the run is over: a whole trace says more. */
  get record(): SwarmRecord {
    this.#whole ??= this.#end && recordFromTrace(this.#end.trace);
    return this.#whole ?? this.#growing;
  }

  /** Undefined while it goes on. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  /** The last time that the swarm changed: somebody came, went, or got a piece, or the scenario did something. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** Everything until then is known. */
  get knownUs(): number {
    return this.#end?.trace.endUs ?? this.#growing.endUs;
  }

  add(events: EventColumns, strings: readonly string[], untilUs: number): void {
    this.#growing.strings.push(...strings);
    for (let row = 0; row < events.count; row++) {
      const timeUs = events.timeUs[row] as number;
      const kind = events.kind[row] as number;
      const peer = events.peer[row] as number;
      const a = events.a[row] as number;
      const b = events.b[row] as number;
      const c = events.c[row] as number;
      this.#growing.addEvent(timeUs, kind, peer, a, b, c);
      this.moments.add(timeUs, kind, peer, a, b, c);
      this.#follow(timeUs, kind, peer, a, b);
      const isEnd = kind === EventKind.left && a === Departure.endOfRun;
      if (CHANGES.has(kind) && !isEnd) this.#lastUs = timeUs;
    }
    this.#growing.knownUntil(untilUs);
  }

  finish(end: RunEnd): void {
    this.#end = end;
    this.moments.end(end.trace.endUs);
  }

  /** A piece is on its way from when it is picked until it is verified, or until it is clear that it will not come. */
  #follow(timeUs: number, kind: number, peer: number, a: number, b: number): void {
    switch (kind) {
      case EventKind.piecePicked:
        this.#close(peer, b, timeUs, 0);
        if (a < 0) return;
        this.#open.set(
          this.#key(peer, b),
          this.#growing.addTransfer(a, peer, b, timeUs, Number.POSITIVE_INFINITY, 0),
        );
        return;
      case EventKind.pieceVerified:
        this.#close(peer, a, timeUs, this.#bytesOf(a));
        return;
      case EventKind.pieceFailed:
        this.#close(peer, a, timeUs, this.#bytesOf(a));
        return;
      case EventKind.disconnected:
        this.#closeBetween(a, peer, timeUs);
        return;
      case EventKind.choked:
        this.#closeBetween(peer, a, timeUs);
        return;
      case EventKind.left:
        this.#closeBetween(-1, peer, timeUs);
        return;
    }
  }

  #key(peer: number, piece: number): number {
    return peer * this.header.torrent.pieceCount + piece;
  }

  #bytesOf(piece: number): number {
    const { totalBytes, pieceLengthBytes } = this.header.torrent;
    return Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes);
  }

  #close(peer: number, piece: number, timeUs: number, bytes: number): void {
    const key = this.#key(peer, piece);
    const row = this.#open.get(key);
    if (row === undefined) return;
    this.#open.delete(key);
    this.#growing.updateTransfer(row, timeUs, bytes);
  }

  /** From anybody, where `from` is -1. */
  #closeBetween(from: number, to: number, timeUs: number): void {
    const { transferFrom, transferTo } = this.#growing;
    for (const [key, row] of this.#open) {
      if (transferTo[row] !== to || (from >= 0 && transferFrom[row] !== from)) continue;
      this.#open.delete(key);
      this.#growing.updateTransfer(row, timeUs, 0);
    }
  }
}
