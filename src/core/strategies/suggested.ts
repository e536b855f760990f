/**
 * What the remote suggests (SUGGEST PIECE, BEP 6), the oldest suggestion first; rarest first where it suggests nothing of
 * use. With a seed that suggests what it has given away least, each first copy leaves it once ("smart seed": Bharambe,
 * Herley and Padmanabhan 2006).
 */
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickRarest } from './picker.ts';

export class SuggestedPicker implements PiecePicker {
  readonly name = 'suggested';
  readonly sharesStarted = 'unless-rarer';

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    for (const piece of view.suggested) {
      if (view.isCandidate(piece) && view.remoteHas(piece)) return { piece, rule: 'suggested' };
    }
    const piece = pickRarest(view, draw);
    return piece < 0 ? undefined : { piece, rule: 'rarest-first' };
  }
}
