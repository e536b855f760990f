/** What a peer of the plan holds on arrival, spelled out. */
import { Bitfield } from '../../core/bitfield.ts';
import type { Random } from '../../core/ports.ts';
import { uniformInteger } from '../../sim/distributions.ts';
import { formatPieceList, plannedPieces } from '../piece-list.ts';
import type { PlannedPieces } from '../plan.ts';
import type { ScenarioHave } from '../scenario.ts';

/** `number` is that of the peer in its group, from 1; `random` is drawn from for a share only. */
export function initialPieces(
  have: ScenarioHave,
  pieceCount: number,
  number: number,
  random: () => Random,
): PlannedPieces {
  if (typeof have === 'string') return have;
  if ('perMillion' in have) {
    return written(drawnPieces(Math.round((pieceCount * have.perMillion) / 1e6), pieceCount, random()));
  }
  const text = typeof have.pieces === 'string' ? have.pieces : (have.pieces[number - 1] ?? '');
  return text === '' ? 'none' : written(plannedPieces(text, pieceCount));
}

/** `count` different pieces, each set of them as likely as any other (Floyd's method). */
function drawnPieces(count: number, pieceCount: number, random: Random): Bitfield {
  const held = new Bitfield(pieceCount);
  if (count === pieceCount) held.fill();
  else {
    for (let last = pieceCount - count; last < pieceCount; last++) {
      const drawn = uniformInteger(random, 0, last);
      held.set(held.has(drawn) ? last : drawn);
    }
  }
  return held;
}

function written(held: Bitfield): PlannedPieces {
  if (held.isComplete) return 'all';
  return held.count === 0 ? 'none' : { pieces: formatPieceList(held) };
}
