/**
 * Rarest first with random first pieces (Cohen 2003; Legout et al. 2006): until a few pieces are complete, any piece
 * will do, so that there is soon something to trade; from then on the piece with the fewest copies among our peers.
 */
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickAmong, pickRarest } from './picker.ts';

export class RarestFirstPicker implements PiecePicker {
  readonly name = 'rarest-first';
  readonly sharesStarted = 'unless-rarer';
  readonly #randomFirst: number;

  /** `randomFirst`: how many pieces are picked at random before rarity counts (Cohen's client: 4). */
  constructor(randomFirst = 4) {
    this.#randomFirst = randomFirst;
  }

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    if (view.verifiedCount < this.#randomFirst) {
      const piece = pickAmong(view, 0, view.candidateCount, draw);
      return piece < 0 ? undefined : { piece, rule: 'random-first' };
    }
    const piece = pickRarest(view, draw);
    return piece < 0 ? undefined : { piece, rule: 'rarest-first' };
  }
}
