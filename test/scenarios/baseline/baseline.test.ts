/** Values of a baseline are found by the normal form of their expression and by nothing else. */
import { expect, it } from 'vitest';
import { type BaselineValue, lookupIn, NO_BASELINE } from '../../../src/scenarios/baseline/baseline.ts';

const value: BaselineValue = {
  expression: 'max(peer.sent)',
  value: 12,
  unit: 'bytes',
  tolerance: 0.05,
};

it('finds what it holds, and nothing else', () => {
  const lookup = lookupIn({ version: 1, scenario: 'one', seed: 1, values: [value] });
  expect(lookup.find('max(peer.sent)')).toBe(value);
  expect(lookup.find('max( peer.sent )')).toBeUndefined();
  expect(lookup.find('constructor')).toBeUndefined();
  expect(NO_BASELINE.find('max(peer.sent)')).toBeUndefined();
});
