/**
 * Rarest first after a number of pieces at random (Cohen 2003, "random first piece"): a newcomer gets something that it
 * can trade before it competes for what is rare. The number is what is varied; mainline's is 4.
 */
import type { Random } from '../ports.ts';
import { type Pick, type PickView, type PiecePicker, pickAmong, pickRarest } from './picker.ts';

export class RandomFirstPicker implements PiecePicker {
  readonly name = 'random-first';
  readonly sharesStarted = 'unless-rarer';
  readonly #pieces: number;

  /** `pieces`: how many are picked at random before rarity counts. */
  constructor({ pieces }: { readonly pieces: number }) {
    this.#pieces = pieces;
  }

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    const byChance = view.verifiedCount < this.#pieces;
    const piece = byChance ? pickAmong(view, 0, view.candidateCount, draw) : pickRarest(view, draw);
    return piece < 0 ? undefined : { piece, rule: byChance ? 'random-first' : 'rarest-first' };
  }
}
