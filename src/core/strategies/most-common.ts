/**
 * The piece with the most copies first: bad on purpose. What is rare stays rare until its last holder leaves, and every
 * peer waits for the same pieces at the end.
 */
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickAmong } from './picker.ts';

export class MostCommonPicker implements PiecePicker {
  readonly name = 'most-common';
  readonly sharesStarted = 'always';

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    for (let end = view.candidateCount; end > 0; ) {
      const start = view.levelStartAt(end - 1);
      const piece = pickAmong(view, start, end, draw);
      if (piece >= 0) return { piece, rule: 'most-common' };
      end = start;
    }
    return undefined;
  }
}
