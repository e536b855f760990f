/**
 * The engine as an ordinary client on real sockets: what `get` and `seed` share. One client with one torrent, its files
 * below a folder, and a promise for its end.
 */
import { readFileSync } from 'node:fs';
import { formatAddress, parseAddress } from '../core/address.ts';
import { Client } from '../core/client.ts';
import { type Metainfo, parseTorrentFile } from '../core/metainfo/index.ts';
import type { AnnounceEvent } from '../core/observer.ts';
import type { Address, DiskError } from '../core/ports.ts';
import { describeError } from '../core/result.ts';
import { SilentObserver } from '../core/silent-observer.ts';
import { chokers, pickers } from '../core/strategies/registry.ts';
import type { Torrent } from '../core/torrent/torrent.ts';
import { NodeClock } from '../host/node-clock.ts';
import { NodeDisk } from '../host/node-disk.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { NodeHttp } from '../host/node-http.ts';
import { NodeNetwork } from '../host/node-network.ts';
import { NodeRandom } from '../host/node-random.ts';
import { trackerResolver } from '../host/node-tracker-resolver.ts';
import { parseRate } from '../scenarios/units.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import type { Terminal } from './output/terminal.ts';

export interface ClientArguments {
  readonly peer: readonly string[];
  readonly port: number;
  readonly host?: string;
  readonly uploadLimit?: string;
  readonly downloadLimit?: string;
  /** Says who comes and goes, and why. */
  readonly verbose: boolean;
}

export interface RealTorrentOptions {
  readonly metainfo: Metainfo;
  readonly folder: string;
  /** Where each file is, relative to the folder; default: as the torrent says. */
  readonly pathOf?: (path: readonly string[]) => readonly string[];
  readonly readOnly: boolean;
  readonly onDisk: 'nothing' | 'unknown';
  /** Pieces that a choked peer may fetch (BEP 6). */
  readonly allowedFastCount: number;
}

export interface RealTorrentEvents {
  onListening(address: Address): void;
  onChecked(pieces: number): void;
  onCompleted(): void;
  onFailed(message: string): void;
}

/** Reads a torrent file, or ends the command with what is wrong with it. */
export function readTorrentFile(path: string): Metainfo {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as { code?: string }).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? String(error)})`;
    throw new CommandError(`${path}: ${reason}`, ExitCode.usage);
  }
  const parsed = parseTorrentFile(bytes, new NodeHasher());
  if (parsed.ok) return parsed.value;
  throw new CommandError(`${path}: not a torrent file: ${describeError(parsed.error)}`, ExitCode.usage);
}

export class RealTorrent {
  readonly #client: Client;
  readonly #clock = new NodeClock();
  #torrent: Torrent | undefined;

  constructor(
    options: RealTorrentOptions,
    args: ClientArguments,
    terminal: Terminal,
    events: RealTorrentEvents,
  ) {
    const { metainfo } = options;
    const peers = args.peer.map(parsePeer);
    const uploadLimitBytesPerSec = parseLimit('--upload-limit', args.uploadLimit);
    const downloadLimitBytesPerSec = parseLimit('--download-limit', args.downloadLimit);
    const local = args.host === undefined ? {} : { localHost: args.host };
    const ports = {
      clock: this.#clock,
      network: new NodeNetwork(local),
      http: new NodeHttp(),
      hasher: new NodeHasher(),
      random: new NodeRandom(),
      resolver: trackerResolver,
    };
    const pathOf = options.pathOf ?? ((path) => path);
    const disk = new NodeDisk(
      options.folder,
      {
        files: metainfo.files.map(({ path, offset, length, pad }) => ({
          path: pathOf(path),
          offset,
          lengthBytes: length,
          pad,
        })),
        pieceLengthBytes: metainfo.pieceLength,
        totalBytes: metainfo.totalLength,
      },
      { readOnly: options.readOnly },
    );
    this.#client = new Client(ports, {
      port: args.port,
      onListenError: (message) => events.onFailed(message),
      onListening: (address) => {
        events.onListening(address);
        this.#torrent = this.#client.add(
          { disk, observer: new MessagePrinter(terminal, args.verbose) },
          {
            metainfo,
            peers,
            uploadLimitBytesPerSec,
            downloadLimitBytesPerSec,
            onDisk: options.onDisk,
            allowedFastCount: options.allowedFastCount,
            picker: (pickers.get('rarest-first') as NonNullable<ReturnType<typeof pickers.get>>)(),
            choker: (chokers.get('tit-for-tat') as NonNullable<ReturnType<typeof chokers.get>>)(),
            events: {
              onChecked: events.onChecked,
              onCompleted: events.onCompleted,
              onStorageFailed: (error) => events.onFailed(error.message),
            },
          },
        );
      },
    });
  }

  start(): void {
    this.#client.start();
  }

  status(): ReturnType<Torrent['status']> | undefined {
    return this.#torrent?.status();
  }

  /** Says goodbye to trackers and peers and stores what is pending. */
  stop(): Promise<DiskError | undefined> {
    // The clock's timers do not hold the process, so something else must until everybody was told.
    const hold = setInterval(() => {}, 1000);
    return new Promise((resolve) =>
      this.#client.stop((error) => {
        clearInterval(hold);
        resolve(error);
      }),
    );
  }
}

/** Prints what a person at the terminal should know. */
class MessagePrinter extends SilentObserver {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  readonly #remotes: string[] = [];
  #lastFailure = '';

  constructor(terminal: Terminal, verbose: boolean) {
    super();
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  override connected(remote: Address, _peerId: Uint8Array, outgoing: boolean): number {
    const name = formatAddress(remote);
    if (this.#verbose) this.#terminal.print(`${name}: connected${outgoing ? '' : ', it dialled us'}`);
    return this.#remotes.push(name) - 1;
  }

  override disconnected(remote: number, reason: string): void {
    if (this.#verbose) this.#terminal.print(`${this.#remotes[remote]}: ${reason}`);
  }

  override announced(): void {
    this.#lastFailure = '';
  }

  override announceFailed(url: string, _event: AnnounceEvent, message: string): void {
    const line = `tracker ${url}: ${message}`;
    if (line !== this.#lastFailure) this.#terminal.print(printable(line));
    this.#lastFailure = line;
  }

  override pieceFailed(piece: number): void {
    this.#terminal.print(`piece ${piece} arrived damaged and is fetched again`);
  }
}

/** What a tracker says must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}

function parsePeer(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new CommandError(
    `--peer ${text}: expected an IP address and a port, such as 192.0.2.7:6881 or [2001:db8::7]:6881`,
    ExitCode.usage,
  );
}

function parseLimit(option: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const rate = parseRate(text);
  if (rate.ok) return rate.value;
  throw new CommandError(
    `${option} ${text}: expected a rate, such as "500 KiB/s" or "8 Mbit/s"`,
    ExitCode.usage,
  );
}
