/**
 * A small swarm with a tracker: honest clients and peers that misbehave, all met through the tracker. Tests ask it how
 * the honest ones fare.
 */
import { equalBytes } from '../../../src/core/bytes.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import { RarestFirstPicker } from '../../../src/core/strategies/rarest-first.ts';
import { TitForTat } from '../../../src/core/strategies/tit-for-tat.ts';
import { SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import { ConservationChecker } from '../../../src/sim/checkers/conservation.ts';
import { NothingLeftChecker } from '../../../src/sim/checkers/nothing-left.ts';
import type { Behaviour, MisbehaviourOptions } from '../../../src/sim/misbehaviour/behaviours.ts';
import { type RunningPeer, startPeer } from '../../../src/sim/misbehaviour/start-peer.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { SimulatedDisk } from '../../../src/sim/simulated-disk.ts';
import type { SimulatedHost } from '../../../src/sim/simulated-host.ts';
import { EngineWorld, PIECE, PORT } from '../../support/engine-world.ts';
import { nodeHasher } from '../../support/fake-world.ts';
import { NotedObserver } from '../../support/noted-observer.ts';

export interface HostileSwarmOptions {
  readonly behaviour: Behaviour;
  /** How many of that behaviour there are beside the honest ones. */
  readonly hostile: number;
  readonly leechers?: number;
  readonly seeds?: number;
  /** What the hostile ones hold on arrival. Default: none. */
  readonly hostileHave?: 'all' | 'none';
  readonly misbehaviour?: Partial<MisbehaviourOptions>;
  readonly payload?: 'reference' | 'bytes';
  readonly seed?: number;
  readonly pieces?: number;
  readonly pieceLength?: number;
  /** Of the honest leechers. Default: the engine's. */
  readonly connectionsMax?: number;
}

export interface Member {
  readonly behaviour: Behaviour;
  readonly peer: RunningPeer;
  readonly host: SimulatedHost;
  readonly observer: NotedObserver;
  readonly disk: SimulatedDisk;
}

export class HostileSwarm {
  readonly world: EngineWorld;
  readonly members: Member[] = [];
  readonly #trackerUrl: string;
  readonly #tracker: UdpTrackerEndpoint;
  readonly #options: HostileSwarmOptions;

  constructor(options: HostileSwarmOptions) {
    const { pieces = 80, pieceLength = 4 * PIECE, payload = 'reference', seed = 1 } = options;
    this.#options = options;
    this.world = new EngineWorld({ totalBytes: pieces * pieceLength - 777, pieceLength, payload, seed });
    const host = this.world.host();
    const random = SeededRandom.ofRun(seed).fork('tracker');
    const registry = new SwarmRegistry(
      { random: random.fork('registry') },
      { intervalUs: 120_000_000, minIntervalUs: 60_000_000, defaultNumwant: 50 },
    );
    const ports = { clock: this.world.clock, network: host.network, random };
    this.#tracker = new UdpTrackerEndpoint(ports, registry, { port: 6969 });
    this.#trackerUrl = `udp://${host.address}:6969/announce`;
    this.world.run(0.1);
    const { seeds = 1, leechers = 8, hostile, behaviour, hostileHave = 'none' } = options;
    for (let count = 0; count < seeds; count++) this.#start('honest', 'all');
    // The hostile ones are there before the crowd: they meet everybody.
    for (let count = 0; count < hostile; count++) this.#start(behaviour, hostileHave);
    for (let count = 0; count < leechers; count++) this.#start('honest', 'none');
  }

  get honest(): Member[] {
    return this.members.filter(({ behaviour }) => behaviour === 'honest');
  }

  get hostile(): Member[] {
    return this.members.filter(({ behaviour }) => behaviour !== 'honest');
  }

  /** Honest peers that arrived with nothing. */
  get crowd(): Member[] {
    return this.honest.slice(this.#options.seeds ?? 1);
  }

  /** Runs until every honest peer is complete; seconds it took, or infinity when it takes longer than `seconds`. */
  complete(seconds = 1800): number {
    const done = (): boolean => this.crowd.every(({ peer }) => peer.torrent?.status().state === 'seeding');
    const complete = this.world.runUntil(done, seconds);
    return complete ? this.world.simulation.nowUs / 1e6 : Number.POSITIVE_INFINITY;
  }

  /** Whether what is on the member's disk is the content, every piece of it. */
  holdsContent(member: Member): boolean {
    const { metainfo } = this.world;
    const digests: (Uint8Array | undefined)[] = [];
    member.disk.attach({
      onRead() {},
      onWritten() {},
      onHashed: (piece, digest) => {
        digests[piece] = digest;
      },
    });
    for (let piece = 0; piece < metainfo.pieceCount; piece++) member.disk.hash(piece, piece);
    this.world.run(1);
    return Array.from({ length: metainfo.pieceCount }, (_, piece) => piece).every((piece) => {
      const digest = digests[piece];
      return digest !== undefined && equalBytes(digest, metainfo.pieceHash(piece));
    });
  }

  /** Hosts that an honest peer has blamed, each with the reason. */
  blamed(): Map<string, string> {
    const blamed = new Map<string, string>();
    for (const { observer } of this.honest) {
      for (const { remote, details } of observer.of('disconnected')) {
        if (details[1] === 'remote') {
          blamed.set(observer.remotes[remote]?.host as string, String(details[0]));
        }
      }
    }
    return blamed;
  }

  /** Everybody leaves, the tracker too; throws when anything is left behind. */
  leave(): void {
    let stopped = 0;
    for (const { peer } of this.members) peer.stop(() => stopped++);
    this.world.run(60);
    if (stopped !== this.members.length) throw new Error(`${stopped} of ${this.members.length} have left`);
    this.#tracker.close();
    this.world.run(1);
    const { internet, clock } = this.world;
    for (const checker of [new ConservationChecker(internet), new NothingLeftChecker(internet)])
      checker.check();
    if (clock.pendingCount > 0) throw new Error(`${clock.pendingCount} timers are left`);
  }

  #start(behaviour: Behaviour, have: 'all' | 'none'): void {
    const { world } = this;
    const number = this.members.length;
    // A line at home: less up than down.
    const host = world.host({
      upBytesPerSec: 250_000,
      downBytesPerSec: 1_500_000,
      latencyUs: 8000 + 1000 * number,
    });
    const observer = new NotedObserver(() => world.simulation.nowUs);
    const disk = new SimulatedDisk(world.simulation, world.content, {
      payload: world.payload,
      have,
      hasher: nodeHasher,
    });
    const few = behaviour === 'honest' && have === 'none' ? this.#options.connectionsMax : undefined;
    const peer = startPeer(
      behaviour,
      {
        clock: world.clock,
        network: host.network,
        http: new StreamHttpClient({ clock: world.clock, network: host.network }),
        hasher: nodeHasher,
        random: SeededRandom.ofRun(world.simulation.seed).fork(`peer-${number}`),
        disk,
        observer,
      },
      {
        port: PORT,
        onListening() {},
        onListenError(message) {
          throw new Error(message);
        },
        torrent: {
          metainfo: world.metainfo,
          onDisk: have === 'all' ? 'everything' : 'nothing',
          picker: new RarestFirstPicker(),
          choker: new TitForTat(),
          trackers: [[this.#trackerUrl]],
          ...(few === undefined ? {} : { connectionsMax: few }),
        },
        ...(this.#options.misbehaviour === undefined ? {} : { misbehaviour: this.#options.misbehaviour }),
      },
    );
    this.members.push({ behaviour, peer, host, observer, disk });
    world.run(0.2);
  }
}
