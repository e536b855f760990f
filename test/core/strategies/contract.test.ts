/** Every registered strategy keeps to the contract of its kind. */
import { expect, it } from 'vitest';
import { chokers, pickers } from '../../../src/core/strategies/registry.ts';
import { describeChoker } from '../../contract/choker.ts';
import { describePicker } from '../../contract/picker.ts';

for (const [name, create] of pickers) describePicker(name, create);
for (const [name, create] of chokers) describeChoker(name, create, name !== 'never');

it('every strategy is made afresh for each peer', () => {
  for (const create of [...pickers.values(), ...chokers.values()]) expect(create()).not.toBe(create());
});
