/**
 * Rarest first with a view of the whole swarm: what local rarest first tries to guess. No client can do it; it is the
 * bound that others are measured against. Looks at as many pieces as we have candidates at the most.
 */
import type { Random } from '../ports.ts';
import type { Pick, PickView, PiecePicker } from './picker.ts';
import type { SwarmOracle } from './swarm-oracle.ts';

export class GlobalRarestPicker implements PiecePicker {
  readonly name = 'global-rarest';
  readonly sharesStarted = 'unless-rarer';
  readonly #oracle: SwarmOracle;

  constructor(oracle: SwarmOracle) {
    this.#oracle = oracle;
  }

  pick(view: PickView, random: Random): Pick | undefined {
    const draw = random.uint32();
    const piece = this.#amongRarest(view, draw) ?? this.#amongCandidates(view, draw);
    return piece === undefined ? undefined : { piece, rule: 'global-rarest' };
  }

  /** Goes through the pieces of the swarm, rarest first; gives up where our own candidates are fewer to go through. */
  #amongRarest(view: PickView, draw: number): number | undefined {
    let looks = view.candidateCount;
    for (let rank = 0; rank < this.#oracle.length; ) {
      const end = this.#oracle.levelEndAt(rank);
      const length = end - rank;
      // The order is the same for all peers: each begins somewhere else in it, or all would fetch the same piece.
      const start = draw % length;
      for (let step = 0; step < length; step++) {
        if (looks-- === 0) return undefined;
        const piece = this.#oracle.at(rank + ((start + step) % length));
        if (view.isCandidate(piece) && view.remoteHas(piece)) return piece;
      }
      rank = end;
    }
    return undefined;
  }

  #amongCandidates(view: PickView, draw: number): number | undefined {
    let rarest: number | undefined;
    let fewest = Number.POSITIVE_INFINITY;
    const count = view.candidateCount;
    for (let step = 0; step < count; step++) {
      const piece = view.candidateAt((draw + step) % count);
      const copies = this.#oracle.count(piece);
      if (copies >= fewest || !view.remoteHas(piece)) continue;
      rarest = piece;
      fewest = copies;
    }
    return rarest;
  }
}
