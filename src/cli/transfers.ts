/**
 * The torrents of one command: one client with one port, one DHT and one limit each way for all of them, a line of progress
 * for each, and an end when all have ended. Ctrl-C ends every one of them well.
 */
import { TORRENTS_MAX } from '../core/client.ts';
import type { Address } from '../core/ports.ts';
import { type ClientSettings, withoutLimits } from './client-arguments.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { printable } from './output/printable.ts';
import type { Terminal } from './output/terminal.ts';
import { type Progressing, TransferLines } from './output/transfer-lines.ts';
import { SocketClient } from './socket-client.ts';

export interface Transfer extends Progressing {
  /** Joins the swarm. */
  begin(): void;
  /** Asks it to end; `ended` follows. */
  interrupt(): void;
  /** Resolves when it has left the swarm and everything is stored and said. */
  readonly ended: Promise<TransferEnd>;
}

export interface TransferEnd {
  readonly exitCode: ExitCode;
  readonly error?: CommandError | undefined;
}

/** Lines for people about one torrent, whose name is said where there are several. */
export interface TransferNotes {
  print(text?: string): void;
  /** What the torrent is, with its name in any case. */
  introduce(text: string): void;
}

/** Where a transfer speaks and listens. */
export interface Surroundings {
  readonly sockets: SocketClient;
  /** Without limits: those are the client's. */
  readonly settings: ClientSettings;
  readonly address: Address;
  notesOf(name: () => string): TransferNotes;
  /** A line on stdout. */
  printResult(line: string): void;
}

/**
 * Runs what `make` makes until all of it has ended. The exit code is the highest of all. What goes wrong with one of several is
 * said, and the others go on; of a single one it is thrown, as `CommandError`.
 */
export async function transferTogether(
  settings: ClientSettings,
  terminal: Terminal,
  make: (surroundings: Surroundings) => readonly Transfer[],
): Promise<ExitCode> {
  const interruption = new Interruption();
  // The engine's timers do not keep a process.
  const hold = setInterval(() => {}, 1000);
  try {
    const { sockets, address } = await listen(settings, terminal);
    let count = 0;
    const transfers = make({
      sockets,
      settings: withoutLimits(settings),
      address,
      printResult: (line) => {
        terminal.clear();
        process.stdout.write(`${line}\n`);
      },
      notesOf: (name) => ({
        print: (text = '') => terminal.print(count > 1 ? `${printable(name())}: ${text}` : text),
        introduce: (text) => terminal.print(`${printable(name())}${count > 1 ? ': ' : ' · '}${text}`),
      }),
    });
    count = transfers.length;
    const lines = new TransferLines(terminal, transfers);
    const interruptAll = (): void => {
      for (const transfer of transfers) transfer.interrupt();
    };
    interruption.signal.addEventListener('abort', interruptAll);
    for (const transfer of transfers) transfer.begin();
    if (interruption.signal.aborted) interruptAll();
    const ends = await Promise.all(
      transfers.map(async (transfer) => {
        const end = await transfer.ended;
        lines.remove(transfer);
        if (end.error !== undefined && count > 1) {
          const { prefix, message } = end.error;
          terminal.print(`${terminal.style('red', prefix)}${printable(transfer.name)}: ${message}`);
        }
        return end;
      }),
    );
    lines.stop();
    await new Promise((resolve) => sockets.client.stop(resolve));
    const [only] = ends;
    if (count === 1 && only?.error !== undefined) throw only.error;
    return Math.max(...ends.map(({ exitCode }) => exitCode)) as ExitCode;
  } finally {
    clearInterval(hold);
    interruption.dispose();
  }
}

/** Throws `CommandError` where one torrent is named twice, or there are more than a client takes. `said`: what was named. */
export function refuseTwice(torrents: readonly { readonly said: string; readonly infoHash: string }[]): void {
  if (torrents.length > TORRENTS_MAX) {
    throw new CommandError(`a client has at most ${TORRENTS_MAX} torrents`, ExitCode.usage);
  }
  const seen = new Map<string, string>();
  for (const { said, infoHash } of torrents) {
    const before = seen.get(infoHash);
    if (before !== undefined) {
      throw new CommandError(`${said} is the same torrent as ${before}\n  name it once`, ExitCode.usage);
    }
    seen.set(infoHash, said);
  }
}

/** Does the same for each of several; where some fail, throws one `CommandError` that says all of it. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
  const outcomes = await Promise.allSettled(items.map(async (item) => await act(item)));
  const errors = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  const other = errors.find((error) => !(error instanceof CommandError));
  if (other !== undefined || errors.length === 1) throw other ?? errors[0];
  if (errors.length > 0) {
    const faults = errors as CommandError[];
    const exitCode = faults.some((fault) => fault.exitCode === ExitCode.usage)
      ? ExitCode.usage
      : ExitCode.unavailable;
    throw new CommandError(faults.map(({ message }) => message).join('\nerror: '), exitCode);
  }
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

function listen(
  settings: ClientSettings,
  terminal: Terminal,
): Promise<{ readonly sockets: SocketClient; readonly address: Address }> {
  const { uploadLimitBytesPerSec, downloadLimitBytesPerSec } = settings;
  return new Promise((resolve, reject) => {
    const sockets = new SocketClient(
      settings,
      terminal,
      {
        onListening: (address) => resolve({ sockets, address }),
        onFailed: (message) => reject(new CommandError(message, ExitCode.unavailable)),
      },
      { uploadLimitBytesPerSec, downloadLimitBytesPerSec },
    );
    sockets.start();
  });
}
