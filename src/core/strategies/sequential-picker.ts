/** Pieces in order of the file: what a naive player would ask for, and what starves a swarm of variety. */
import type { Pick, PickView, PiecePicker } from './picker.ts';

export class SequentialPicker implements PiecePicker {
  readonly name = 'sequential';
  readonly sharesStarted = 'always';
  /** Every piece before it is verified, and stays so: what is done is not looked at again. */
  #from = 0;

  pick(view: PickView): Pick | undefined {
    while (this.#from < view.pieceCount && view.hasPiece(this.#from)) this.#from++;
    const piece = view.firstInOrder(this.#from, view.pieceCount);
    return piece < 0 ? undefined : { piece, rule: 'sequential' };
  }
}
