/**
 * Records a run into a trace: one observer a peer, fed by the engines; joins and leaves, fed by the world. Events keep
 * the order of their calls. Single blocks are not stored as rows: they go into the samples, the totals, the transfers and
 * the digest, so that memory grows with pieces and not with bytes moved, and is bounded for transfers.
 */

import type { DecisionObserver } from '../core/decisions.ts';
import type { AnnounceEvent, Blame, TorrentObserver, UnchokeReason } from '../core/observer.ts';
import type { Address } from '../core/ports.ts';
import { CONTROL_KINDS } from './control-bytes.ts';
import { DecisionLog, PeerDecisions } from './decisions/decision-log.ts';
import { Digest } from './digest.ts';
import { type EventFollower, EventLog } from './event-log.ts';
import { SampleGrid } from './sample-grid.ts';
import { Departure, type DepartureKind, EventKind, type Trace, type TraceHeader } from './trace.ts';
import { BlockArrivals } from './transfers/block-arrivals.ts';
import { TransferLog } from './transfers/transfer-log.ts';

const BLAMES: Readonly<Record<Blame, number>> = { none: 0, remote: 1, local: 2 };
const UNCHOKE_REASONS: Readonly<Record<UnchokeReason, number>> = { regular: 0, optimistic: 1, seed: 2 };
const ANNOUNCE_EVENTS: Readonly<Record<AnnounceEvent, number>> = {
  none: 0,
  completed: 1,
  started: 2,
  stopped: 3,
};

/** In the place of the peer, for events of no peer. */
const WORLD = -1;
const MAX_INT32 = 2 ** 31 - 1;

/** Kinds that exist in the digest only. */
const BLOCK_RECEIVED = 64;
const BLOCK_WASTED = 65;
const BLOCK_SENT = 66;

/** Whoever has to act on what a peer does, not only to record it. Called from inside the engine: act later. */
export interface PeerWatch {
  pieceVerified(piece: number): void;
  blockSent(length: number): void;
}

export interface TraceSize {
  readonly events: number;
  readonly bytes: number;
  readonly transferBytes: number;
  readonly decisionBytes: number;
}

export class TraceRecorder {
  readonly #header: TraceHeader;
  readonly #now: () => number;
  readonly #digest = new Digest();
  readonly #log = new EventLog();
  readonly #samples: SampleGrid;
  readonly #strings: string[] = [];
  readonly #stringIndex = new Map<string, number>();
  readonly #peerOfHost = new Map<string, number>();
  /** The text that was asked for last: most are asked for many times in a row. */
  #latestText: string | undefined = undefined;
  #latestIndex = -1;
  readonly #wasted: Float64Array;
  readonly #transfers = new TransferLog();
  readonly #arrivals: BlockArrivals;
  readonly #decisions = new DecisionLog();
  #control: Float64Array | undefined = undefined;
  #open: boolean;

  /**
   * `now`: the run's clock, whole microseconds since its start, never decreasing. `recording` false: remotes are named and
   * nothing is kept, so that what recording costs can be measured.
   */
  constructor(header: TraceHeader, now: () => number, recording = true) {
    const peers = header.peers.length;
    this.#header = header;
    this.#now = now;
    this.#samples = new SampleGrid(peers, header.sampleUs);
    this.#wasted = new Float64Array(peers);
    this.#arrivals = new BlockArrivals(peers);
    this.#open = recording;
    this.#digest.addText(JSON.stringify(header));
  }

  /** Says that connections to and from this IP address are connections with that peer. */
  registerHost(host: string, peer: number): void {
    this.#peerOfHost.set(host, peer);
  }

  peerJoined(peer: number): void {
    this.event(EventKind.joined, peer, 0, 0, 0);
  }

  /** `reason` is for people: "gave up", "off from 01:00 to 07:00". */
  peerLeft(peer: number, departure: DepartureKind, reason: string): void {
    this.event(EventKind.left, peer, Departure[departure], 0, this.intern(reason));
  }

  /** The peer's line has these rates from now on, in bytes per second. */
  lineChanged(peer: number, upBytesPerSec: number, downBytesPerSec: number, reason: string): void {
    const up = Math.min(Math.round(upBytesPerSec), MAX_INT32);
    const down = Math.min(Math.round(downBytesPerSec), MAX_INT32);
    this.event(EventKind.lineChanged, peer, up, down, this.intern(reason));
  }

  /** Event number `index` of the scenario begins or is over. */
  fault(index: number, began: boolean, label: string): void {
    this.event(began ? EventKind.faultBegan : EventKind.faultEnded, WORLD, index, 0, this.intern(label));
  }

  /** The observer to hand to the engine of the peer with this index in the header; `watch` is told of some of it too. */
  observer(peer: number, watch?: PeerWatch): TorrentObserver {
    return new PeerObserver(this, peer, watch);
  }

  /** Ends the recording; what is reported afterwards is ignored. */
  finish(endUs: number): Trace {
    this.#open = false;
    this.#digest.addEvent(endUs, 0, 0, 0, 0, 0, 0);
    const peers = this.#header.peers.length;
    const samples = this.#samples.finish(endUs);
    return {
      header: this.#header,
      events: this.#log.finish(),
      strings: this.#strings.slice(),
      samples,
      totals: {
        receivedBytes: totals(samples.received, peers),
        sentBytes: totals(samples.sent, peers),
        wastedBytes: this.#wasted.slice(),
      },
      ...this.#transfers.finish(),
      arrivals: this.#arrivals.finish(),
      decisions: this.#decisions.finish(),
      ...(this.#control && { control: { kinds: CONTROL_KINDS, sentBytes: this.#control } }),
      endUs,
      digest: this.#digest.hex(),
    };
  }

  /** Reads the events from the first one on, while the run goes on. */
  follow(): EventFollower {
    return this.#log.follow();
  }

  /** The texts that events refer to, so far, from number `first` on. */
  texts(first: number): readonly string[] {
    return this.#strings.slice(first);
  }

  /** Events recorded so far, the bytes that they take, and those that transfers and decisions take. */
  get size(): TraceSize {
    return {
      events: this.#log.count,
      bytes: this.#log.byteLength,
      transferBytes: this.#transfers.byteLength + this.#arrivals.byteLength,
      decisionBytes: this.#decisions.byteLength,
    };
  }

  /** The index of the peer at an address, -1 when it is not part of the run. For the observers. */
  peerAt(remote: Address): number {
    return this.#peerOfHost.get(remote.host) ?? -1;
  }

  /** The index of `text` in the trace's strings. For the observers. */
  intern(text: string): number {
    if (text === this.#latestText) return this.#latestIndex;
    let index = this.#stringIndex.get(text);
    if (index === undefined) {
      index = this.#strings.length;
      this.#strings.push(text);
      this.#stringIndex.set(text, index);
      this.#digest.addText(text);
    }
    this.#latestText = text;
    this.#latestIndex = index;
    return index;
  }

  /** Appends one event now. For the observers. */
  event(kind: number, peer: number, a: number, b: number, c: number): void {
    if (!this.#open) return;
    const timeUs = this.#now();
    this.#digest.addEvent(timeUs, kind, peer, a, b, c, 0);
    this.#log.append(timeUs, kind, peer, a, b, c);
  }

  /** Who writes down why this peer does what it does; undefined where nothing is recorded. */
  decisionsOf(peer: number): DecisionObserver | undefined {
    return this.#open ? new PeerDecisions(this.#decisions, peer, this.#now) : undefined;
  }

  /** The peer has sent these bytes that are no payload, by kind (control-bytes.ts); adds to what it sent before. */
  controlSent(peer: number, bytesByKind: Float64Array): void {
    if (!this.#open) return;
    this.#control ??= new Float64Array(this.#header.peers.length * CONTROL_KINDS);
    for (let kind = 0; kind < CONTROL_KINDS; kind++) {
      const cell = peer * CONTROL_KINDS + kind;
      this.#control[cell] = (this.#control[cell] as number) + (bytesByKind[kind] ?? 0);
    }
  }

  /** For the observers, like all that follows. */
  connected(peer: number, remote: number, outgoing: boolean): void {
    this.event(EventKind.connected, peer, remote, outgoing ? 1 : 0, 0);
    if (this.#open) this.#transfers.connected(peer, remote);
  }

  disconnected(peer: number, remote: number, blame: number, reason: string): void {
    this.event(EventKind.disconnected, peer, remote, blame, this.intern(reason));
    if (this.#open) this.#transfers.disconnected(peer, remote);
  }

  piecePicked(peer: number, remote: number, piece: number, rule: string): void {
    this.event(EventKind.piecePicked, peer, remote, piece, this.intern(rule));
    if (this.#open) this.#decisions.picked(peer);
  }

  pieceVerified(peer: number, piece: number, remote: number): void {
    this.event(EventKind.pieceVerified, peer, piece, remote, 0);
    if (this.#open) this.#transfers.pieceVerified(peer, piece);
  }

  pieceFailed(peer: number, piece: number): void {
    this.event(EventKind.pieceFailed, peer, piece, 0, 0);
    if (this.#open) this.#transfers.pieceFailed(peer, piece, this.#now());
  }

  received(peer: number, remote: number, piece: number, begin: number, length: number): void {
    if (!this.#open) return;
    const timeUs = this.#now();
    this.#digest.addEvent(timeUs, BLOCK_RECEIVED, peer, remote, piece, begin, length);
    this.#samples.addReceived(timeUs, peer, length);
    this.#transfers.received(peer, remote, piece, length, timeUs);
    this.#arrivals.add(peer, timeUs);
  }

  sent(peer: number, remote: number, piece: number, begin: number, length: number): void {
    if (!this.#open) return;
    const timeUs = this.#now();
    this.#digest.addEvent(timeUs, BLOCK_SENT, peer, remote, piece, begin, length);
    this.#samples.addSent(timeUs, peer, length);
    this.#transfers.sent(peer, remote, piece, timeUs);
  }

  wasted(peer: number, remote: number, piece: number, begin: number, length: number): void {
    if (!this.#open) return;
    const timeUs = this.#now();
    this.#digest.addEvent(timeUs, BLOCK_WASTED, peer, remote, piece, begin, length);
    this.#wasted[peer] = (this.#wasted[peer] as number) + length;
    const known = piece < this.#header.torrent.pieceCount ? piece : -1;
    this.#transfers.wasted(peer, remote, known, length, timeUs);
  }
}

/** The sums of the columns of cells that stand row by row. */
function totals(cells: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let row = 0; row < cells.length; row += width) {
    for (let column = 0; column < width; column++) {
      sums[column] = (sums[column] as number) + (cells[row + column] as number);
    }
  }
  return sums;
}

/** Translates the engine's words into rows. */
class PeerObserver implements TorrentObserver {
  readonly decisions: DecisionObserver | undefined;
  readonly #recorder: TraceRecorder;
  readonly #peer: number;
  readonly #watch: PeerWatch | undefined;

  constructor(recorder: TraceRecorder, peer: number, watch: PeerWatch | undefined) {
    this.#recorder = recorder;
    this.#peer = peer;
    this.#watch = watch;
    this.decisions = recorder.decisionsOf(peer);
  }

  connected(remote: Address, _peerId: Uint8Array, outgoing: boolean): number {
    const index = this.#recorder.peerAt(remote);
    this.#recorder.connected(this.#peer, index, outgoing);
    return index;
  }

  disconnected(remote: number, reason: string, blame: Blame): void {
    this.#recorder.disconnected(this.#peer, remote, BLAMES[blame], reason);
  }

  unchoked(remote: number, reason: UnchokeReason): void {
    this.#recorder.event(EventKind.unchoked, this.#peer, remote, UNCHOKE_REASONS[reason], 0);
  }

  choked(remote: number): void {
    this.#recorder.event(EventKind.choked, this.#peer, remote, 0, 0);
  }

  interestChanged(remote: number, interested: boolean): void {
    this.#recorder.event(EventKind.interestChanged, this.#peer, remote, interested ? 1 : 0, 0);
  }

  piecePicked(remote: number, piece: number, rule: string): void {
    this.#recorder.piecePicked(this.#peer, remote, piece, rule);
  }

  blockReceived(remote: number, piece: number, begin: number, length: number): void {
    this.#recorder.received(this.#peer, remote, piece, begin, length);
  }

  blockWasted(remote: number, piece: number, begin: number, length: number): void {
    this.#recorder.wasted(this.#peer, remote, piece, begin, length);
  }

  blockSent(remote: number, piece: number, begin: number, length: number): void {
    this.#recorder.sent(this.#peer, remote, piece, begin, length);
    this.#watch?.blockSent(length);
  }

  pieceVerified(piece: number, remote: number): void {
    this.#recorder.pieceVerified(this.#peer, piece, remote);
    this.#watch?.pieceVerified(piece);
  }

  pieceFailed(piece: number): void {
    this.#recorder.pieceFailed(this.#peer, piece);
  }

  snubbed(remote: number): void {
    this.#recorder.event(EventKind.snubbed, this.#peer, remote, 0, 0);
  }

  endgameEntered(): void {
    this.#recorder.event(EventKind.endgameEntered, this.#peer, 0, 0, 0);
  }

  completed(): void {
    this.#recorder.event(EventKind.completed, this.#peer, 0, 0, 0);
  }

  announced(url: string, event: AnnounceEvent, peerCount: number): void {
    const text = this.#recorder.intern(url);
    this.#recorder.event(EventKind.announced, this.#peer, ANNOUNCE_EVENTS[event], peerCount, text);
  }

  announceFailed(url: string, event: AnnounceEvent, message: string): void {
    const tracker = this.#recorder.intern(url);
    const text = this.#recorder.intern(message);
    this.#recorder.event(EventKind.announceFailed, this.#peer, ANNOUNCE_EVENTS[event], tracker, text);
  }

  storageFailed(message: string): void {
    this.#recorder.event(EventKind.storageFailed, this.#peer, 0, 0, this.#recorder.intern(message));
  }
}
