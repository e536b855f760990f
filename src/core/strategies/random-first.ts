/**
 * Rarest first after a number of pieces at random (Cohen 2003, "random first piece"): a newcomer gets something that it
 * can trade before it competes for what is rare. The number is what is varied; mainline's is 4.
 *
 * As `rarest-useful` each piece comes from one remote as far as possible. As `rarest-strict` what is begun is finished first, whatever
 * is rarer (strict priority, Cohen 2003); so a slow seed is kept busy with what is out already.
 */
import type { Random } from '../ports.ts';
import {
  type Pick,
  type PickView,
  type PiecePicker,
  pickAmong,
  pickRarest,
  type SharesStarted,
} from './picker.ts';

const SHARES = {
  'random-first': 'unless-rarer',
  'rarest-useful': 'last',
  'rarest-strict': 'always',
} as const satisfies Record<string, SharesStarted>;

export class RandomFirstPicker implements PiecePicker {
  readonly name: keyof typeof SHARES;
  readonly sharesStarted: SharesStarted;
  readonly #pieces: number;

  /** `pieces`: how many are picked at random before rarity counts. */
  constructor({ pieces }: { readonly pieces: number }, name: keyof typeof SHARES = 'random-first') {
    this.name = name;
    this.sharesStarted = SHARES[name];
    this.#pieces = pieces;
  }

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    const byChance = view.verifiedCount < this.#pieces;
    const piece = byChance ? pickAmong(view, 0, view.candidateCount, draw) : pickRarest(view, draw);
    return piece < 0 ? undefined : { piece, rule: byChance ? 'random-first' : 'rarest-first' };
  }
}
