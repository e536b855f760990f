/** `--shard i/n`: the same runs parted in the same way on every machine, so that the parts together are all of them. */
import { CommandError, ExitCode } from './exit-codes.ts';

export interface Shard {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

export function parseShard(text: string): Shard {
  const [, part = 0, of = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (part >= 1 && part <= of) return { part, of };
  throw new CommandError(`--shard ${text}: a part and the number of parts, such as 1/4`, ExitCode.usage);
}

/**
 * Every n-th of them, so that the seeds of a scenario, which take about as long as each other, are spread over all parts.
 * A part of more parts than there are runs may be empty.
 */
export function shardOf<T>(all: readonly T[], { part, of }: Shard): T[] {
  return all.filter((_, index) => index % of === part - 1);
}
