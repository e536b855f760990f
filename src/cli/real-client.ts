/**
 * The engine as an ordinary client on real sockets: what `get` and `seed` share. One client with one torrent, its files
 * below a folder, and a promise for its end.
 */
import { Client } from '../core/client.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import type { Address, DiskError } from '../core/ports.ts';
import { RarestFirstPicker } from '../core/strategies/rarest-first.ts';
import { TitForTat } from '../core/strategies/tit-for-tat.ts';
import type { Torrent } from '../core/torrent/torrent.ts';
import { NodeClock } from '../host/node-clock.ts';
import { NodeDisk } from '../host/node-disk.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { NodeHttp } from '../host/node-http.ts';
import { NodeNetwork } from '../host/node-network.ts';
import { NodeRandom } from '../host/node-random.ts';
import { trackerResolver } from '../host/node-tracker-resolver.ts';
import type { ClientSettings } from './client-arguments.ts';
import { dhtNetworks, dhtOptions } from './dht-of-client.ts';
import { MessagePrinter } from './output/message-printer.ts';
import type { Terminal } from './output/terminal.ts';

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

export class RealTorrent {
  readonly #client: Client;
  readonly #clock = new NodeClock();
  #torrent: Torrent | undefined;

  constructor(
    options: RealTorrentOptions,
    settings: ClientSettings,
    terminal: Terminal,
    events: RealTorrentEvents,
  ) {
    const { metainfo } = options;
    const { host, port, peers, uploadLimitBytesPerSec, downloadLimitBytesPerSec, verbose } = settings;
    const local = host === undefined ? {} : { localHost: host };
    const network = new NodeNetwork(local);
    const ports = {
      clock: this.#clock,
      network,
      dhtNetworks: dhtNetworks(host, network),
      http: new NodeHttp(local),
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
      port,
      dht: dhtOptions(settings, terminal),
      onListenError: (message) => events.onFailed(host === undefined ? message : `${host}: ${message}`),
      onListening: (address) => {
        events.onListening(address);
        this.#torrent = this.#client.add(
          { disk, observer: new MessagePrinter(terminal, verbose) },
          {
            metainfo,
            peers,
            uploadLimitBytesPerSec,
            downloadLimitBytesPerSec,
            onDisk: options.onDisk,
            allowedFastCount: options.allowedFastCount,
            picker: new RarestFirstPicker(),
            choker: new TitForTat(),
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
