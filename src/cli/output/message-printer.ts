/** Tells the person at the terminal what they should know about a transfer: trackers that fail, damage, who comes and goes. */
import { formatAddress } from '../../core/address.ts';
import type { AnnounceEvent } from '../../core/observer.ts';
import type { Address } from '../../core/ports.ts';
import { SilentObserver } from '../../core/silent-observer.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

export class MessagePrinter extends SilentObserver {
  readonly #terminal: Pick<Terminal, 'print'>;
  readonly #verbose: boolean;
  readonly #remotes: string[] = [];
  readonly #onAnnounced: (event: AnnounceEvent) => void;
  #lastFailure = '';

  /** `verbose`: connections too. `onAnnounced`: a tracker has answered. */
  constructor(
    terminal: Pick<Terminal, 'print'>,
    verbose: boolean,
    onAnnounced: (event: AnnounceEvent) => void = () => {},
  ) {
    super();
    this.#onAnnounced = onAnnounced;
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  override connected(remote: Address, _peerId: Uint8Array, outgoing: boolean): number {
    const name = formatAddress(remote);
    if (this.#verbose) this.#terminal.print(`${name}: connected${outgoing ? '' : ', it dialled us'}`);
    return this.#remotes.push(name) - 1;
  }

  override disconnected(remote: number, reason: string): void {
    if (this.#verbose) this.#terminal.print(printable(`${this.#remotes[remote]}: ${reason}`));
  }

  override announced(_url: string, event: AnnounceEvent): void {
    this.#lastFailure = '';
    this.#onAnnounced(event);
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
