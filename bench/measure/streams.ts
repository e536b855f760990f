/**
 * The simulated network alone: hosts that each keep a few streams backlogged with blocks by reference, as a swarm in
 * full swing does, with no engine on top. Counts blocks delivered per wall second.
 */
import type { Payload, Stream, StreamHandler } from '../../src/core/ports.ts';
import { SimulatedInternet } from '../../src/sim/simulated-internet.ts';
import { Simulation } from '../../src/sim/simulation.ts';

const BLOCK_BYTES = 16384;
const PORT = 6881;

export interface StreamsResult {
  readonly hosts: number;
  readonly flowsPerHost: number;
  readonly blocks: number;
  readonly events: number;
  readonly blocksPerSec: number;
  readonly virtualSec: number;
}

class Tally {
  blocks = 0;
}

/** Sends blocks without end, two at a time. */
class Sender implements StreamHandler {
  stream: Stream | undefined = undefined;
  readonly #header = new Uint8Array(13);
  readonly #payload: Payload = {
    length: BLOCK_BYTES,
    bytes: undefined,
    reference: { content: 1, piece: 0, begin: 0, corrupted: false },
  };
  readonly #depth: number;

  constructor(depth: number) {
    this.#depth = depth;
  }

  onOpen(): void {
    this.onWritable();
  }

  onWritable(): void {
    const stream = this.stream as Stream;
    while (stream.unsentBytes() <= (this.#depth - 1) * BLOCK_BYTES) {
      stream.write(this.#header, 0, 13);
      stream.writePayload(this.#payload);
    }
    stream.notifyWhenWritable((this.#depth - 1) * BLOCK_BYTES);
  }

  onBytes(): void {}
  onPayload(): void {}
  onClose(): void {}
}

class Receiver implements StreamHandler {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  onOpen(): void {}
  onBytes(): void {}
  onPayload(): void {
    this.#tally.blocks++;
  }
  onWritable(): void {}
  onClose(): void {}
}

/** `nowMs` is a wall clock in milliseconds, such as `performance.now`. */
export function measureStreams(
  hosts: number,
  flowsPerHost: number,
  blocks: number,
  nowMs: () => number,
): StreamsResult {
  const simulation = new Simulation(1);
  const internet = new SimulatedInternet(simulation);
  const tally = new Tally();
  const all = Array.from({ length: hosts }, (_, index) =>
    internet.addHost({
      upBytesPerSec: 125_000 + (index % 10) * 25_000,
      downBytesPerSec: 2_000_000,
      latencyUs: 10_000 + (index % 7) * 5_000,
      queueBytes: 65536,
    }),
  );
  for (const host of all) {
    host.network.listen(PORT, {
      onListening() {},
      onAccept: () => new Receiver(tally),
      onListenError() {},
    });
  }
  for (const [index, host] of all.entries()) {
    for (let flow = 1; flow <= flowsPerHost; flow++) {
      const target = all[(index + flow * 7) % hosts];
      if (target === undefined) continue;
      const sender = new Sender(2);
      sender.stream = host.network.dial({ host: target.address, port: PORT }, sender);
    }
  }
  simulation.runUntil(5_000_000);
  const firstBlock = tally.blocks;
  const firstEvent = simulation.eventCount;
  const firstUs = simulation.nowUs;
  const start = nowMs();
  while (tally.blocks - firstBlock < blocks && simulation.step());
  const seconds = (nowMs() - start) / 1000;
  return {
    hosts,
    flowsPerHost,
    blocks: tally.blocks - firstBlock,
    events: simulation.eventCount - firstEvent,
    blocksPerSec: (tally.blocks - firstBlock) / seconds,
    virtualSec: (simulation.nowUs - firstUs) / 1e6,
  };
}
