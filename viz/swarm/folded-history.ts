/**
 * The history of a swarm as a fold over its record. Going on is a matter of the rows in between; going back begins at the
 * last of at most `CHECKPOINTS` checkpoints, whose distance doubles whenever there would be more of them.
 */
import { EventKind } from '../../src/trace/trace.ts';
import { type Checkpoint, SwarmFold } from './swarm-fold.ts';
import type {
  SwarmCast,
  SwarmDelivery,
  SwarmEvent,
  SwarmEventKind,
  SwarmExplainer,
  SwarmHistory,
  SwarmInstant,
} from './swarm-history.ts';
import type { SwarmRecord } from './swarm-record.ts';

/** More than this are never kept. */
const CHECKPOINTS = 48;
const DISTANCE_ROWS = 512;

const KINDS: ReadonlyMap<number, SwarmEventKind> = new Map<number, SwarmEventKind>([
  [EventKind.joined, 'joined'],
  [EventKind.left, 'left'],
  [EventKind.unchoked, 'unchoked'],
  [EventKind.choked, 'choked'],
  [EventKind.piecePicked, 'picked'],
  [EventKind.pieceVerified, 'verified'],
  [EventKind.pieceFailed, 'failed'],
  [EventKind.snubbed, 'snubbed'],
  [EventKind.endgameEntered, 'endgame'],
  [EventKind.completed, 'completed'],
  [EventKind.lineChanged, 'line'],
  [EventKind.faultBegan, 'fault began'],
  [EventKind.faultEnded, 'fault ended'],
]);

/** Those that change the swarm as a whole. */
const WIDE: ReadonlySet<SwarmEventKind> = new Set<SwarmEventKind>([
  'joined',
  'left',
  'completed',
  'line',
  'fault began',
  'fault ended',
]);

export class FoldedHistory implements SwarmHistory {
  readonly #record: SwarmRecord;
  readonly #fold: SwarmFold;
  #checkpoints: Checkpoint[];
  #distanceRows: number;
  /** Of the record, when it was asked last. */
  #version = -1;

  readonly explain?: SwarmExplainer;

  /** @param distanceRows rows of events from one checkpoint to the next, to begin with */
  constructor(record: SwarmRecord, distanceRows = DISTANCE_ROWS, explain?: SwarmExplainer) {
    if (explain !== undefined) this.explain = explain;
    this.#record = record;
    this.#distanceRows = distanceRows;
    this.#fold = new SwarmFold(record);
    this.#checkpoints = [this.#fold.checkpoint()];
  }

  get cast(): SwarmCast {
    return this.#record.cast;
  }

  get endUs(): number {
    return this.#record.endUs;
  }

  at(timeUs: number): SwarmInstant {
    const fold = this.#fold;
    if (timeUs === fold.timeUs && this.#version === this.#record.version) return fold;
    this.#version = this.#record.version;
    const nearest = this.#checkpointBefore(timeUs);
    if (timeUs < fold.timeUs || nearest.eventRow > fold.eventRow) fold.restore(nearest);
    this.#advance(timeUs);
    return fold;
  }

  eventAfter(timeUs: number, wide = false): SwarmEvent | undefined {
    for (let row = this.#record.rowAfter(timeUs); row < this.#record.eventCount; row++) {
      if (this.#isShown(row, wide)) return this.#event(row);
    }
    return undefined;
  }

  eventBefore(timeUs: number, wide = false): SwarmEvent | undefined {
    for (let row = this.#record.rowAfter(timeUs) - 1; row >= 0; row--) {
      if ((this.#record.timeUs[row] as number) < timeUs && this.#isShown(row, wide)) return this.#event(row);
    }
    return undefined;
  }

  eventsUntil(
    timeUs: number,
    most: number,
    of: { readonly peer?: number; readonly piece?: number } = {},
  ): SwarmEvent[] {
    const found: SwarmEvent[] = [];
    for (let row = this.#record.rowAfter(timeUs) - 1; row >= 0 && found.length < most; row--) {
      const event = this.#event(row);
      if (event === undefined) continue;
      if (of.peer !== undefined && event.peer !== of.peer && event.remote !== of.peer) continue;
      if (of.piece !== undefined && event.piece !== of.piece) continue;
      if (of.peer !== undefined || of.piece !== undefined || this.#isShown(row, false)) found.push(event);
    }
    return found;
  }

  familyOf(piece: number, untilUs: number): SwarmDelivery[] {
    const { kind, a, b, peer, timeUs } = this.#record;
    const family: SwarmDelivery[] = [];
    const known = new Set<number>();
    for (const [place, { startsComplete }] of this.cast.peers.entries()) {
      if (!startsComplete) continue;
      known.add(place);
      family.push({ peer: place, from: -1, timeUs: 0 });
    }
    const end = this.#record.rowAfter(untilUs);
    for (let row = 0; row < end; row++) {
      if (kind[row] !== EventKind.pieceVerified || a[row] !== piece) continue;
      const place = peer[row] as number;
      if (known.has(place)) continue;
      known.add(place);
      family.push({ peer: place, from: b[row] as number, timeUs: timeUs[row] as number });
    }
    return family;
  }

  #checkpointBefore(timeUs: number): Checkpoint {
    let found = this.#checkpoints[0] as Checkpoint;
    for (const checkpoint of this.#checkpoints) if (checkpoint.timeUs <= timeUs) found = checkpoint;
    return found;
  }

  /** Leaves checkpoints on ground that was not walked before. */
  #advance(timeUs: number): void {
    const record = this.#record;
    const fold = this.#fold;
    for (;;) {
      const last = this.#checkpoints[this.#checkpoints.length - 1] as Checkpoint;
      const row = last.eventRow + this.#distanceRows;
      // All events of an instant are on one side of a checkpoint.
      const atUs = record.timeUs[row];
      if (atUs === undefined || atUs > timeUs || fold.eventRow > row) break;
      fold.advance(atUs);
      this.#checkpoints.push(fold.checkpoint());
      if (this.#checkpoints.length <= CHECKPOINTS) continue;
      this.#checkpoints = this.#checkpoints.filter((_, index) => index % 2 === 0);
      this.#distanceRows *= 2;
    }
    fold.advance(timeUs);
  }

  /** Whether the row is an event by itself, and not only what explains another. */
  #isShown(row: number, wide: boolean): boolean {
    const kind = KINDS.get(this.#record.kind[row] as number);
    if (kind === undefined || kind === 'picked') return false;
    // What is found on a disk says what a peer brings along, and was no delivery.
    if (kind === 'verified' && this.#record.b[row] === -1) return false;
    return !wide || WIDE.has(kind);
  }

  #event(row: number): SwarmEvent | undefined {
    const record = this.#record;
    const kind = KINDS.get(record.kind[row] as number);
    if (kind === undefined) return undefined;
    const [a, b, c] = [record.a[row] as number, record.b[row] as number, record.c[row] as number];
    const [remote, piece, text] = columnsOf(kind, a, b, c);
    return {
      timeUs: record.timeUs[row] as number,
      kind,
      peer: record.peer[row] as number,
      remote,
      piece,
      text: kind === 'unchoked' ? (['regular', 'optimistic', 'seed'][b] ?? '') : (record.strings[text] ?? ''),
    };
  }
}

/** Where an event's remote, piece and text stand; -1 for none. */
function columnsOf(kind: SwarmEventKind, a: number, b: number, c: number): [number, number, number] {
  switch (kind) {
    case 'unchoked':
    case 'choked':
    case 'snubbed':
      return [a, -1, -1];
    case 'picked':
      return [a, b, c];
    case 'verified':
      return [b, a, -1];
    case 'failed':
      return [-1, a, -1];
    case 'left':
    case 'line':
    case 'fault began':
    case 'fault ended':
      return [-1, -1, c];
    default:
      return [-1, -1, -1];
  }
}
