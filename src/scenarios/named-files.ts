/**
 * The files that a scenario names (a base, a CSV file), as whoever reads scenarios finds them. Reading a scenario never
 * touches the file system itself, so that it works in a browser too.
 */
import type { Trace } from '../trace/trace.ts';
import { type Checked, quote, reject } from './complaint.ts';
import type { ModuleOptions, StrategyModule, StrategyRole } from './strategies/strategy-module.ts';

export interface NamedText {
  readonly text: string;
  /** For messages. */
  readonly file: string;
  /** Tells files apart, and is what paths within the file count from. */
  readonly path: string;
}

/** `from` is the path of the file that names another; empty: the command line does. */
export interface NamedFiles {
  /** A file of data: a CSV file. */
  readText(named: string, from: string): Checked<Pick<NamedText, 'text' | 'file'>>;
  /** What `extends` names: a file, or a scenario of the library by its bare name. */
  readBase(named: string, from: string): Checked<NamedText>;
  /** A picker or choker of the user's own. */
  readStrategy(
    role: StrategyRole,
    named: string,
    options: ModuleOptions,
    from: string,
  ): Checked<StrategyModule>;
  /** The trace of a run: its folder, or the trace itself. */
  readRun(named: string, from: string): Checked<Trace>;
}

/** Where there are none. */
export const NO_FILES: NamedFiles = {
  readText: (named) => noFile(named),
  readBase: (named) => noFile(named),
  readStrategy: (_role, named) => noFile(named),
  readRun: (named) => noFile(named),
};

function noFile(named: string) {
  return reject(`${quote(named)} cannot be read: there are no files here`);
}
