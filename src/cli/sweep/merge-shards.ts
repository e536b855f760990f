/** Puts the folders of all shards of one sweep together, as if it had been run in one place. */
import { join } from 'node:path';
import { keyOf, runsOf } from '../../scenarios/sweep/run-order.ts';
import type { RunRow } from '../../scenarios/sweep/run-row.ts';
import { CommandError, ExitCode } from '../exit-codes.ts';
import { prepareOutput } from '../run-folder.ts';
import {
  beginSweep,
  LOG_FILE,
  lockFolder,
  readSweep,
  type SweepRecord,
  sweepFolderName,
  writeDurably,
} from './sweep-folder.ts';

/** Throws `CommandError` where the folders are not shards of one sweep, or not all of it. Runs nothing. */
export function mergeShards(
  folders: readonly string[],
  out: string,
): { readonly folder: string; readonly record: SweepRecord; readonly rows: readonly RunRow[] } {
  const shards = folders.map((folder) => {
    const found = readSweep(folder);
    if (found === undefined) throw refused(`${folder} is not the folder of a sweep`);
    return { folder, ...found };
  });
  const [first] = shards;
  if (first === undefined) throw refused('--merge needs the folders of all shards');
  const { record } = first;
  for (const other of shards) {
    const why =
      other.record.hash !== record.hash
        ? 'their scenarios differ'
        : other.record.program !== record.program
          ? 'they were run by different builds of swarmlab'
          : other.record.sweep.repetitions !== record.sweep.repetitions
            ? 'they have different repetitions'
            : undefined;
    if (why !== undefined)
      throw refused(`${first.folder} and ${other.folder} are not shards of one sweep: ${why}`);
  }
  const rows = new Map<string, RunRow>();
  for (const row of shards.flatMap((shard) => shard.rows)) rows.set(keyOf(row), row);
  const all = runsOf(record.sweep, record.seed);
  const missing = all.filter((run) => !rows.has(keyOf(run)));
  if (missing.length > 0) {
    const parts = new Set(shards.map((shard) => shard.record.shard?.part));
    const of = record.shard?.of ?? 1;
    const absent = Array.from({ length: of }, (_, index) => index + 1).filter((part) => !parts.has(part));
    const hint =
      absent.length > 0
        ? `  of ${of} shards these are not given: ${absent.join(', ')}`
        : '  finish the shards with --resume';
    throw refused(`${missing.length} of ${all.length} runs are missing\n${hint}`);
  }
  const folder = join(out, sweepFolderName(record.scenario, undefined));
  prepareOutput(out);
  const unlock = lockFolder(folder);
  try {
    readSweep(folder);
    const merged: SweepRecord = {
      ...record,
      shard: null,
      command: record.command.replace(/ --shard \S+/, ''),
    };
    const ordered = all.map((run) => rows.get(keyOf(run)) as RunRow);
    beginSweep(folder, merged);
    writeDurably(folder, LOG_FILE, lines(ordered));
    return { folder, record: merged, rows: ordered };
  } finally {
    unlock();
  }
}

function* lines(rows: readonly RunRow[]): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

function refused(message: string): CommandError {
  return new CommandError(message, ExitCode.usage);
}
