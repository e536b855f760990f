/** Pieces in order of the file: what a naive player would ask for, and what starves a swarm of variety. */
import type { Pick, PickView, PiecePicker } from './picker.ts';

export class SequentialPicker implements PiecePicker {
  readonly name = 'sequential';
  readonly sharesStarted = 'always';

  pick(view: PickView): Pick | undefined {
    for (let piece = 0; piece < view.pieceCount; piece++) {
      if (view.isCandidate(piece) && view.remoteHas(piece)) return { piece, rule: 'sequential' };
    }
    return undefined;
  }
}
