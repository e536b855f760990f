/**
 * Whether a stream on a shaped line may send now. While its way is not open it takes nothing of its uplink: a TCP that
 * hears no answers sends nothing new, and what it sends again on a dead way is little. When the way opens it goes on as its
 * stall says.
 */
import type { Clock, Timer } from '../core/ports.ts';
import type { SendingStall, ShapedWays } from './shaped-way.ts';

interface Line {
  readonly clock: Clock;
  readonly ways: ShapedWays;
}

export class SendingWay {
  readonly #line: Line;
  readonly #remoteHost: string;
  readonly #goOn: () => void;
  #stall: SendingStall | undefined;
  #timer: Timer | undefined;

  /** `goOn` is called when it may send again. */
  constructor(line: Line, remoteHost: string, goOn: () => void) {
    this.#line = line;
    this.#remoteHost = remoteHost;
    this.#goOn = goOn;
    this.changed(false);
  }

  get isOpen(): boolean {
    return this.#stall === undefined;
  }

  /** The way may be another. `isWaiting`: something is to be sent. */
  changed(isWaiting: boolean): void {
    const { clock, ways } = this.#line;
    const passage = ways.passageTo?.(this.#remoteHost) ?? 'open';
    if (passage === 'open' && this.#stall === undefined) return;
    const nowUs = clock.now();
    this.#stall ??= ways.newStall?.() ?? new PlainStall();
    if (isWaiting) this.#stall.wait(nowUs);
    this.#stall.change(passage, nowUs, 2 * ways.latencyUs(this.#remoteHost));
    this.#timer?.cancel();
    const { resumeAtUs } = this.#stall;
    if (resumeAtUs <= nowUs) this.#end();
    else if (resumeAtUs < Number.POSITIVE_INFINITY) {
      this.#timer = clock.schedule(resumeAtUs, () => {
        this.#end();
        this.#goOn();
      });
    }
  }

  /** Something is to be sent while it is not open. */
  wait(): void {
    this.#stall?.wait(this.#line.clock.now());
  }

  /** The stream has ended. */
  forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #end(): void {
    this.#stall = undefined;
    this.#timer = undefined;
  }
}

/** Goes on when the way is open. */
class PlainStall implements SendingStall {
  resumeAtUs = Number.POSITIVE_INFINITY;

  wait(): void {}

  change(passage: string, nowUs: number): void {
    this.resumeAtUs = passage === 'open' ? nowUs : Number.POSITIVE_INFINITY;
  }
}
