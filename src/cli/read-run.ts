/**
 * Reads the folder that a run has left behind, for commands that show more of it. What is not such a folder, is damaged or
 * comes from another version is said in a sentence, with what to do; nothing is written.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { nearest } from '../scenarios/nearest.ts';
import type { Plan } from '../scenarios/plan.ts';
import { decodeTrace } from '../trace/file-format.ts';
import type { Trace } from '../trace/trace.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';

export interface StoredRun {
  readonly folder: string;
  readonly trace: Trace;
  /** What `run.json` holds. Its parts are as whoever wrote the file has left them. */
  readonly run: Readonly<Record<string, unknown>> & { readonly plan?: Plan };
}

const RUN_FILE = 'run.json';
const TRACE_FILE = 'trace.swarmtrace';

/** Throws `CommandError`. */
export function readRunFolder(path: string): StoredRun {
  const folder = resolve(path);
  if (!existsSync(join(folder, RUN_FILE)) || !existsSync(join(folder, TRACE_FILE))) throw noRun(path, folder);
  const run = readJson(join(folder, RUN_FILE));
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(folder, TRACE_FILE));
  } catch (error) {
    throw refused(`${join(path, TRACE_FILE)} cannot be read (${errorCode(error)})`);
  }
  const decoded = decodeTrace(bytes);
  if (decoded.ok) return { folder, trace: decoded.value, run };
  const { message } = decoded.error;
  if (!/version/.test(message)) throw refused(`${join(path, TRACE_FILE)} cannot be read: ${message}`);
  const by = typeof run.swarmlab === 'string' ? ` (swarmlab ${run.swarmlab})` : '';
  const again = typeof run.replay === 'string' ? `\n  run it again: ${run.replay}` : '';
  throw refused(`${path} is from another version${by}: ${message}${again}`);
}

function noRun(path: string, folder: string): CommandError {
  const name = basename(folder);
  let beside: string[] = [];
  try {
    const parent = dirname(folder);
    beside = readdirSync(parent)
      .filter((each) => existsSync(join(parent, each, RUN_FILE)))
      .sort((left, right) => (left < right ? -1 : 1));
  } catch {
    // There is no folder to look into: nothing to suggest.
  }
  const near = nearest(name, beside);
  const inside = existsSync(folder) ? ' is not the folder of a run' : ' does not exist';
  const hint =
    near !== undefined
      ? `\n  did you mean ${join(dirname(path), near)}?`
      : beside.length > 0
        ? `\n  there are: ${beside.slice(0, 8).join(', ')}${beside.length > 8 ? ', …' : ''}`
        : '\n  expected a folder that "swarmlab run" has written, such as reports/flash-crowd-1';
  return refused(`${path}${inside}${hint}`);
}

function readJson(path: string): StoredRun['run'] {
  try {
    const run: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof run === 'object' && run !== null && !Array.isArray(run)) return run as StoredRun['run'];
  } catch (error) {
    throw refused(
      `${path} cannot be read (${error instanceof SyntaxError ? error.message : errorCode(error)})`,
    );
  }
  throw refused(`${path} does not hold what a run writes`);
}

function refused(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}
