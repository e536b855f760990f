/**
 * Carries out a plan on the machines of either network: the tracker, every peer, and what happens to them. It knows when
 * the run is over: nothing that is still to come can change who completes, and nobody who is there has yet to leave.
 */
import type { TorrentObserver } from '../../core/observer.ts';
import type { Clock } from '../../core/ports.ts';
import type { Torrent } from '../../core/torrent/torrent.ts';
import { wantsToComplete } from '../../sim/misbehaviour/behaviours.ts';
import type { TraceRecorder } from '../../trace/recorder.ts';
import { plannedPieces } from '../piece-list.ts';
import type { Plan } from '../plan.ts';
import type { StrategyFault } from '../strategies/strategy-fault.ts';
import { CopyCount } from './copy-count.ts';
import { DhtNetwork } from './dht-network.ts';
import { EventPlayer } from './event-player.ts';
import type { Machine, Machines } from './machine.ts';
import { Member, type MemberWorld } from './member.ts';
import { engineOf, type ProgramPlan, startProgram } from './peer-program.ts';
import type { PlannedContent } from './planned-content.ts';
import { RunStrategies, simulatedStrategies } from './run-strategies.ts';
import { startTracker, type TrackerMachine } from './tracker-machine.ts';

export interface SwarmEvents {
  /** The tracker listens: from here on the plan's times count. */
  onStarted?(): void;
  /** The run is over before its time. */
  onOver(): void;
  /**
   * The run makes no sense: a machine cannot do what the plan asks (a socket that cannot be bound), said in words; or a
   * strategy of the user's own is at fault.
   */
  onFailed(why: string | StrategyFault): void;
}

/** Watches engines while they run, in simulation: the laws that hold for them. */
export interface SwarmWitness {
  /** A program is about to begin; undefined for one that is not watched. */
  begin(member: Member, observer: TorrentObserver): WitnessedProgram | undefined;
}

export interface WitnessedProgram {
  /** To be given to the engine in place of the other one, to which it passes everything on. */
  readonly observer: TorrentObserver;
  onTorrent(torrent: Torrent): void;
  /** Its client has other settings. */
  configured(): void;
  /** The program has ended, or its machine has crashed. */
  end(): void;
}

export class Swarm {
  readonly members: readonly Member[];
  readonly #plan: Plan;
  readonly #machines: Machines;
  readonly #content: PlannedContent;
  readonly #recorder: TraceRecorder;
  readonly #events: SwarmEvents;
  readonly #witness: SwarmWitness | undefined;
  readonly #copies: CopyCount | undefined;
  readonly #strategies: RunStrategies;
  readonly #trackerMachine: Machine;
  #tracker: TrackerMachine | undefined;
  #player: EventPlayer | undefined;
  #trackerUrl: string | undefined;
  readonly #dht: DhtNetwork | undefined;
  #startUs = 0;
  #over = false;
  /** One that held up the end when it was last looked for. */
  #unsettled: Member | undefined;

  constructor(
    plan: Plan,
    content: PlannedContent,
    machines: Machines,
    recorder: TraceRecorder,
    events: SwarmEvents,
    witness?: SwarmWitness,
  ) {
    this.#plan = plan;
    this.#machines = machines;
    this.#content = content;
    this.#recorder = recorder;
    this.#events = events;
    this.#witness = witness;
    const { pieceCount } = content.metainfo;
    const byCopies = plan.peers.some(({ leave }) => leave.whenCopies !== undefined);
    const counts = byCopies || simulatedStrategies(plan).length > 0;
    this.#copies = counts ? new CopyCount(pieceCount) : undefined;
    this.#strategies = new RunStrategies(plan, {
      oracle: this.#copies,
      nowUs: () => machines.clock.now() - this.#startUs,
      onFault: (fault) => this.#fail(fault),
    });
    this.#trackerMachine = machines.create({
      name: 'tracker',
      link: plan.tracker.link,
      storage: undefined,
    });
    const world = this.#memberWorld();
    this.members = plan.peers.map((peer, index) => {
      const have = typeof peer.have === 'string' ? peer.have : plannedPieces(peer.have.pieces, pieceCount);
      const machine = machines.create({
        name: peer.id,
        link: peer.link,
        storage: { disk: peer.disk, content, have },
        onLineChanged: (up, down, reason) => recorder.lineChanged(index, up, down, reason),
      });
      recorder.registerHost(machine.address, index);
      return new Member(index, peer, have, machine, world);
    });
    const peerMachines = this.members.map(({ machine }) => machine);
    this.#dht = plan.dht && new DhtNetwork(plan, machines, peerMachines);
  }

  /** Peers that have had every piece, of all that the plan names. */
  get progress(): { readonly complete: number; readonly peers: number } {
    return { complete: this.members.filter(({ complete }) => complete).length, peers: this.members.length };
  }

  /** Starts the tracker, if there is one; peers arrive as planned once it listens. */
  start(): void {
    this.#dht?.start();
    if (this.#plan.tracker.isOff === true) {
      const { clock } = this.#machines;
      clock.schedule(clock.now(), () => this.#begin());
      return;
    }
    const groups = new Map(
      this.members.map(({ machine, index }) => [machine.address, this.#plan.peers[index]?.group]),
    );
    const groupOf = (host: string): number | undefined => groups.get(host);
    this.#tracker = startTracker(this.#plan, this.#trackerMachine, groupOf, {
      onFailed: (message) => this.#fail(`the tracker: ${message}`),
      onReady: (url) => {
        this.#trackerUrl = url;
        this.#begin();
      },
    });
  }

  /** From here on the plan's times count. */
  #begin(): void {
    this.#events.onStarted?.();
    const startUs = this.#machines.clock.now();
    this.#startUs = startUs;
    for (const member of this.members) member.begin(startUs);
    this.#playEvents(startUs);
  }

  /** Ends every client and the tracker; on real machines nothing is left open after this. */
  async stop(): Promise<void> {
    this.#over = true;
    await Promise.all(this.members.map((member) => new Promise<void>((resolve) => member.stop(resolve))));
    this.#tracker?.close();
    this.#dht?.stop();
  }

  /** Ends everything at once and takes every machine off the network; what is under way may still arrive. */
  breakUp(): void {
    this.#over = true;
    for (const member of this.members) member.stop(() => member.machine.disconnect());
    this.#player?.heal();
    this.#tracker?.close();
    this.#trackerMachine.disconnect();
    this.#dht?.stop();
  }

  #playEvents(startUs: number): void {
    const { clock, faults } = this.#machines;
    this.#player = new EventPlayer(this.#plan, {
      clock,
      faults,
      members: this.members,
      trackerMachine: this.#trackerMachine,
      tracker: this.#tracker,
      onFault: (index, began, label) => this.#recorder.fault(index, began, label),
    });
    this.#player.begin(startUs);
  }

  #memberWorld(): MemberWorld {
    const clock: Clock = this.#machines.clock;
    return {
      clock,
      recorder: this.#recorder,
      copies: this.#copies,
      totalBytes: this.#content.metainfo.geometry.totalLength,
      engineOf: (peer, planned) => engineOf(this.#plan, peer, planned),
      startProgram: (member, stored, watch, events) => {
        const recorded = this.#recorder.observer(member.index, watch);
        const witnessed = this.#witness?.begin(member, recorded);
        const options: ProgramPlan = {
          plan: this.#plan,
          content: this.#content,
          machine: member.machine,
          hasher: this.#machines.hasher,
          strategies: this.#strategies,
          behaviour: member.peer.behaviour,
          engine: member.engine,
          session: member.sessions,
          stored,
          observer: witnessed?.observer ?? recorded,
          trackerUrl: this.#trackerUrl,
          dht: this.#dht?.optionsFor(member.index, member.machine),
          onTorrent: (torrent) => witnessed?.onTorrent(torrent),
        };
        return { program: startProgram(options, events), witnessed };
      },
      onCopiesChanged: (least) => {
        for (const member of this.members) member.copiesChanged(least);
      },
      onChanged: () => this.#checkOver(),
      onFailed: (message) => this.#fail(message),
    };
  }

  /** Tells the recorder what everybody has sent so far that is no payload; once, before it finishes. */
  reportControl(): void {
    for (const { index, controlBytes } of this.members) {
      for (const bytes of controlBytes) this.#recorder.controlSent(index, bytes);
    }
  }

  #checkOver(): void {
    if (this.#over) return;
    // Whoever held the run up the last time mostly still does, and nobody else has to be asked.
    if (this.#unsettled !== undefined && !this.#isSettled(this.#unsettled)) return;
    this.#unsettled = this.members.find((member) => !this.#isSettled(member));
    if (this.#unsettled !== undefined) return;
    this.#over = true;
    this.#events.onOver();
  }

  /** Whether nothing that matters can happen to the member any more, provided that it holds for all the others. */
  #isSettled({ complete, hasCome, hasLeft, isLost, peer }: Member): boolean {
    if (hasLeft || !wantsToComplete(peer.behaviour)) return true;
    if (isLost && this.#plan.healAtUs === undefined) return true;
    const leaves = peer.leave.afterCompleteUs !== undefined || peer.leave.atUs !== undefined;
    return hasCome && complete && !leaves;
  }

  #fail(why: string | StrategyFault): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.onFailed(why);
  }
}
