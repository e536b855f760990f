/**
 * A strategy of the user's own: one file, named by its path, read once while the scenario is parsed. It travels with the
 * plan as plain JSON, so that a plan alone repeats a run, in another process too, whatever becomes of the file.
 */
import type { Checked } from '../complaint.ts';

export type StrategyRole = 'picker' | 'choker';

export interface StrategyModule {
  readonly role: StrategyRole;
  /** As the scenario names it. */
  readonly path: string;
  /** What the strategy calls itself. */
  readonly name: string;
  /** Hex SHA-256 of the file. */
  readonly sha256: string;
  /** The body of a function that returns what the module exports; imports are in it. */
  readonly code: string;
  readonly map: ModuleSourceMap;
}

/** A source map, version 3: where in which source each place of the code was. */
export interface ModuleSourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly mappings: string;
}

export type ModuleOptions = Readonly<Record<string, string | number | boolean>>;

/** Reads the module at a path that stands in a scenario and makes one strategy with these options, to see that it can. */
export type LoadStrategyModule = (
  role: StrategyRole,
  path: string,
  options: ModuleOptions,
) => Checked<StrategyModule>;

/** Whether a text names a module rather than a registered strategy. */
export function isModulePath(text: string): boolean {
  return /^\.{0,2}[\\/]|^[A-Za-z]:[\\/]|\.[cm]?[jt]s$/.test(text);
}
