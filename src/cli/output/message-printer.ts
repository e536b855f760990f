/** Tells the person at the terminal what they should know about a transfer: trackers that fail or remark something, damage, who comes and goes. */
import { formatAddress } from '../../core/address.ts';
import type { AnnounceEvent } from '../../core/observer.ts';
import type { Address } from '../../core/ports.ts';
import { SilentObserver } from '../../core/silent-observer.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** A tracker answered, with a remark for people. */
export interface TrackerWarning {
  /** Its URL. */
  readonly tracker: string;
  readonly message: string;
}

const LOST_TOGETHER_MS = 1000;

export class MessagePrinter extends SilentObserver {
  readonly #terminal: Pick<Terminal, 'print'>;
  readonly #verbose: boolean;
  readonly #remotes: string[] = [];
  #lost: number[] = [];
  #lastFailure = '';
  /** By tracker: what each remarked last, and what was printed of it. */
  readonly #warnings = new Map<string, string>();
  readonly #printedWarnings = new Map<string, string>();

  /** `verbose`: connections too. */
  constructor(terminal: Pick<Terminal, 'print'>, verbose: boolean) {
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
    if (this.#verbose) this.#terminal.print(printable(`${this.#remotes[remote]}: ${reason}`));
  }

  /** What trackers remarked when they answered last; those without a remark are left out. */
  get trackerWarnings(): readonly TrackerWarning[] {
    return [...this.#warnings].map(([tracker, message]) => ({ tracker, message }));
  }

  override announced(url: string, event: AnnounceEvent): void {
    this.#lastFailure = '';
    // A goodbye is answered without remarks: what was said before still holds.
    if (event !== 'stopped') this.#warnings.delete(url);
  }

  override announceFailed(url: string, _event: AnnounceEvent, message: string): void {
    const line = `tracker ${url}: ${message}`;
    if (line !== this.#lastFailure) this.#terminal.print(printable(line));
    this.#lastFailure = line;
  }

  override trackerWarned(url: string, message: string): void {
    this.#warnings.set(url, message);
    if (this.#printedWarnings.get(url) === message) return;
    this.#printedWarnings.set(url, message);
    this.#terminal.print(printable(`tracker ${url} says: ${message}`));
  }

  override pieceLost(piece: number): void {
    // A file that has shrunk loses one after the other: they are told together.
    this.#lost.push(piece);
    if (this.#lost.length === 1) setTimeout(() => this.#tellLost(), LOST_TOGETHER_MS).unref();
  }

  #tellLost(): void {
    const [first] = this.#lost;
    const which = this.#lost.length === 1 ? `piece ${first} is` : `${this.#lost.length} pieces are`;
    this.#lost = [];
    this.#terminal.print(`${which} damaged or missing on the disk; peers are told so`);
  }

  override pieceFailed(piece: number): void {
    this.#terminal.print(`piece ${piece} arrived damaged and is fetched again`);
  }
}
