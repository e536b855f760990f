/** When a remote helps with a piece that is begun, and when it starts another: what `sharesStarted` of a picker means. */
import type { PiecePicker } from '../strategies/picker.ts';
import { FIRST_PIECES } from './piece-reasons.ts';
import type { PieceTable } from './piece-table.ts';

/** Pieces under way at a time before loose ends are tidied up. */
const STARTED_MAX = 100;

/** Whether what is begun is finished before anything else: always, the first pieces, or loose ends that have become too many. */
export function finishesFirst({ sharesStarted }: PiecePicker, table: PieceTable): boolean {
  if (sharesStarted === 'always' || table.active.length > STARTED_MAX) return true;
  const hasOwnWay = sharesStarted === 'last' || sharesStarted === 'as-picked';
  return !hasOwnWay && table.have.count < FIRST_PIECES;
}

/** Whether the picker would rather have its pick than go on with `started`. */
export function comesBefore(
  pick: number,
  started: number,
  { sharesStarted }: PiecePicker,
  { priorities, rarity }: PieceTable,
): boolean {
  const urgency = priorities === undefined ? 0 : priorities.priority(pick) - priorities.priority(started);
  if (urgency !== 0) return urgency > 0;
  if (sharesStarted === 'last' || sharesStarted === 'as-picked') return true;
  if (sharesStarted === 'in-order') return pick < started;
  return rarity.availability(pick) < rarity.availability(started);
}
