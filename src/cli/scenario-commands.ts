/** The commands that read scenarios or what came of them: loaded when one of them is called. */
export { updateBaseline } from './baseline.ts';
export { checkStrategyFile } from './check-strategy.ts';
export { compare } from './compare.ts';
export { explain } from './explain.ts';
export { explore } from './explore.ts';
export { exportTable } from './export.ts';
export { fork } from './fork.ts';
export { init } from './init.ts';
export { list } from './list.ts';
export { parity } from './parity.ts';
export { play } from './play.ts';
export { report } from './report.ts';
export { run } from './run.ts';
export { schema } from './schema.ts';
export { sweep } from './sweep.ts';
export { validate } from './validate.ts';
