/**
 * One peer of the plan: it comes, is switched off and on, crashes, and leaves when one of its rules says so. Whether its
 * program runs follows from four facts alone (has it come, is it switched off, has it crashed, has it left); every
 * change of one of them ends in `#update`, which starts or ends the program. What it has stored stays on its machine.
 */
import type { Bitfield } from '../../core/bitfield.ts';
import type { Clock, Timer } from '../../core/ports.ts';
import type { PeerWatch, TraceRecorder } from '../../trace/recorder.ts';
import type { PlannedEngine, PlannedPeer } from '../plan.ts';
import type { CopyCount } from './copy-count.ts';
import type { Machine } from './machine.ts';
import type { PeerProgram, ProgramEvents } from './peer-program.ts';

/** What a program finds on its machine: what was planned, what it left there itself, or whatever a crash has left. */
export type Stored = 'all' | 'none' | 'unknown' | Bitfield;

export interface MemberWorld {
  readonly clock: Clock;
  readonly recorder: TraceRecorder;
  /** Undefined when no peer's departure depends on copies. */
  readonly copies: CopyCount | undefined;
  readonly totalBytes: number;
  /** The settings that its client really gets, of those that are planned for it. */
  engineOf(peer: PlannedPeer, planned: PlannedEngine): PlannedEngine;
  /** Starts the peer's program on its machine. */
  startProgram(
    member: Member,
    stored: Stored,
    watch: PeerWatch | undefined,
    events: ProgramEvents,
  ): RunningProgram;
  /** There are other copies; `least` of the rarest piece. Called from inside the engine. */
  onCopiesChanged(least: number): void;
  /** Something about a member has changed that may end the run. */
  onChanged(): void;
  /** The machine cannot do what the plan asks. */
  onFailed(message: string): void;
}

export interface RunningProgram {
  readonly program: PeerProgram;
  /** Whoever watches it, if anybody does. */
  readonly witnessed: { configured(): void; end(): void } | undefined;
}

export class Member {
  readonly index: number;
  readonly peer: PlannedPeer;
  readonly machine: Machine;
  engine: PlannedEngine;
  /** It has had everything at some time. */
  complete: boolean;
  /** Programs that have ended or crashed. */
  sessions = 0;
  readonly #world: MemberWorld;
  #come = false;
  #off = false;
  #crashed = false;
  #returns = false;
  #left = false;
  #running: RunningProgram | undefined;
  #presentSinceUs = 0;
  /** The last program is still saying goodbye. */
  #stopping = false;
  #whenStopped: (() => void) | undefined;
  #stored: Stored;
  #sentBytes = 0;
  /** What its programs count, those that have ended too: each goes on counting its own farewell. */
  readonly #controlBytes: Float64Array[] = [];
  #leaving: Timer | undefined;

  /** `have`: what it holds on arrival. */
  constructor(index: number, peer: PlannedPeer, have: Stored, machine: Machine, world: MemberWorld) {
    this.index = index;
    this.peer = peer;
    this.machine = machine;
    this.engine = world.engineOf(peer, peer.engine);
    this.#world = world;
    this.#stored = have;
    this.complete = peer.have === 'all';
  }

  get present(): boolean {
    return this.#running !== undefined;
  }

  get hasCome(): boolean {
    return this.#come;
  }

  get hasLeft(): boolean {
    return this.#left;
  }

  /** Crashed, and nothing planned brings it back. */
  get isLost(): boolean {
    return this.#crashed && !this.#returns;
  }

  get program(): PeerProgram | undefined {
    return this.#running?.program;
  }

  /** Bytes that its programs have sent and that are no payload, by kind, one list a program. */
  get controlBytes(): readonly Float64Array[] {
    return this.#controlBytes;
  }

  /** Since when it is there, on the run's clock. */
  get presentSinceUs(): number {
    return this.#presentSinceUs;
  }

  /** Sets the timers of its plan; `startUs` is the instant from which the plan's times count. */
  begin(startUs: number): void {
    const { clock } = this.#world;
    const { arriveUs, absences, leave } = this.peer;
    clock.schedule(startUs + arriveUs, () => this.#arrive());
    for (const { fromUs, toUs } of absences) {
      clock.schedule(startUs + fromUs, () => this.#switch(true));
      clock.schedule(startUs + toUs, () => this.#switch(false));
    }
    if (leave.atUs !== undefined) {
      clock.schedule(startUs + leave.atUs, () => this.leave('left as planned'));
    }
  }

  /** The power fails; `returns`: a restart is planned. Harmless for one that is not there. False then. */
  crash(returns: boolean): boolean {
    const running = this.#running;
    if (running === undefined) return false;
    this.#returns = returns;
    this.#world.recorder.peerLeft(this.index, 'crashed', 'crashed');
    this.#running = undefined;
    this.sessions++;
    this.#stored = 'unknown';
    this.#crashed = true;
    this.#world.copies?.remove(this.index);
    this.machine.faults?.crash();
    running.witnessed?.end();
    this.#world.onChanged();
    return true;
  }

  /** The power is back. */
  restart(): void {
    if (!this.#crashed) return;
    this.#crashed = false;
    this.#update('restarted');
  }

  /** Goes on with other settings of its client, now and after each return. */
  configure(change: Partial<PlannedEngine>): void {
    this.engine = this.#world.engineOf(this.peer, { ...this.engine, ...change });
    this.#running?.program.configure(this.engine);
    this.#running?.witnessed?.configured();
  }

  /** Leaves for good. */
  leave(reason: string): void {
    if (this.#left) return;
    this.#left = true;
    // One that is away just now leaves without a word.
    if (this.#come && !this.present) this.#world.recorder.peerLeft(this.index, 'planned', reason);
    this.#update(reason);
    this.#world.onChanged();
  }

  /** Leaves when its rule about copies says so; for the swarm, which sees them change. */
  copiesChanged(least: number): void {
    const { whenCopies } = this.peer.leave;
    if (whenCopies === undefined || least < whenCopies || !this.present) return;
    this.#leaveSoon(`every piece has ${whenCopies} copies`);
  }

  /** The run ends: ends the program without a word in the trace, and starts none any more. */
  stop(done: () => void): void {
    const running = this.#running;
    this.#running = undefined;
    this.#left = true;
    if (this.#stopping) this.#whenStopped = done;
    else if (running === undefined) done();
    else {
      running.program.stop(() => {
        running.witnessed?.end();
        done();
      });
    }
  }

  #arrive(): void {
    this.#come = true;
    this.#update('arrived');
    const { abortAfterUs, afterCompleteUs } = this.peer.leave;
    if (abortAfterUs !== undefined && !this.complete) {
      this.#after(abortAfterUs, () => {
        if (!this.complete) this.leave('gave up');
      });
    }
    if (this.complete && afterCompleteUs !== undefined) this.#leaveAfter(afterCompleteUs);
  }

  #switch(off: boolean): void {
    this.#off = off;
    this.#update(off ? 'switched off' : 'switched on');
  }

  /** Starts or ends the program, as the facts demand. */
  #update(reason: string): void {
    const wanted = this.#come && !this.#off && !this.#crashed && !this.#left;
    if (wanted && this.#running === undefined && !this.#stopping) this.#start();
    else if (!wanted && this.#running !== undefined) this.#end(this.#running, reason);
  }

  #start(): void {
    const { recorder } = this.#world;
    this.machine.connect();
    this.#presentSinceUs = this.#world.clock.now();
    this.#running = this.#world.startProgram(this, this.#stored, this.#watch(), {
      onReady: () => recorder.peerJoined(this.index),
      onCompleted: () => this.#onCompleted(),
      onFailed: (message) => this.#world.onFailed(`${this.peer.id}: ${message}`),
    });
    const { controlBytes } = this.#running.program;
    if (controlBytes !== undefined) this.#controlBytes.push(controlBytes);
  }

  #end({ program, witnessed }: RunningProgram, reason: string): void {
    const { recorder, copies } = this.#world;
    recorder.peerLeft(this.index, this.#left ? 'planned' : 'switchedOff', reason);
    copies?.remove(this.index);
    this.#running = undefined;
    this.sessions++;
    this.#stopping = true;
    this.#stored = program.stored();
    program.stop(() => {
      this.#stopping = false;
      this.machine.disconnect();
      witnessed?.end();
      this.#whenStopped?.();
      this.#update('switched on');
    });
    this.#world.onChanged();
  }

  #onCompleted(): void {
    const first = !this.complete;
    this.complete = true;
    const { afterCompleteUs } = this.peer.leave;
    if (first && afterCompleteUs !== undefined) this.#leaveAfter(afterCompleteUs);
    this.#checkRatio();
    this.#world.onChanged();
  }

  #watch(): PeerWatch | undefined {
    const { copies } = this.#world;
    const counted = copies !== undefined && this.peer.behaviour === 'honest';
    if (!counted && this.peer.leave.atShareRatioPerMille === undefined) return undefined;
    return {
      pieceVerified: (piece) => {
        if (!counted) return;
        const before = copies.least;
        copies.add(this.index, piece);
        if (copies.least !== before) this.#world.onCopiesChanged(copies.least);
      },
      blockSent: (length) => {
        this.#sentBytes += length;
        this.#checkRatio();
      },
    };
  }

  #checkRatio(): void {
    const { atShareRatioPerMille } = this.peer.leave;
    if (atShareRatioPerMille === undefined || !this.complete) return;
    if (this.#sentBytes * 1000 < atShareRatioPerMille * this.#world.totalBytes) return;
    this.#leaveSoon('its share ratio is reached');
  }

  #leaveAfter(afterUs: number): void {
    this.#after(afterUs, () => this.leave('stayed as long as planned'));
  }

  /** Leaves at this instant, but not from inside the engine's call. */
  #leaveSoon(reason: string): void {
    this.#leaving ??= this.#after(0, () => this.leave(reason));
  }

  #after(afterUs: number, callback: () => void): Timer {
    const { clock } = this.#world;
    return clock.schedule(clock.now() + afterUs, callback);
  }
}
