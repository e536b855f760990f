/** Every registered strategy keeps to the contract of its kind. */
import { expect, it } from 'vitest';
import { LevelOrder } from '../../../src/core/strategies/level-order.ts';
import { chokers, pickers } from '../../../src/core/strategies/registry.ts';
import { describeChoker } from '../../contract/choker.ts';
import { describePicker } from '../../contract/picker.ts';

/** Knows of as many pieces as any view of the contract has. */
const WORLD = { oracle: new LevelOrder(12) };
const OPTIONS: Readonly<Record<string, Record<string, number>>> = { streaming: { bitrate: 100_000 } };

const FULL = 'leaves no slot empty while somebody wants one';
const WAIVED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  never: {
    [FULL]: 'it serves nobody',
    'serves everybody in time as a seed: 12 peers within 300 rounds, four at a time': 'it serves nobody',
  },
  'bit-tyrant': { [FULL]: 'it serves no more than its upload pays for' },
};

for (const [name, kind] of pickers) describePicker(name, () => kind.create(OPTIONS[name], WORLD));
for (const [name, kind] of chokers) describeChoker(name, () => kind.create(), WAIVED[name]);

it('every strategy is made afresh for each peer', () => {
  for (const kind of [...pickers.values(), ...chokers.values()]) {
    expect(kind.create(OPTIONS[kind.name], WORLD)).not.toBe(kind.create(OPTIONS[kind.name], WORLD));
  }
});
