/** The worker of the live page: hears what to run, and carries it on between two messages. */
import { Lanes } from './lanes.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { Sha1Hasher } from './sha1-hasher.ts';

/** What of a worker's surroundings is used; the types of pages know workers from outside only. */
interface WorkerSurroundings {
  postMessage(message: FromWorker): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
}

/** Works in turns, and hears what the page says between two of them. */
class Workshop {
  readonly #lanes: Lanes;
  // A channel to itself comes back sooner than a timer, and lets messages of the page in between.
  readonly #channel = new MessageChannel();
  #working = false;

  constructor(lanes: Lanes) {
    this.#lanes = lanes;
    this.#channel.port1.onmessage = () => this.#turn();
  }

  hear(message: ToWorker): void {
    this.#lanes.hear(message);
    if (this.#working) return;
    this.#working = true;
    this.#channel.port2.postMessage(undefined);
  }

  #turn(): void {
    this.#working = this.#lanes.work();
    if (this.#working) this.#channel.port2.postMessage(undefined);
  }
}

const surroundings = globalThis as unknown as WorkerSurroundings;
const workshop = new Workshop(
  new Lanes(new Sha1Hasher(), {
    now: () => performance.now(),
    tell: (message) => surroundings.postMessage(message),
  }),
);
surroundings.addEventListener('message', ({ data }) => workshop.hear(data));
