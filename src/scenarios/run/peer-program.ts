/** The program that a peer runs on its machine: a client with one torrent, or one of those that misbehave. */
import type { DhtOptions } from '../../core/dht/dht.ts';
import type { TorrentObserver } from '../../core/observer.ts';
import type { Hasher } from '../../core/ports.ts';
import type { Torrent } from '../../core/torrent/torrent.ts';
import { startPeer } from '../../sim/misbehaviour/start-peer.ts';
import type { Plan, PlannedEngine, PlannedPeer } from '../plan.ts';
import type { Machine } from './machine.ts';
import type { Stored } from './member.ts';
import type { PlannedContent } from './planned-content.ts';
import type { RunStrategies } from './run-strategies.ts';

/** Every peer accepts connections here; each has an address of its own. */
const PEER_PORT = 6881;

export interface ProgramEvents {
  /** It listens and is part of the swarm from here on. */
  onReady(): void;
  /** It holds everything; again after each start. */
  onCompleted(): void;
  onFailed(message: string): void;
}

export interface PeerProgram {
  /** The torrent of an honest client, once it is ready. */
  readonly torrent: Torrent | undefined;
  /** Which pieces it has stored, for the next start. */
  stored(): Stored;
  /** Bytes that it has sent and that are no payload, by kind; undefined where its program does not count them. */
  readonly controlBytes: Float64Array | undefined;
  /** Other settings from here on. */
  configure(engine: PlannedEngine): void;
  /** Says goodbye; `done` follows later. */
  stop(done: () => void): void;
}

export interface ProgramPlan {
  readonly plan: Plan;
  readonly content: PlannedContent;
  readonly machine: Machine;
  readonly hasher: Hasher;
  /** Makes its picker and its choker. */
  readonly strategies: RunStrategies;
  readonly behaviour: PlannedPeer['behaviour'];
  readonly engine: PlannedEngine;
  /** How many programs of this peer came before. */
  readonly session: number;
  readonly stored: Stored;
  readonly observer: TorrentObserver;
  /** Undefined: there is no tracker. */
  readonly trackerUrl: string | undefined;
  readonly dht: DhtOptions | undefined;
  onTorrent?(torrent: Torrent): void;
}

/** Starts the program of a peer: an honest client, or one that misbehaves as planned. */
export function startProgram(options: ProgramPlan, events: ProgramEvents): PeerProgram {
  const { machine, hasher, content, observer, stored, engine, behaviour, plan, strategies } = options;
  const { clock, network, http } = machine;
  // A program that starts again draws anew: above all it has another peer id, as any client that was restarted.
  const random = options.session === 0 ? machine.random : machine.random.fork(`session-${options.session}`);
  const disk = machine.openDisk();
  const running = startPeer(
    behaviour,
    { clock, network, http, hasher, random, disk, observer },
    {
      port: PEER_PORT,
      dht: options.dht,
      onListenError: events.onFailed,
      onListening: () => events.onReady(),
      onTorrent: (torrent) => options.onTorrent?.(torrent),
      torrent: {
        metainfo: content.metainfo,
        onDisk: stored === 'all' ? 'everything' : stored === 'none' ? 'nothing' : stored,
        picker: strategies.picker(engine, machine.name),
        choker: strategies.choker(engine, machine.name),
        suggest: engine.suggest ?? 0,
        superSeeding: engine.superSeeding,
        refillsSlotsAtOnce: engine.refillsSlots ?? false,
        trackers: options.trackerUrl === undefined ? [] : [[options.trackerUrl]],
        uploadSlots: engine.uploadSlots,
        connectionsMax: engine.connectionsMax,
        uploadLimitBytesPerSec: engine.uploadLimitBytesPerSec,
        downloadLimitBytesPerSec: engine.downloadLimitBytesPerSec,
        peerExchange: plan.pex === true,
        numwant: plan.tracker.numwant,
        shortestAnnounceIntervalUs: Math.min(30_000_000, plan.tracker.intervalUs),
        events: { onCompleted: () => events.onCompleted() },
      },
    },
  );
  let current = engine;
  return {
    get torrent() {
      return running.torrent;
    },
    controlBytes: running.controlBytes,
    stored: () => running.torrent?.verified() ?? stored,
    configure: (changed) => {
      const samePicker = changed.picker === current.picker;
      const sameChoker = changed.choker === current.choker && changed.seedChoker === current.seedChoker;
      running.configure({
        uploadSlots: changed.uploadSlots,
        connectionsMax: changed.connectionsMax,
        uploadLimitBytesPerSec: changed.uploadLimitBytesPerSec,
        downloadLimitBytesPerSec: changed.downloadLimitBytesPerSec,
        suggest: changed.suggest ?? 0,
        // A strategy that stays keeps what it knows.
        ...(samePicker ? {} : { picker: strategies.picker(changed, machine.name) }),
        ...(sameChoker ? {} : { choker: strategies.choker(changed, machine.name) }),
      });
      current = changed;
    },
    stop: (done) => running.stop(() => done()),
  };
}

/** Where there is no swarm, those who come for the content give nothing: the sources alone serve. */
export function engineOf(plan: Plan, { have }: PlannedPeer, engine: PlannedEngine): PlannedEngine {
  return plan.swarm || have === 'all' ? engine : { ...engine, choker: 'never', seedChoker: undefined };
}
