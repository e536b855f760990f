/** An ordinary client for programs: many torrents on one port, added, paused and removed while it runs. */
import { type ClientSettings, checkClientArguments } from '../cli/client-arguments.ts';
import { SocketClient } from '../cli/socket-client.ts';
import { readTorrentSource, type TorrentSource } from '../cli/torrent-source.ts';
import { SwarmlabError } from '../client/errors.ts';
import { readMetainfo } from '../client/torrent-info.ts';
import { parseAddress } from '../core/address.ts';
import { toHex } from '../core/bytes.ts';
import { TORRENTS_MAX } from '../core/client.ts';
import type { ClientLimitOptions } from '../core/limits/client-limits.ts';
import type { Address } from '../core/ports.ts';
import { ClientTorrent } from './client-torrent.ts';
import type { AddOptions, Client, ClientOptions, SeedOptions, Torrent } from './client-types.ts';
import { userFault } from './user-fault.ts';

/** Resolves when it listens. Rejects with `SwarmlabError` when an option is wrong, or when the port is taken. */
export async function openClient(options: ClientOptions = {}): Promise<Client> {
  const { port = 0, host, dht = true, pex = true, lsd = true, stateFolder, verbose = false } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new SwarmlabError(`${port} is not a port\n  expected a whole number from 0 to 65535`);
  }
  try {
    const settings = await checkClientArguments({
      ...{ port, pex, lsd, verbose, dht: dht !== false },
      ...(typeof dht === 'object' ? { dhtBootstrap: dht.bootstrap } : {}),
      ...(host === undefined ? {} : { host }),
      ...(stateFolder === undefined ? {} : { state: stateFolder }),
    });
    const limits = {
      uploadLimitBytesPerSec: limit(options.uploadLimitBytesPerSec ?? 0),
      downloadLimitBytesPerSec: limit(options.downloadLimitBytesPerSec ?? 0),
    };
    return await OpenClient.listen(settings, limits, options.onMessage ?? (() => {}));
  } catch (error) {
    throw userFault(error);
  }
}

class OpenClient implements Client {
  readonly address: Address;
  readonly #settings: ClientSettings;
  readonly #notes: { print(text?: string): void };
  readonly #sockets: SocketClient;
  readonly #torrents = new Map<string, ClientTorrent>();
  /** The engine's own timers do not keep a process alive, and a program may be waiting for nothing but a download. */
  readonly #hold = setInterval(() => {}, 60_000);
  #isClosed = false;

  static async listen(
    settings: ClientSettings,
    limits: ClientLimitOptions,
    onMessage: (text: string) => void,
  ): Promise<OpenClient> {
    const notes = { print: (text = '') => onMessage(text) };
    return await new Promise((resolve, reject) => {
      const sockets = new SocketClient(
        settings,
        notes,
        {
          onListening: (address) => resolve(new OpenClient(settings, notes, sockets, address)),
          onFailed: (message) => reject(new SwarmlabError(message, 'unavailable')),
        },
        limits,
      );
      sockets.start();
    });
  }

  constructor(
    settings: ClientSettings,
    notes: { print(text?: string): void },
    sockets: SocketClient,
    address: Address,
  ) {
    this.#settings = settings;
    this.#notes = notes;
    this.#sockets = sockets;
    this.address = address;
  }

  get torrents(): readonly Torrent[] {
    return [...this.#torrents.values()];
  }

  async add(source: Uint8Array | string, options: AddOptions): Promise<Torrent> {
    return await this.#begin(source, options, false);
  }

  async seed(source: Uint8Array | string, options: SeedOptions): Promise<Torrent> {
    const torrent = await this.#begin(source, options, true);
    try {
      await torrent.completed();
      return torrent;
    } catch (error) {
      await torrent.remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#torrents.values()].map((torrent) => torrent.remove()));
    await new Promise((resolve) => this.#sockets.client.stop(resolve));
    clearInterval(this.#hold);
  }

  async #begin(
    source: Uint8Array | string,
    options: AddOptions | SeedOptions,
    readOnly: boolean,
  ): Promise<ClientTorrent> {
    const read = await this.#read(source);
    if (this.#isClosed) throw new SwarmlabError('the client is closed');
    if (readOnly && read.kind === 'magnet') {
      throw new SwarmlabError('a magnet link does not say what is to be served\n  give the torrent file');
    }
    const infoHash = toHex(read.kind === 'file' ? read.metainfo.infoHash : read.link.infoHash);
    if (this.#torrents.has(infoHash))
      throw new SwarmlabError(`the client has the torrent ${infoHash} already`);
    if (this.#torrents.size >= TORRENTS_MAX)
      throw new SwarmlabError(`a client has at most ${TORRENTS_MAX} torrents`);
    const { uploadLimitBytesPerSec = 0, peers = [] } = options;
    const { downloadLimitBytesPerSec = 0 } = options as AddOptions;
    const settings = {
      ...this.#settings,
      peers: peers.map(peerAddress),
      uploadLimitBytesPerSec: limit(uploadLimitBytesPerSec),
      downloadLimitBytesPerSec: limit(downloadLimitBytesPerSec),
    };
    if (read.kind === 'file' && read.metainfo.isPrivate && peers.length > 0) {
      const hint = 'a private torrent keeps to the peers that its trackers name';
      throw new SwarmlabError(`${read.metainfo.name} is private\n  leave out "peers": ${hint}`);
    }
    const torrent = new ClientTorrent(
      { infoHash, source: read, options, readOnly },
      {
        settings,
        notes: this.#notes,
        sockets: this.#sockets,
        inPlaceOf: (path) => [...this.#torrents.values()].find((other) => other.writesTo(path)),
        onRemoved: () => this.#torrents.delete(infoHash),
      },
    );
    this.#torrents.set(infoHash, torrent);
    torrent.begin();
    return torrent;
  }

  async #read(source: Uint8Array | string): Promise<TorrentSource> {
    if (typeof source !== 'string') return { kind: 'file', metainfo: readMetainfo(source), bytes: source };
    try {
      return await readTorrentSource(source, this.#settings.host);
    } catch (error) {
      throw userFault(error);
    }
  }
}

function peerAddress(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  throw new SwarmlabError(
    `"${text}" is not the address of a peer\n  expected an IP address and a port, such as 192.0.2.7:6881`,
  );
}

function limit(bytesPerSec: number): number {
  if (Number.isSafeInteger(bytesPerSec) && bytesPerSec >= 0) return bytesPerSec;
  throw new SwarmlabError(`${bytesPerSec} is not a limit\n  expected whole bytes per second, 0 for no limit`);
}
