/**
 * Carries out a plan on the machines of either network: the tracker, every peer's arrival, and its departure. It knows
 * when the run is over: every peer has come, and each is complete and stays, or is gone.
 */
import { Client } from '../../core/client.ts';
import type { Address } from '../../core/ports.ts';
import { chokers, pickers } from '../../core/strategies/registry.ts';
import type { TraceRecorder } from '../../trace/recorder.ts';
import type { Plan, PlannedPeer } from '../plan.ts';
import type { Machines } from './machine.ts';
import type { PlannedContent } from './planned-content.ts';
import { startTracker } from './tracker-machine.ts';

/** Every peer accepts connections here; each has an address of its own. */
const PEER_PORT = 6881;

export interface SwarmEvents {
  /** The tracker listens: from here on the plan's times count. */
  onStarted?(): void;
  /** The run is over before its time. */
  onOver(): void;
  /** A machine cannot do what the plan asks (a socket that cannot be bound): the run makes no sense. */
  onFailed(message: string): void;
}

interface Member {
  readonly index: number;
  readonly peer: PlannedPeer;
  client: Client | undefined;
  disconnect: (() => void) | undefined;
  state: 'coming' | 'downloading' | 'complete' | 'gone';
}

export class Swarm {
  readonly #plan: Plan;
  readonly #machines: Machines;
  readonly #content: PlannedContent;
  readonly #recorder: TraceRecorder;
  readonly #events: SwarmEvents;
  readonly #members: Member[];
  #over = false;
  #closeTracker: (() => void) | undefined;

  constructor(
    plan: Plan,
    content: PlannedContent,
    machines: Machines,
    recorder: TraceRecorder,
    events: SwarmEvents,
  ) {
    this.#plan = plan;
    this.#machines = machines;
    this.#content = content;
    this.#recorder = recorder;
    this.#events = events;
    this.#members = plan.peers.map((peer, index) => ({
      index,
      peer,
      client: undefined,
      disconnect: undefined,
      state: 'coming',
    }));
  }

  /** Peers that have every piece now or had it when they left, of all that the plan names. */
  get progress(): { readonly complete: number; readonly peers: number } {
    const complete = this.#members.filter((member) => member.state === 'complete' || member.state === 'gone');
    return { complete: complete.length, peers: this.#members.length };
  }

  /** Starts the tracker; peers arrive as planned once it listens. */
  start(): void {
    const { clock } = this.#machines;
    this.#closeTracker = startTracker(this.#plan, this.#machines, {
      onFailed: (message) => this.#fail(`the tracker: ${message}`),
      onReady: (url) => {
        this.#events.onStarted?.();
        const startUs = clock.now();
        for (const member of this.#members) {
          clock.schedule(startUs + member.peer.arriveUs, () => this.#arrive(member, url));
        }
      },
    });
  }

  /** Ends every client and the tracker; on real machines nothing is left open after this. */
  async stop(): Promise<void> {
    this.#over = true;
    const clients = this.#members.flatMap(({ client, state }) =>
      client === undefined || state === 'gone' ? [] : [client],
    );
    await Promise.all(clients.map((client) => new Promise((resolve) => client.stop(resolve))));
    this.#closeTracker?.();
  }

  #arrive(member: Member, trackerUrl: string): void {
    if (this.#over) return;
    const { peer, index } = member;
    const machine = this.#machines.create(peer.id, peer.link);
    const disk = machine.openDisk(this.#content, peer.have);
    this.#recorder.registerHost(machine.address, index);
    const { clock, hasher } = this.#machines;
    const { network, http, random } = machine;
    const client = new Client(
      { clock, network, http, hasher, random },
      {
        port: PEER_PORT,
        onListenError: (message) => this.#fail(`${peer.id}: ${message}`),
        onListening: (_address: Address) => {
          this.#recorder.peerJoined(index);
          member.state = 'downloading';
          client.add(
            { disk, observer: this.#recorder.observer(index) },
            this.#torrentOptions(member, trackerUrl),
          );
        },
      },
    );
    member.client = client;
    member.disconnect = () => machine.disconnect();
    client.start();
  }

  #torrentOptions(member: Member, trackerUrl: string) {
    const { engine, have } = member.peer;
    const picker = pickers.get(engine.picker);
    const choker = chokers.get(engine.choker);
    if (picker === undefined || choker === undefined) {
      throw new Error(
        `the plan names the strategies ${engine.picker} and ${engine.choker}; there are no such`,
      );
    }
    return {
      metainfo: this.#content.metainfo,
      onDisk: have === 'all' ? ('everything' as const) : ('nothing' as const),
      picker: picker(),
      choker: choker(),
      trackers: [[trackerUrl]],
      uploadSlots: engine.uploadSlots,
      connectionsMax: engine.connectionsMax,
      uploadLimitBytesPerSec: engine.uploadLimitBytesPerSec,
      downloadLimitBytesPerSec: engine.downloadLimitBytesPerSec,
      numwant: this.#plan.tracker.numwant,
      shortestAnnounceIntervalUs: Math.min(30_000_000, this.#plan.tracker.intervalUs),
      events: { onCompleted: () => this.#complete(member) },
    };
  }

  #complete(member: Member): void {
    member.state = 'complete';
    const { leaveAfterCompleteUs } = member.peer;
    if (leaveAfterCompleteUs !== undefined) {
      const { clock } = this.#machines;
      clock.schedule(clock.now() + leaveAfterCompleteUs, () => this.#leave(member));
    }
    this.#checkOver();
  }

  #leave(member: Member): void {
    if (this.#over) return;
    this.#recorder.peerLeft(member.index, true);
    member.state = 'gone';
    member.client?.stop(() => member.disconnect?.());
    this.#checkOver();
  }

  #checkOver(): void {
    const settled = ({ state, peer }: Member): boolean =>
      state === 'gone' || (state === 'complete' && peer.leaveAfterCompleteUs === undefined);
    if (this.#over || !this.#members.every(settled)) return;
    this.#over = true;
    this.#events.onOver();
  }

  #fail(message: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.onFailed(message);
  }
}
