/** The progress of transfers, a line for each: how far, how fast, from how many peers, how long still. */

import type { MagnetTorrent } from '../../core/torrent/magnet-torrent.ts';
import type { TorrentStatus } from '../../core/torrent/torrent-options.ts';
import { formatDuration, formatPercentage, formatSize } from '../../scenarios/unit-text.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

const INTERVAL_MS = 500;
/** Weight of the newest interval in the shown rates, so that they do not flicker. */
const NEWEST = 0.4;
/** Of a name in front of a line, where there are several. */
const NAME_WIDTH = 24;

type MetadataProgress = MagnetTorrent['metadataProgress'];

export interface Progressing {
  readonly name: string;
  /** Undefined as long as the metadata is not known. */
  status(): TorrentStatus | undefined;
  /** How far the metadata is, until then. */
  metadataProgress(): MetadataProgress | undefined;
}

export class TransferLines {
  readonly #terminal: Terminal;
  readonly #lines: Map<Progressing, TransferLine>;
  readonly #isNamed: boolean;
  readonly #timer: NodeJS.Timeout;

  constructor(terminal: Terminal, transfers: readonly Progressing[]) {
    this.#terminal = terminal;
    this.#lines = new Map(transfers.map((transfer) => [transfer, new TransferLine(transfer)]));
    this.#isNamed = transfers.length > 1;
    this.#timer = setInterval(() => this.#show(), INTERVAL_MS);
  }

  /** That one has ended. */
  remove(transfer: Progressing): void {
    this.#lines.delete(transfer);
    this.#terminal.clear();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#terminal.clear();
  }

  #show(): void {
    const lines = [...this.#lines].flatMap(([{ name }, line]) => {
      const text = line.next();
      if (text === undefined) return [];
      return [this.#isNamed ? `${printable(name).slice(0, NAME_WIDTH).padEnd(NAME_WIDTH)}  ${text}` : text];
    });
    if (lines.length === 0) return;
    const { progressLinesMax } = this.#terminal;
    const hidden = lines.length - progressLinesMax;
    const shown = hidden > 0 ? [...lines.slice(0, -hidden - 1), `and ${hidden + 1} more`] : lines;
    this.#terminal.progress(() => shown);
  }
}

/** What one transfer says of itself, looked at every so often. */
class TransferLine {
  readonly #transfer: Progressing;
  #last: TorrentStatus | undefined;
  #down = 0;
  #up = 0;

  constructor(transfer: Progressing) {
    this.#transfer = transfer;
  }

  /** To be called at equal intervals. Undefined while there is nothing to say. */
  next(): string | undefined {
    const status = this.#transfer.status();
    if (status === undefined) {
      const metadata = this.#transfer.metadataProgress();
      return metadata && metadataText(metadata);
    }
    const perSecond = 1000 / INTERVAL_MS;
    const smooth = (rate: number, now: number, before: number | undefined): number =>
      rate + NEWEST * ((now - (before ?? now)) * perSecond - rate);
    this.#down = smooth(this.#down, status.receivedBytes, this.#last?.receivedBytes);
    this.#up = smooth(this.#up, status.sentBytes, this.#last?.sentBytes);
    this.#last = status;
    return this.#text(status);
  }

  #text(status: TorrentStatus): string {
    const rates = `↓ ${formatSize(this.#down)}/s  ↑ ${formatSize(this.#up)}/s  ${status.connections === 1 ? '1 peer' : `${status.connections} peers`}`;
    if (status.state === 'checking')
      return `checking ${formatPercentage(Math.floor(status.checked * 100) / 100)}`;
    if (status.isDiskFull) return `the disk is full  ${rates}`;
    if (status.state !== 'downloading') return `${status.state}  ${rates}`;
    const { verifiedBytes, leftBytes } = status;
    // Of what is wanted: with some files only, what is left out is no part of it.
    const part = verifiedBytes / Math.max(1, verifiedBytes + leftBytes);
    const share = formatPercentage(Math.floor(part * 1000) / 1000);
    const left = this.#down < 1 ? '' : `  ${formatDuration((status.leftBytes / this.#down) * 1e6)} left`;
    return `${share.padStart(6)}  ${rates}${left}`;
  }
}

function metadataText({ receivedBytes, totalBytes, connections }: MetadataProgress): string {
  const peers = connections === 1 ? '1 peer' : `${connections} peers`;
  const share = totalBytes === 0 ? '' : `${formatSize(receivedBytes)} of ${formatSize(totalBytes)}, `;
  return `fetching metadata  ${share}${peers}`;
}
