/** Which columns of an event a packed row carries; kinds that are not here tell a picture nothing. */
import { EventKind } from '../../src/trace/trace.ts';

export interface RowColumns {
  readonly a: boolean;
  readonly b: boolean;
  readonly c: boolean;
}

const NONE: RowColumns = { a: false, b: false, c: false };
const A: RowColumns = { ...NONE, a: true };
const AB: RowColumns = { ...A, b: true };
const AC: RowColumns = { ...A, c: true };
const ABC: RowColumns = { ...AB, c: true };

const COLUMNS: ReadonlyMap<number, RowColumns> = new Map<number, RowColumns>([
  [EventKind.joined, NONE],
  [EventKind.left, AC],
  [EventKind.connected, A],
  [EventKind.disconnected, A],
  [EventKind.unchoked, AB],
  [EventKind.choked, A],
  [EventKind.interestChanged, AB],
  [EventKind.piecePicked, ABC],
  [EventKind.pieceVerified, AB],
  [EventKind.pieceFailed, A],
  [EventKind.snubbed, A],
  [EventKind.endgameEntered, NONE],
  [EventKind.completed, NONE],
  [EventKind.lineChanged, ABC],
  [EventKind.faultBegan, AC],
  [EventKind.faultEnded, AC],
]);

export function columnsOfKind(kind: number): RowColumns | undefined {
  return COLUMNS.get(kind);
}
