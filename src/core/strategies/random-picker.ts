/** Any useful piece with equal chance: the base line that rarest first is measured against. */
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickAmong } from './picker.ts';

export class RandomPicker implements PiecePicker {
  readonly name = 'random';
  readonly sharesStarted = 'always';

  pick(view: PickView, random: Random): Pick | undefined {
    const piece = pickAmong(view, 0, view.candidateCount, random.uint32());
    return piece < 0 ? undefined : { piece, rule: 'random' };
  }
}
