/**
 * What a plain client-server run would have given the same crowd: the peers that arrived with everything are one server,
 * which is there throughout and divides its uplink evenly (max-min) among the downloaders being served; each takes no more
 * than its own downlink, and nobody passes anything on. A fluid model: payload only, lines as declared, no latency. A crowd
 * that keeps the server busy without a break is done at the instant that `CompletionBounds.clientServerUs` gives.
 */
import type { Trace } from '../trace.ts';
import { maySendGoodBlocks } from './behaviour.ts';
import { lackedBytes } from './bounds.ts';
import { foldInitialPieces } from './initial-pieces.ts';
import { foldPeerTimes, isDownloader } from './peer-times.ts';

interface Client {
  readonly peer: number;
  readonly arrivalUs: number;
  readonly downBytesPerSec: number;
  readonly lackedBytes: number;
}

/**
 * By peer: the instant of its completion; NaN for one that never came or had nothing to download. Undefined where no such
 * peer came, or none that could have served them.
 */
export function foldClientServer(trace: Trace): Float64Array | undefined {
  const times = foldPeerTimes(trace);
  const initial = foldInitialPieces(trace);
  let serverBytesPerSec = 0;
  const clients: Client[] = [];
  for (const [peer, traced] of trace.header.peers.entries()) {
    const arrivalUs = times.joinedUs[peer] as number;
    if (Number.isNaN(arrivalUs)) continue;
    const { have, behaviour, upBytesPerSec, downBytesPerSec } = traced;
    if (have === 'all' && maySendGoodBlocks(behaviour)) serverBytesPerSec += upBytesPerSec;
    if (!isDownloader(traced) || downBytesPerSec <= 0) continue;
    clients.push({ peer, arrivalUs, downBytesPerSec, lackedBytes: lackedBytes(trace, initial[peer]) });
  }
  if (clients.length === 0 || serverBytesPerSec === 0) return undefined;
  const completedUs = new Float64Array(trace.header.peers.length).fill(Number.NaN);
  new Server(clients, serverBytesPerSec, (peer, timeUs) => {
    completedUs[peer] = timeUs;
  }).run();
  return completedUs;
}

/**
 * Serves the clients from arrival to arrival and completion to completion. Those whom their own downlink holds back are
 * followed one by one; all others get the same, so that only the bytes that each such client has had since the start, the
 * tide, are followed, and the level of it at which each is done.
 */
class Server {
  readonly #waiting: Client[];
  readonly #bytesPerSec: number;
  readonly #completes: (peer: number, timeUs: number) => void;
  /** Those being served, by downlink, the slowest first. */
  #served: Client[] = [];
  /** Of those held back by their downlink: what they still lack. */
  readonly #heldBack = new Map<Client, number>();
  /** Of all others: the tide at which they are done. */
  readonly #doneAt = new Map<Client, number>();
  readonly #next = new TideHeap();
  #tide = 0;
  #nowUs = 0;

  constructor(
    clients: readonly Client[],
    bytesPerSec: number,
    completes: (peer: number, timeUs: number) => void,
  ) {
    // The last is the next to come.
    this.#waiting = clients.toSorted((a, b) => b.arrivalUs - a.arrivalUs || b.peer - a.peer);
    this.#bytesPerSec = bytesPerSec;
    this.#completes = completes;
  }

  run(): void {
    this.#nowUs = this.#waiting.at(-1)?.arrivalUs ?? 0;
    while (this.#waiting.length > 0 || this.#served.length > 0) {
      this.#admit();
      const { level, heldBack } = this.#share();
      this.#sort(heldBack);
      const next = this.#nextStep(level);
      this.#nowUs += next.stepUs;
      this.#tide += Number.isFinite(level) ? (level * next.stepUs) / 1e6 : 0;
      for (const [client, bytes] of this.#heldBack) {
        this.#heldBack.set(client, bytes - (client.downBytesPerSec * next.stepUs) / 1e6);
      }
      if (next.done !== undefined) this.#complete(next.done);
    }
  }

  #admit(): void {
    for (
      let next = this.#waiting.at(-1);
      next !== undefined && next.arrivalUs <= this.#nowUs;
      next = this.#waiting.at(-1)
    ) {
      this.#waiting.pop();
      this.#served.splice(placeOf(this.#served, next.downBytesPerSec), 0, next);
      this.#float(next, next.lackedBytes);
    }
  }

  /** The rate of all that their downlinks do not hold back, and how many they do. */
  #share(): { level: number; heldBack: number } {
    let left = this.#bytesPerSec;
    for (const [place, { downBytesPerSec }] of this.#served.entries()) {
      const share = left / (this.#served.length - place);
      if (downBytesPerSec > share) return { level: share, heldBack: place };
      left -= downBytesPerSec;
    }
    return { level: Number.POSITIVE_INFINITY, heldBack: this.#served.length };
  }

  /** The first so many are held back, all others are not. */
  #sort(heldBack: number): void {
    for (let place = 0; place < heldBack; place++) {
      const client = this.#served[place] as Client;
      const doneAt = this.#doneAt.get(client);
      if (doneAt === undefined) continue;
      this.#doneAt.delete(client);
      this.#heldBack.set(client, doneAt - this.#tide);
    }
    if (this.#heldBack.size === heldBack) return;
    const still = new Set(this.#served.slice(0, heldBack));
    for (const [client, bytes] of [...this.#heldBack]) {
      if (still.has(client)) continue;
      this.#heldBack.delete(client);
      this.#float(client, bytes);
    }
  }

  #float(client: Client, bytes: number): void {
    this.#doneAt.set(client, this.#tide + bytes);
    this.#next.push(client, this.#tide + bytes);
  }

  #nextStep(level: number): { stepUs: number; done: Client | undefined } {
    let stepUs = (this.#waiting.at(-1)?.arrivalUs ?? Number.POSITIVE_INFINITY) - this.#nowUs;
    let done: Client | undefined;
    const offer = (client: Client, bytes: number, rate: number): void => {
      const us = Math.max(0, (bytes / rate) * 1e6);
      if (us >= stepUs) return;
      stepUs = us;
      done = client;
    };
    for (const [client, bytes] of this.#heldBack) offer(client, bytes, client.downBytesPerSec);
    const first = this.#next.first((client, tide) => this.#doneAt.get(client) === tide);
    if (first !== undefined) offer(first.client, first.tide - this.#tide, level);
    return { stepUs, done };
  }

  #complete(client: Client): void {
    this.#doneAt.delete(client);
    this.#heldBack.delete(client);
    this.#served.splice(this.#served.indexOf(client), 1);
    this.#completes(client.peer, this.#nowUs);
  }
}

interface Floating {
  readonly client: Client;
  readonly tide: number;
}

/** A binary heap by tide; what no longer holds is left in it until it comes to the top. */
class TideHeap {
  readonly #heap: Floating[] = [];

  push(client: Client, tide: number): void {
    const heap = this.#heap;
    let place = heap.length;
    const added = { client, tide };
    heap.push(added);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Floating;
      if (parent.tide <= tide) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = added;
  }

  first(holds: (client: Client, tide: number) => boolean): Floating | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      if (holds(top.client, top.tide)) return top;
      this.#dropFirst();
    }
    return undefined;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const moved = heap.pop();
    if (moved === undefined || heap.length === 0) return;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      const right = heap[child + 1];
      if (right !== undefined && right.tide < (heap[child] as Floating).tide) child++;
      const below = heap[child] as Floating;
      if (below.tide >= moved.tide) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = moved;
  }
}

/** Where one with such a downlink stands in the order. */
function placeOf(served: readonly Client[], downBytesPerSec: number): number {
  let from = 0;
  let to = served.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((served[middle]?.downBytesPerSec ?? 0) <= downBytesPerSec) from = middle + 1;
    else to = middle;
  }
  return from;
}
