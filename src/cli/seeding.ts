/** One torrent of `seed`: its data is checked and served until it is interrupted. */
import { join } from 'node:path';
import { formatAddress } from '../core/address.ts';
import { toHex } from '../core/bytes.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import { formatSize } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { RealTorrent } from './real-client.ts';
import { resumePath } from './state-folder.ts';
import type { Surroundings, Transfer, TransferEnd, TransferNotes } from './transfers.ts';

/** libtorrent's default size of the set. */
const ALLOWED_FAST_COUNT = 5;

export interface SeedingOptions {
  /** What was named on the command line. */
  readonly said: string;
  /** The folder that holds the torrent's file or folder. */
  readonly folder: string;
  /** The path of each file in it. */
  readonly names: readonly (readonly string[])[];
  readonly superSeed?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

export class Seeding implements Transfer {
  readonly ended: Promise<TransferEnd>;
  readonly #metainfo: Metainfo;
  readonly #options: SeedingOptions;
  readonly #surroundings: Surroundings;
  readonly #notes: TransferNotes;
  readonly #torrent: RealTorrent;
  readonly #startMs = Date.now();
  #settle: (outcome: 'done' | CommandError) => void = () => {};

  constructor(metainfo: Metainfo, options: SeedingOptions, surroundings: Surroundings) {
    this.#metainfo = metainfo;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#notes = surroundings.notesOf(() => this.name);
    this.#torrent = this.#make(surroundings);
    const outcome = new Promise<'done' | CommandError>((resolve) => {
      this.#settle = resolve;
    });
    this.ended = outcome.then((end) => this.#end(end));
  }

  get name(): string {
    return this.#metainfo.name;
  }

  begin(): void {
    const { folder } = this.#options;
    const size = formatSize(this.#metainfo.totalLength);
    this.#notes.introduce(`${size}, checking the data in ${folder}`);
    this.#torrent.start();
  }

  interrupt(): void {
    this.#settle('done');
  }

  status(): ReturnType<RealTorrent['status']> {
    return this.#torrent.status();
  }

  metadataProgress(): undefined {
    return undefined;
  }

  #make({ settings, sockets, address }: Surroundings): RealTorrent {
    const metainfo = this.#metainfo;
    const { folder, names, check, superSeed, said } = this.#options;
    return new RealTorrent(
      {
        source: metainfo,
        place: () => ({
          folder,
          pathOf: (path, index) => names[index] ?? path,
          onDisk: 'unknown',
          resumePath: resumePath(settings.stateFolder, metainfo, join(folder, metainfo.topName)),
          check: check === true,
        }),
        readOnly: true,
        allowedFastCount: ALLOWED_FAST_COUNT,
        superSeeding: superSeed === true,
      },
      settings,
      this.#notes,
      {
        onChecked: (pieces) => {
          if (pieces === metainfo.pieceCount) this.#notes.print(`listening on ${formatAddress(address)}`);
          else {
            const found = `${pieces} of ${metainfo.pieceCount} pieces are good`;
            const message = `the data in ${folder} is not that of ${said}: ${found}`;
            this.#settle(new CommandError(message, ExitCode.usage));
          }
        },
        onCompleted: () => {},
        onFailed: (message) => this.#settle(new CommandError(message, ExitCode.unavailable)),
      },
      sockets,
    );
  }

  async #end(outcome: 'done' | CommandError): Promise<TransferEnd> {
    await this.#torrent.stop();
    const isDone = outcome === 'done';
    const { sentBytes = 0 } = this.status() ?? {};
    if (isDone) this.#notes.print(`sent ${formatSize(sentBytes)}`);
    if (this.#options.json === true) {
      const seconds = (Date.now() - this.#startMs) / 1000;
      const path = join(this.#options.folder, this.#metainfo.topName);
      const known = { name: this.name, infoHash: toHex(this.#metainfo.infoHash) };
      const end = isDone ? { state: 'served' } : { state: 'failed', error: outcome.message };
      const { trackerWarnings } = this.#torrent;
      const result = { ...known, ...end, path, sentBytes, seconds, trackerWarnings };
      this.#surroundings.printResult(JSON.stringify(result));
    }
    return isDone ? { exitCode: ExitCode.held } : { exitCode: outcome.exitCode, error: outcome };
  }
}
