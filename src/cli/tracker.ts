/** `swarmlab tracker`: a tracker by HTTP and UDP until interrupted, which is its good end. It keeps nothing on disk. */
import { readFileSync } from 'node:fs';
import { startTracker } from '../client/tracker.ts';
import { parseIp } from '../core/address.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { parseDuration } from '../scenarios/units.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface TrackerArguments {
  readonly port: number;
  readonly host?: string;
  readonly interval: string;
  readonly whitelist?: string;
  readonly json?: boolean;
}

const SECOND_US = 1_000_000;
const LONGEST_INTERVAL_US = 86_400 * SECOND_US;
const PROGRESS_MS = 500;
/** Longest file of info-hashes: a million of them, with something beside each. */
const WHITELIST_BYTES_MAX = 64 * 2 ** 20;

export async function tracker(args: TrackerArguments): Promise<ExitCode> {
  const terminal = new Terminal(process.stderr, process.env);
  if (args.host !== undefined && parseIp(args.host) === undefined) {
    throw new CommandError(
      `--host ${args.host} is not valid\n  expected an IP address of this machine, such as 127.0.0.1`,
      ExitCode.usage,
    );
  }
  const intervalUs = readInterval(args.interval);
  const listed = args.whitelist === undefined ? undefined : readWhitelist(args.whitelist);
  const end = waitForEnd();
  const server = await startTracker({
    port: args.port,
    intervalSeconds: intervalUs / SECOND_US,
    ...(args.host === undefined ? {} : { host: args.host }),
    ...(listed === undefined ? {} : { serves: (infoHash: string) => listed.has(infoHash) }),
  }).catch((error: Error) => {
    throw new CommandError(
      `${error.message}\n  choose another port with --port, or 0 for any`,
      ExitCode.unavailable,
    );
  });
  const { port, urls } = server;
  const others = args.host === undefined ? ', at every address of this machine' : '';
  terminal.print(`tracker at ${urls.http} and ${urls.udp}${others}`);
  terminal.print(`statistics at ${urls.statistics}; clients come every ${formatDuration(intervalUs)}`);
  if (listed !== undefined) terminal.print(`serving ${listed.size} torrents of ${args.whitelist}, no others`);
  if (args.json === true) process.stdout.write(`${JSON.stringify({ port, ...urls })}\n`);
  const line = setInterval(() => {
    terminal.progress(() => {
      const { swarms, peers, seeds, announces } = server.statistics();
      return `${swarms} torrents  ${peers} peers, ${seeds} of them seeds  ${announces} announces`;
    });
  }, PROGRESS_MS);
  await end.promise;
  clearInterval(line);
  terminal.clear();
  const statistics = server.statistics();
  server.close();
  const { announces, scrapes, refused } = statistics;
  terminal.print(`answered ${announces} announces (${refused} refused) and ${scrapes} scrapes`);
  if (args.json === true) process.stdout.write(`${JSON.stringify(statistics)}\n`);
  return ExitCode.held;
}

function readInterval(text: string): number {
  const duration = parseDuration(text);
  if (duration.ok && duration.value >= SECOND_US && duration.value <= LONGEST_INTERVAL_US) {
    return duration.value - (duration.value % SECOND_US);
  }
  throw new CommandError(
    `--interval ${text} is not valid\n  expected a time from 1s to 1d, such as 30m`,
    ExitCode.usage,
  );
}

/** Info-hashes in hex, one on each line; what follows one, and lines that begin with #, are for people. */
function readWhitelist(path: string): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    throw new CommandError(`--whitelist ${path} cannot be read (${errorCode(error)})`, ExitCode.usage);
  }
  if (text.length > WHITELIST_BYTES_MAX) {
    throw new CommandError(`--whitelist ${path} is longer than 64 MiB`, ExitCode.usage);
  }
  const listed = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    const [word = ''] = line.trim().split(/\s/, 1);
    if (word === '' || word.startsWith('#')) continue;
    if (!/^[0-9a-f]{40}$/i.test(word)) {
      throw new CommandError(
        `${path}:${index + 1}: this is no info-hash\n  expected 40 hex digits, as "swarmlab inspect" shows them`,
        ExitCode.usage,
      );
    }
    listed.add(word.toLowerCase());
  }
  return listed;
}
