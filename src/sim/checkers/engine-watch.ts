/**
 * Watches the engines of a simulated run: every honest peer's client, each time that it begins, gets its reports wrapped
 * and its torrent looked into, and the laws on engines are checked over all that run. Peers that misbehave are not
 * begun here, and so are outsiders to the laws. Changes nothing in the engines, and nothing in the trace.
 */
import { Bitfield } from '../../core/bitfield.ts';
import type { TorrentObserver } from '../../core/observer.ts';
import { AvailabilityLaw } from './availability-law.ts';
import { BlameLaw } from './blame-law.ts';
import { BlocksUnderWay } from './blocks-under-way.ts';
import type { Checker } from './checker.ts';
import { ChokeLaw } from './choke-law.ts';
import { ClaimsLaw } from './claims-law.ts';
import { ContentLaw } from './content-law.ts';
import {
  checkEngines,
  type DiskTruth,
  type EngineLaw,
  type EngineLimits,
  EngineState,
} from './engine-state.ts';
import { HoldingsLaw } from './holdings-law.ts';
import { OriginLaw } from './origin-law.ts';
import { SlotsLaw } from './slots-law.ts';
import { WatchedConnections } from './watched-connections.ts';
import { type EngineSurroundings, type EventLaws, WatchedEngine } from './watched-engine.ts';

export interface WatchedRun {
  /** Of all peers, the ones that misbehave included; observers and laws refer to them by index. */
  readonly names: readonly string[];
  readonly pieceCount: number;
  readonly pieceLengthBytes: number;
}

export interface EngineSession {
  /** Index of the peer. */
  readonly peer: number;
  readonly disk: DiskTruth;
  readonly limits: EngineLimits;
  /** Who hears the reports; its `connected` returns the index of the remote among the peers, -1 for none of them. */
  readonly observer: TorrentObserver;
}

export class EngineWatch implements EngineSurroundings {
  readonly laws: EventLaws;
  /** What peers have under way to each other. */
  readonly underWay = new BlocksUnderWay();
  /** Every law by name, with how often it was looked at. Their `check`s together are what `check` does, only slower. */
  readonly checkers: readonly Checker[];
  readonly #lawsOfState: readonly EngineLaw[];
  readonly #run: WatchedRun;
  readonly #engines = new Set<EngineState>();
  readonly #everVerified: (Bitfield | undefined)[];
  readonly #connections = new WatchedConnections();

  constructor(run: WatchedRun) {
    const { names, pieceCount } = run;
    this.#run = run;
    this.#everVerified = names.map(() => undefined);
    const engines = this.#engines;
    const laws = {
      content: new ContentLaw(),
      choke: new ChokeLaw(engines, this.#connections),
      origin: new OriginLaw(engines, this.#connections, this.underWay, run),
      holdings: new HoldingsLaw(engines),
      slots: new SlotsLaw(engines),
      claims: new ClaimsLaw(engines, this.#everVerified, pieceCount),
      blame: new BlameLaw(),
    };
    this.laws = laws;
    const { content, choke, origin, holdings, slots, claims, blame } = laws;
    const availability = new AvailabilityLaw(engines, pieceCount);
    this.#lawsOfState = [choke, origin, availability, holdings, slots, claims];
    this.checkers = [content, ...this.#lawsOfState, blame];
  }

  /**
   * Looks at every engine as it stands. To be called every few seconds of virtual time, from an event of its own; the rest
   * of the laws is looked at as things happen. Throws an `InvariantError`.
   */
  check(): void {
    checkEngines(this.#engines, this.#lawsOfState);
  }

  /** Ends of connections that are open, and the bytes that are kept for all connections and what is under way in them. */
  get size(): { readonly ends: number; readonly bytes: number } {
    return { ends: this.#connections.open, bytes: this.#connections.byteLength + this.underWay.byteLength };
  }

  /** Engines that run now, in the order in which they began. */
  get running(): ReadonlySet<EngineState> {
    return this.#engines;
  }

  /**
   * The client of an honest peer begins: give its torrent what this returns as observer, then `inspect` the torrent, and
   * `end` it with the client.
   */
  begin({ peer, disk, limits, observer }: EngineSession): WatchedEngine {
    const { names, pieceCount } = this.#run;
    const state = new EngineState({ peer, names, pieceCount, disk, connections: this.#connections }, limits);
    this.#everVerified[peer] ??= new Bitfield(pieceCount);
    this.#engines.add(state);
    return new WatchedEngine(state, observer, this);
  }

  // What the engines share.

  isWatched(peer: number): boolean {
    return this.#everVerified[peer] !== undefined;
  }

  ended(engine: EngineState): void {
    this.#engines.delete(engine);
  }

  noteVerified(peer: number, piece: number): void {
    this.#everVerified[peer]?.set(piece);
  }
}
