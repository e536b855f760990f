/**
 * One machine of a run on real sockets: a loopback address, a line shaped in user space, storage in memory. Its power can
 * fail: its timers, streams and disk answer its program no more, and nobody else is told.
 */
import type { Clock, Disk, Http, Random } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import { NodeHttp } from '../../host/node-http.ts';
import { NodeNetwork } from '../../host/node-network.ts';
import { ShapedNetwork } from '../../host/shaped-network.ts';
import type { ShapedWays } from '../../host/shaped-way.ts';
import type { RouteEnd } from '../../sim/routes.ts';
import { KeptDisk } from './kept-disk.ts';
import type { LoopbackDisk, LoopbackStorage } from './loopback-disk.ts';
import { LoopbackLine } from './loopback-line.ts';
import type { Machine, MachineFaults, MachinePlan } from './machine.ts';
import { StoppableClock } from './stoppable-clock.ts';

export interface LoopbackMachineOptions {
  readonly address: string;
  /** The run's clock. */
  readonly clock: Clock;
  /** The time of the week at the start of the run. */
  readonly startsAtUs: number;
  readonly random: Random;
  readonly ways: ShapedWays;
  /** It has gone from the network, or has come back to it. */
  onPresenceChanged(): void;
}

export class LoopbackMachine implements Machine, RouteEnd {
  readonly name: string;
  readonly address: string;
  readonly latencyUs: number;
  readonly region: number | undefined;
  readonly jitterUs: number;
  readonly clock: StoppableClock;
  readonly network: ShapedNetwork;
  readonly http: Http;
  readonly random: Random;
  readonly line: LoopbackLine;
  readonly faults: MachineFaults;
  online = true;
  storage: LoopbackStorage | undefined;
  readonly #onPresenceChanged: () => void;
  #disk: LoopbackDisk | undefined;
  /** Programs that have lost their power: what they asked for is not answered. */
  #failures = 0;

  constructor({ name, link, onLineChanged }: MachinePlan, options: LoopbackMachineOptions) {
    const { address, clock, random, ways } = options;
    this.name = name;
    this.address = address;
    this.latencyUs = link.latencyUs;
    this.region = link.region;
    this.jitterUs = link.jitterUs;
    this.clock = new StoppableClock(clock);
    this.random = random.fork(name);
    const jitter = random.fork(`${name}/jitter`);
    this.network = new ShapedNetwork(new NodeNetwork({ localHost: address }), clock, {
      upBytesPerSec: link.upBytesPerSec,
      downBytesPerSec: link.downBytesPerSec,
      queueBytes: link.queueBytes,
      ...ways,
      draw: () => jitter.uint32() / 2 ** 32,
      onPassed: (direction, bytes) => this.line.passed(direction, bytes),
    });
    this.line = new LoopbackLine(clock, link, options.startsAtUs, {
      onRates: (up, down) => this.network.setRates(up, down),
      onLineChanged,
    });
    this.http = this.#mortal(new NodeHttp({ localHost: address }));
    this.#onPresenceChanged = () => options.onPresenceChanged();
    this.faults = {
      crash: () => this.#crash(),
      lose: () => {
        throw new Error('loss of packets is refused before a run on sockets starts');
      },
      limit: (up, down) => this.line.limit(up, down),
      harmDisk: (fault) => this.storage?.lay(fault) ?? (() => {}),
    };
  }

  openDisk(): Disk {
    invariant(this.storage !== undefined, `${this.name} stores nothing`);
    this.#disk = this.storage.open();
    return new KeptDisk(this.#disk);
  }

  disconnect(): void {
    this.online = false;
    this.#onPresenceChanged();
  }

  connect(): void {
    if (this.online) return;
    this.online = true;
    this.network.clearRemains();
    this.#onPresenceChanged();
  }

  /** Nothing is left open after this. */
  close(): void {
    this.network.clearRemains();
  }

  #crash(): void {
    this.online = false;
    this.#failures++;
    this.clock.stop();
    this.network.vanish();
    this.#disk?.vanish();
    this.storage?.vanish();
    this.#onPresenceChanged();
  }

  #mortal(http: Http): Http {
    return {
      get: (url, limits, done) => {
        const asked = this.#failures;
        return http.get(url, limits, (response, failure) => {
          if (asked === this.#failures) done(response, failure);
        });
      },
    };
  }
}
