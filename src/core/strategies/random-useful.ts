/**
 * Any useful piece with equal chance, each from one remote as far as possible: the policy of the models (Hajek and Zhu 2010) and of
 * simulators that move whole pieces. `random` keeps to strict priority and helps with begun pieces first; so a seed is kept busy
 * with pieces that are there already.
 */
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickAmong } from './picker.ts';

export class RandomUsefulPicker implements PiecePicker {
  readonly name = 'random-useful';
  readonly sharesStarted = 'last';

  pick(view: PickView, random: Random): Pick | undefined {
    const piece = pickAmong(view, 0, view.candidateCount, random.uint32());
    return piece < 0 ? undefined : { piece, rule: 'random' };
  }
}
