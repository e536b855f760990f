/**
 * What the remote suggests (SUGGEST PIECE, BEP 6), the oldest suggestion first, before it helps with pieces that were begun with
 * others; rarest first where it suggests nothing of use. With a seed that suggests what it has given away least, each
 * first copy leaves it once ("smart seed": Bharambe, Herley and Padmanabhan 2006).
 */
import { FIRST_PIECES } from '../pieces/piece-reasons.ts';
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickRarest } from './picker.ts';

export class SuggestedPicker implements PiecePicker {
  readonly name = 'suggested';
  readonly sharesStarted = 'as-picked';

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    for (const piece of view.suggested) {
      if (view.isCandidate(piece) && view.remoteHas(piece)) return { piece, rule: 'suggested' };
    }
    // As rarest first: what is begun comes before what is no rarer, and the first pieces are finished before others are begun.
    const started = view.rarestStarted(0, view.pieceCount);
    const rarest = started >= 0 && view.verifiedCount < FIRST_PIECES ? -1 : pickRarest(view, draw);
    const goesOn = started >= 0 && (rarest < 0 || view.availability(rarest) >= view.availability(started));
    if (goesOn) return { piece: started, rule: 'rarest-first' };
    return rarest < 0 ? undefined : { piece: rarest, rule: 'rarest-first' };
  }
}
