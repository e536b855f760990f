/**
 * BitTorrent programs that nobody here wrote, as parties of a test: what each of them can be asked for. A party listens on
 * and dials from the one loopback address it is given, keeps its state in a folder of its own, and learns of peers in no
 * way but the one it is told of: the trackers of the torrent unless a test says otherwise.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Address } from '../../../src/core/ports.ts';
import { optionalComponent } from '../optional.ts';
import type { RunningProcess } from '../processes.ts';

/** How long a program may take to start, check its data and open its port. */
export const READY_DEADLINE_MS = 30_000;

/** A client that is up: the data is checked and the port is open. */
export interface ForeignPeer {
  readonly address: Address;
  readonly process: RunningProcess;
}

/** A client that fetches. `completed` rejects when it ends, or at the deadline, before it has everything. */
export interface ForeignLeecher extends ForeignPeer {
  completed(deadlineMs: number): Promise<void>;
}

export interface PartyOptions {
  /** Path of a torrent file, or a magnet link. */
  readonly torrent: string;
  /** The folder that holds, or is to hold, the torrent's own folder. */
  readonly folder: string;
  /** The loopback address of this party: "127.0.0.2". */
  readonly host: string;
  /** An empty folder for what the program keeps besides the data. */
  readonly state: string;
  /** Finds peers by peer exchange too (BEP 11). */
  readonly peerExchange?: boolean;
  /** Asks UDP trackers, also where that takes more than naming one. */
  readonly udpTrackers?: boolean;
}

export interface ForeignClient {
  readonly name: string;
  /** Whether its tests can run; if not, the screen says how to get it. */
  readonly present: boolean;
  startSeed(options: PartyOptions): Promise<ForeignPeer>;
  startLeecher(options: PartyOptions): Promise<ForeignLeecher>;
  /** Why it never dials a peer on a loopback address: the other side has to. */
  readonly neverDials?: string;
  /** Why it has to be dialled a second time when it comes by a magnet link. */
  readonly hangsUpWithMetadata?: string;
  /** Why nobody finds a peer through it, although it takes part in peer exchange. */
  readonly sendsNoPeers?: string;
  /** Why a download of it lacks the files without bytes. */
  readonly makesNoEmptyFiles?: string;
}

export function program(command: string, debianPackage: string): boolean {
  const present = (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, command)));
  return optionalComponent(command, present, `apt-get install ${debianPackage}`);
}

export function isMagnet(torrent: string): boolean {
  return torrent.startsWith('magnet:');
}

/** Asks until `look` has an answer; rejects when the process ends first, and with all it said at the deadline. */
export async function poll<T>(
  child: RunningProcess,
  what: string,
  deadlineMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const giveUp = AbortSignal.timeout(deadlineMs);
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (child.exit !== undefined) throw new Error(`ended before ${what}\n${child.transcript()}`);
    if (giveUp.aborted) throw new Error(`no sign of ${what} within ${deadlineMs} ms\n${child.transcript()}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const POLL_MS = 100;
