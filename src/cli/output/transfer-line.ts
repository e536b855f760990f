/** The progress line of a transfer: how far, how fast, from how many peers, how long still. */

import type { MagnetTorrent } from '../../core/torrent/magnet-torrent.ts';
import type { TorrentStatus } from '../../core/torrent/torrent-options.ts';
import { formatDuration, formatPercentage, formatSize } from '../../scenarios/unit-text.ts';
import type { Terminal } from './terminal.ts';

const INTERVAL_MS = 500;
/** Weight of the newest interval in the shown rates, so that they do not flicker. */
const NEWEST = 0.4;

type MetadataProgress = MagnetTorrent['metadataProgress'];

export class TransferLine {
  readonly #terminal: Terminal;
  readonly #status: () => TorrentStatus | undefined;
  readonly #metadata: () => MetadataProgress | undefined;
  readonly #timer: NodeJS.Timeout;
  #last: TorrentStatus | undefined;
  #down = 0;
  #up = 0;

  /** `metadata`: how far the metadata is, as long as there is no status. */
  constructor(
    terminal: Terminal,
    status: () => TorrentStatus | undefined,
    metadata: () => MetadataProgress | undefined = () => undefined,
  ) {
    this.#terminal = terminal;
    this.#status = status;
    this.#metadata = metadata;
    this.#timer = setInterval(() => this.#show(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#terminal.clear();
  }

  #show(): void {
    const status = this.#status();
    if (status === undefined) {
      const metadata = this.#metadata();
      if (metadata !== undefined) this.#terminal.progress(() => metadataText(metadata));
      return;
    }
    const perSecond = 1000 / INTERVAL_MS;
    const smooth = (rate: number, now: number, before: number | undefined): number =>
      rate + NEWEST * ((now - (before ?? now)) * perSecond - rate);
    this.#down = smooth(this.#down, status.receivedBytes, this.#last?.receivedBytes);
    this.#up = smooth(this.#up, status.sentBytes, this.#last?.sentBytes);
    this.#last = status;
    this.#terminal.progress(() => this.#text(status));
  }

  #text(status: TorrentStatus): string {
    const rates = `↓ ${formatSize(this.#down)}/s  ↑ ${formatSize(this.#up)}/s  ${status.connections === 1 ? '1 peer' : `${status.connections} peers`}`;
    if (status.state === 'checking')
      return `checking ${formatPercentage(Math.floor(status.checked * 100) / 100)}`;
    if (status.isDiskFull) return `the disk is full  ${rates}`;
    if (status.state !== 'downloading') return `${status.state}  ${rates}`;
    const share = formatPercentage(Math.floor((status.verifiedPieces / status.pieceCount) * 1000) / 1000);
    const left = this.#down < 1 ? '' : `  ${formatDuration((status.leftBytes / this.#down) * 1e6)} left`;
    return `${share.padStart(6)}  ${rates}${left}`;
  }
}

function metadataText({ receivedBytes, totalBytes, connections }: MetadataProgress): string {
  const peers = connections === 1 ? '1 peer' : `${connections} peers`;
  const share = totalBytes === 0 ? '' : `${formatSize(receivedBytes)} of ${formatSize(totalBytes)}, `;
  return `fetching metadata  ${share}${peers}`;
}
