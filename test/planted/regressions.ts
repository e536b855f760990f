/** Regressions as a project's CI would have to catch them: the engine still works, the swarm no longer does as it did. */
import type { Planting } from './planting.ts';

export interface Regression extends Planting {
  /** The expectation of the swarm test that turns red, and what its message says. */
  readonly expectation: string;
  readonly message: RegExp;
}

export const regressions: readonly Regression[] = [
  {
    name: 'no-slots-after-five-minutes',
    what: 'from 5 minutes on nobody is unchoked any more',
    file: 'src/core/strategies/tit-for-tat.ts',
    of: '    if (round.seeding) {',
    instead: '    if (round.nowUs >= 300_000_000) return;\n    if (round.seeding) {',
    expectation: 'the swarm never stands still',
    message:
      /0 bit\/s at 5m\d\ds, expected more than 1 Mbit\/s all the time from 1m until 6m \(1 Mbit\/s or 100 % too little\)/,
  },
  {
    name: 'sequential-for-rarest-first',
    what: 'pieces are picked in the order of the file, whatever is rare',
    file: 'src/core/strategies/rarest-first.ts',
    of: '  pick(view: PickView, random: Random): Pick | undefined {',
    instead: `  pick(view: PickView, random: Random): Pick | undefined {
    for (let piece = 0; piece < view.pieceCount; piece++) {
      if (view.isCandidate(piece) && view.remoteHas(piece)) return { piece, rule: 'sequential' };
    }`,
    expectation: 'the tail is bounded',
    message: /\d+m\d\ds(?: \([\w-]+\))?, expected less than 9m \(\d+m\d\ds or \d+ % too much\)/,
  },
];
