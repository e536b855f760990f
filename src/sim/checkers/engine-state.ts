/**
 * What the laws know of one engine in one session of it (from the start of its client to its end or crash): what it has
 * reported, and where to look at it. Only honest peers have one; a remote without one is an outsider, who may do anything.
 */
import { Bitfield } from '../../core/bitfield.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import type { Checker } from './checker.ts';
import type { WatchedConnections } from './watched-connections.ts';

/** The settings of an engine that bound what it may have open. */
export interface EngineLimits {
  readonly uploadSlots: number;
  readonly connectionsMax: number;
}

/** The truth about a disk. */
export interface DiskTruth {
  /** Whether every byte of the piece, as the disk would read it now, is the source's. */
  holds(piece: number): boolean;
}

export interface EngineIdentity {
  /** Index among the peers of the run. */
  readonly peer: number;
  readonly names: readonly string[];
  readonly pieceCount: number;
  readonly disk: DiskTruth;
  /** Of all engines. */
  readonly connections: WatchedConnections;
}

export class EngineState {
  readonly peer: number;
  readonly name: string;
  readonly disk: DiskTruth;
  /** What is known of its connections, and those of the others, by number: the label in the engine. */
  readonly connections: WatchedConnections;
  /** The pieces that it has reported as verified in this session. */
  readonly verified: Bitfield;
  /** How often it has reported a piece as verified. */
  verifiedCount = 0;
  /** Connections that it unchokes, by its reports. */
  unchokedCount = 0;
  /** Undefined until the torrent is there. */
  inspection: TorrentView | undefined = undefined;
  /** The most connections that its settings have allowed since it began. */
  connectionsMax: number;
  #limits: EngineLimits;
  readonly #names: readonly string[];

  constructor(identity: EngineIdentity, limits: EngineLimits) {
    this.peer = identity.peer;
    this.name = identity.names[identity.peer] ?? `peer ${identity.peer}`;
    this.disk = identity.disk;
    this.connections = identity.connections;
    this.verified = new Bitfield(identity.pieceCount);
    this.connectionsMax = limits.connectionsMax;
    this.#limits = limits;
    this.#names = identity.names;
  }

  get limits(): EngineLimits {
    return this.#limits;
  }

  set limits(limits: EngineLimits) {
    this.#limits = limits;
    this.connectionsMax = Math.max(this.connectionsMax, limits.connectionsMax);
  }

  /** Who is at the other end, for messages. */
  remoteName(number: number): string {
    const remote = this.connections.remote(number);
    return remote < 0 ? 'an outsider' : (this.#names[remote] ?? `peer ${remote}`);
  }
}

/** A law that looks at one engine at a time, so that several can look at it in turn while it is at hand. */
export interface EngineLaw extends Checker {
  /** A check begins, of so many engines, with so many connections in all. */
  begin(connections: number, engines: number): void;
  look(engine: EngineState, inspection: TorrentView): void;
}

/** Checks laws: engine by engine, because going through all connections of a swarm is what costs. */
export function checkEngines(engines: RunningEngines, laws: readonly EngineLaw[]): void {
  let connections = 0;
  let count = 0;
  for (const { inspection } of engines) {
    connections += inspection?.connectionCount ?? 0;
    count++;
  }
  for (const law of laws) law.begin(connections, count);
  for (const engine of engines) {
    const { inspection } = engine;
    if (inspection === undefined) continue;
    for (const law of laws) law.look(engine, inspection);
  }
}

/** The engines that run now, in the order in which they began. */
export type RunningEngines = Iterable<EngineState>;
