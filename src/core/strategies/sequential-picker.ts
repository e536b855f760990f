/**
 * Pieces in order of the file: what a naive player would ask for, and what starves a swarm of variety. As `sequential` it keeps to
 * strict priority, so that a remote helps with the first piece that is missing. As `sequential-useful` each piece comes from one
 * remote as far as possible, and who could help starts a later one: the policy of models that move whole pieces.
 */
import type { Pick, PickView, PiecePicker } from './picker.ts';

export class SequentialPicker implements PiecePicker {
  readonly name: 'sequential' | 'sequential-useful';
  readonly sharesStarted: 'always' | 'last';
  /** Every piece before it is verified, and stays so: what is done is not looked at again. */
  #from = 0;

  constructor(name: 'sequential' | 'sequential-useful' = 'sequential') {
    this.name = name;
    this.sharesStarted = name === 'sequential' ? 'always' : 'last';
  }

  pick(view: PickView): Pick | undefined {
    while (this.#from < view.pieceCount && view.hasPiece(this.#from)) this.#from++;
    const piece = view.firstInOrder(this.#from, view.pieceCount);
    return piece < 0 ? undefined : { piece, rule: 'sequential' };
  }
}
