/** The commands of the ordinary client: loaded when one of them is called, without all that scenarios need. */
export { create } from './create.ts';
export { get } from './get.ts';
export { inspect } from './inspect.ts';
export { seed } from './seed.ts';
export { tracker } from './tracker.ts';
