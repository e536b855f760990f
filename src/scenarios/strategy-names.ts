/** The names of the strategies that come with the program, as scenarios are read with them. */
import { chokers, pickers } from '../core/strategies/registry.ts';
import { KnownStrategies } from './schema.ts';

export const strategyNames = new KnownStrategies({
  pickers: [...pickers.keys()],
  chokers: [...chokers.keys()],
});
