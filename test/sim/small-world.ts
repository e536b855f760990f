/** A few simulated hosts and streams between them, for tests: handlers that note what arrives and when. */
import type { Payload, Stream, StreamEnd, StreamHandler } from '../../src/core/ports.ts';
import type { StreamOptions } from '../../src/sim/medium.ts';
import type { RouteOptions } from '../../src/sim/routes.ts';
import type { HostOptions, SimulatedHost } from '../../src/sim/simulated-host.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';

export const PORT = 6881;
export const BLOCK = 16_384;

export class End implements StreamHandler {
  stream: Stream | undefined = undefined;
  openedUs = -1;
  closedUs = -1;
  writableUs: number[] = [];
  ends: StreamEnd[] = [];
  receivedBytes = 0;
  /** [time, bytes or 'payload', length] of each call. */
  arrivals: { atUs: number; bytes: Uint8Array | undefined; length: number }[] = [];
  onWritableDo: (() => void) | undefined = undefined;
  onBytesDo: (() => void) | undefined = undefined;
  onOpenDo: (() => void) | undefined = undefined;
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  onOpen(): void {
    this.openedUs = this.#simulation.nowUs;
    this.onOpenDo?.();
  }

  onBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#arrived(bytes.slice(start, end), end - start);
  }

  onPayload(payload: Payload): void {
    this.#arrived(undefined, payload.length);
  }

  onWritable(): void {
    this.writableUs.push(this.#simulation.nowUs);
    this.onWritableDo?.();
  }

  onClose(end: StreamEnd): void {
    this.closedUs = this.#simulation.nowUs;
    this.ends.push(end);
  }

  send(bytes: number): void {
    this.stream?.write(new Uint8Array(bytes), 0, bytes);
  }

  sendBlock(piece = 0, begin = 0): void {
    const reference = { content: 1, piece, begin, corrupted: false };
    this.stream?.writePayload({ length: BLOCK, bytes: undefined, reference });
  }

  /** Keeps the stream backlogged for ever. */
  sendForEver(): void {
    const fill = (): void => {
      while ((this.stream?.unsentBytes() ?? 0) <= BLOCK) this.sendBlock();
      this.stream?.notifyWhenWritable(BLOCK);
    };
    this.onWritableDo = fill;
    fill();
  }

  #arrived(bytes: Uint8Array | undefined, length: number): void {
    this.receivedBytes += length;
    this.arrivals.push({ atUs: this.#simulation.nowUs, bytes, length });
    this.onBytesDo?.();
  }
}

export class SmallWorld {
  readonly simulation = new Simulation(7);
  readonly internet: SimulatedInternet;
  /** Accepting ends in the order of their acceptance. */
  readonly accepted: End[] = [];

  constructor(options: Partial<StreamOptions> = {}, routes?: RouteOptions) {
    this.internet = new SimulatedInternet(this.simulation, options, routes);
  }

  /** Cuts or holds what goes from one host to the other, one way; returns what lifts it. */
  lay(kind: 'cut' | 'hold', from: SimulatedHost, to: SimulatedHost): () => void {
    return this.internet.routes.lay({ kind, applies: (a, b) => a === from && b === to });
  }

  /** The same both ways. */
  layBothWays(kind: 'cut' | 'hold', one: SimulatedHost, other: SimulatedHost): () => void {
    return this.internet.routes.lay({
      kind,
      applies: (a, b) => (a === one && b === other) || (a === other && b === one),
    });
  }

  /** A host that listens; its line has 1 MB/s both ways, no latency and a queue of 64 KiB unless said otherwise. */
  host(options: Partial<HostOptions> = {}): SimulatedHost {
    const host = this.internet.addHost({
      upBytesPerSec: 1e6,
      downBytesPerSec: 1e6,
      latencyUs: 0,
      queueBytes: 65_536,
      ...options,
    });
    host.network.listen(PORT, {
      onListening() {},
      onListenError() {},
      onAccept: (stream) => {
        const end = new End(this.simulation);
        end.stream = stream;
        this.accepted.push(end);
        return end;
      },
    });
    return host;
  }

  dial(from: SimulatedHost, to: SimulatedHost | string): End {
    const end = new End(this.simulation);
    const host = typeof to === 'string' ? to : to.address;
    end.stream = from.network.dial({ host, port: PORT }, end);
    return end;
  }

  /** An open stream: [dialling end, accepting end]. */
  connect(from: SimulatedHost, to: SimulatedHost): [End, End] {
    const end = this.dial(from, to);
    while (end.openedUs < 0 && this.simulation.step());
    return [end, this.accepted.at(-1) as End];
  }

  run(seconds: number): void {
    this.simulation.runUntil(this.simulation.nowUs + seconds * 1e6);
  }
}
