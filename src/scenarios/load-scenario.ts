/** Finds and reads a scenario: a file by its path, or one of the library by its bare name. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { stringify } from 'yaml';
import { decodeTrace } from '../trace/file-format.ts';
import type { Trace } from '../trace/trace.ts';
import { accept, type Checked, quote, reject } from './complaint.ts';
import { MAX_CSV_TEXT } from './csv.ts';
import { ScenarioData } from './layers/scenario-data.ts';
import { strategyModules } from './load-strategy-module.ts';
import type { NamedFiles, NamedText } from './named-files.ts';
import { nearest } from './nearest.ts';
import type { Override } from './overrides.ts';
import { parseScenario, parseSweep, type ReadingOptions } from './parse.ts';
import { isMap } from './rules/plain-data.ts';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './schema.ts';
import { ScenarioSource } from './source.ts';
import type { LoadStrategyModule } from './strategies/strategy-module.ts';
import { strategyNames } from './strategy-names.ts';

/** A bare name is one of the library; anything else is a path. */
const LIBRARY_NAME = /^[a-z0-9-]+$/;
/** Folders of the library whose scenarios go by their bare names too. */
const SUBFOLDERS = ['reproduction'] as const;
/** In the folder of a run. */
const TRACE_FILE = 'trace.swarmtrace';
/** Node reads no longer file at once. */
const MAX_TRACE_BYTES = 2 ** 31 - 1;
/** Of a base; a longer text is refused anyway. */
const MAX_SCENARIO_BYTES = 1024 * 1024;

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** As the user named it; repeats the run. */
  readonly reference: string;
  readonly path: string;
}

/** A file that cannot be read, or a name that is not in the library. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

/** Names of the scenarios in a folder, in order. */
export function listScenarios(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Path of a scenario of the library: in its folder, or in one of those below. */
function libraryPath(name: string, libraryFolder: string): string {
  const paths = ['', ...SUBFOLDERS].map((folder) => join(libraryFolder, folder, `${name}.yaml`));
  return paths.find((path) => existsSync(path)) ?? (paths[0] as string);
}

/** Names of all scenarios that a bare name may mean. */
function libraryNames(libraryFolder: string): string[] {
  const below = SUBFOLDERS.map((folder) => join(libraryFolder, folder)).filter((path) => existsSync(path));
  return [libraryFolder, ...below].flatMap((folder) => listScenarios(folder));
}

/** What the command line changes in a scenario. */
export interface LoadingOptions {
  readonly overrides?: readonly Override[];
  readonly event?: NonNullable<ReadingOptions['event']>;
  /** Hears of every file, by its path, before it is read; of what a module imports, afterwards. */
  readonly onFile?: (path: string) => void;
}

/** Throws `ScenarioFileError` when there is no such file, `ScenarioError` when its content is wrong. */
export function loadScenario(
  reference: string,
  libraryFolder: string,
  options: LoadingOptions = {},
): LoadedScenario {
  options.onFile?.(pathOf(reference, libraryFolder));
  const named = find(reference, libraryFolder);
  return { scenario: readScenario(named, libraryFolder, options), reference, path: named.path };
}

/**
 * The text of a scenario that needs no other: its own, or all that it says together with what it extends. Throws as
 * `loadScenario` does.
 */
export function loadWholeText(reference: string, libraryFolder: string): string {
  const named = find(reference, libraryFolder);
  readScenario(named, libraryFolder);
  const schema = scenarioSchema(strategyNames);
  const { data } = new ScenarioData(named, namedFiles(libraryFolder), schema);
  const own = new ScenarioSource(named.text, named.file).data;
  if (!isMap(data) || !isMap(own) || own.extends === undefined) return named.text;
  const { extends: _base, ...whole } = data;
  return stringify(whole, { lineWidth: 0 });
}

/** As `loadScenario`, of a text that is there. Files that it names are looked for beside `path`. */
export function readScenario(
  { text, file, path }: NamedText,
  libraryFolder: string,
  { onFile, ...options }: LoadingOptions = {},
): Scenario {
  const files = namedFiles(libraryFolder);
  return parseScenario(text, file, strategyNames, {
    ...options,
    path,
    files: onFile === undefined ? files : overheard(files, libraryFolder, onFile),
  });
}

/** A scenario and every cell of its sweep, none where it has no sweep. Throws as `loadScenario` does. */
export function loadSweep(
  reference: string,
  libraryFolder: string,
  options: LoadingOptions = {},
): LoadedScenario & { readonly cells: readonly Scenario[] } {
  const named = find(reference, libraryFolder);
  return { ...readSweep(named, libraryFolder, options), reference, path: named.path };
}

/** As `loadSweep`, of a text that is there. */
export function readSweep(
  { text, file, path }: NamedText,
  libraryFolder: string,
  { onFile: _onFile, ...options }: LoadingOptions = {},
): ReturnType<typeof parseSweep> {
  return parseSweep(text, file, strategyNames, { ...options, path, files: namedFiles(libraryFolder) });
}

function pathOf(reference: string, libraryFolder: string): string {
  const isName = LIBRARY_NAME.test(reference);
  return isName ? libraryPath(reference, libraryFolder) : normalize(reference);
}

/** The same files, and `onFile` hears of each. */
function overheard(files: NamedFiles, libraryFolder: string, onFile: (path: string) => void): NamedFiles {
  const beside = (named: string, from: string): string => resolve(dirname(from), named);
  return {
    readText: (named, from) => {
      onFile(beside(named, from));
      return files.readText(named, from);
    },
    readBase: (named, from) => {
      onFile(LIBRARY_NAME.test(named) ? pathOf(named, libraryFolder) : beside(named, from));
      return files.readBase(named, from);
    },
    readRun: (named, from) => {
      onFile(beside(named.endsWith('.swarmtrace') ? named : join(named, TRACE_FILE), from));
      return files.readRun(named, from);
    },
    readStrategy: (role, named, options, from) => {
      onFile(beside(named, from));
      const module = files.readStrategy(role, named, options, from);
      if (module.ok) for (const source of module.value.map.sources) onFile(beside(source, from));
      return module;
    },
  };
}

function find(reference: string, libraryFolder: string): NamedText {
  const isName = LIBRARY_NAME.test(reference);
  const path = pathOf(reference, libraryFolder);
  const file = isName ? `${reference}.yaml` : reference;
  return { text: readText(path, reference, isName, libraryFolder), file, path };
}

/** Files as scenarios name them: by an absolute path, or one from the folder of the file that names it. */
function namedFiles(libraryFolder: string): NamedFiles {
  const modules = new Map<string, LoadStrategyModule>();
  return {
    readRun: (named, from) => readRun(named, from),
    readStrategy: (role, named, options, from) => {
      const folder = resolve(dirname(from));
      const load = modules.get(folder) ?? strategyModules(folder);
      modules.set(folder, load);
      return load(role, named, options);
    },
    readText: (named, from) => readNamed(named, from, MAX_CSV_TEXT),
    readBase: (named, from) => {
      if (!LIBRARY_NAME.test(named)) {
        const found = readNamed(named, from, MAX_SCENARIO_BYTES);
        return found.ok ? accept({ ...found.value, path: found.value.file }) : found;
      }
      const names = libraryNames(libraryFolder);
      if (!names.includes(named)) {
        return reject(`${quote(named)} is not in the library`, {
          expected: `one of ${names.join(', ')}, or the path of a file: ./${named}.yaml`,
          suggestion: nearest(named, names),
        });
      }
      const path = libraryPath(named, libraryFolder);
      return accept({ text: readFileSync(path, 'utf8'), file: `${named}.yaml`, path });
    },
  };
}

/** The trace of a run folder, or a trace by itself. */
function readRun(named: string, from: string): Checked<Trace> {
  const folder = isAbsolute(named) ? named : join(dirname(from), named);
  const file = named.endsWith('.swarmtrace') ? folder : join(folder, TRACE_FILE);
  const expected = `the folder of a run, from the folder of the file that names it: ${dirname(from)}`;
  try {
    const found = statSync(file);
    if (!found.isFile()) return reject(`${quote(named)} is not the folder of a run`, { expected });
    if (found.size > MAX_TRACE_BYTES) return reject(`the trace of ${quote(named)} is too long`);
    const decoded = decodeTrace(readFileSync(file));
    if (decoded.ok) return accept(decoded.value);
    return reject(`the trace of ${quote(named)} cannot be read: ${decoded.error.message}`);
  } catch (error) {
    const code = (error as { code?: string }).code;
    const reason =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no' : `(${code ?? String(error)}) no readable`;
    return reject(`${reason} run ${quote(named)}`, { expected });
  }
}

function readNamed(
  named: string,
  from: string,
  maxBytes: number,
): Checked<{ readonly text: string; readonly file: string }> {
  const file = isAbsolute(named) ? named : join(dirname(from), named);
  try {
    const found = statSync(file);
    // A device or a pipe might never end.
    if (!found.isFile()) return reject(`${quote(named)} is not a file`);
    if (found.size > maxBytes) {
      return reject(`${quote(named)} is too long`, { expected: `at most ${maxBytes} bytes` });
    }
    return accept({ text: readFileSync(file, 'utf8'), file });
  } catch (error) {
    const code = (error as { code?: string }).code;
    const expected = `a path from the folder of the file that names it: ${dirname(from)}`;
    if (code === 'ENOENT') return reject(`there is no file ${quote(named)}`, { expected });
    return reject(`${quote(named)} cannot be read (${code ?? String(error)})`, { expected });
  }
}

function readText(path: string, reference: string, isName: boolean, libraryFolder: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (isName) throw new ScenarioFileError(unknownName(reference, libraryFolder));
    if (code === 'ENOENT') throw new ScenarioFileError(`${reference}: there is no such file`);
    if (code === 'EISDIR') throw new ScenarioFileError(`${reference}: this is a folder, not a scenario file`);
    throw new ScenarioFileError(`${reference}: cannot be read (${code ?? String(error)})`);
  }
}

function unknownName(name: string, libraryFolder: string): string {
  const names = libraryNames(libraryFolder);
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return `"${name}" is not in the library${hint}\n  the library has: ${names.join(', ')}\n  a file is named by its path: ./${name}.yaml`;
}
