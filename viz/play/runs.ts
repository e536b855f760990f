/**
 * The page's side of the worker: starts runs, hands on what is told of them, and forgets those that were replaced. The worker's
 * program lies in the page itself, so that the page opens from disk.
 */

import { LiveRecord } from './live-record.ts';
import type { LiveFault } from './live-run.ts';
import type { Moment } from './moments.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

export interface RunHandler {
  /** It can be drawn from now on. */
  onBegun(record: LiveRecord): void;
  /** More of it is known, or all. */
  onMore(record: LiveRecord): void;
  onFault(fault: LiveFault): void;
}

interface Awaited {
  readonly lane: number;
  readonly moments: readonly Moment[];
  readonly handler: RunHandler;
  record: LiveRecord | undefined;
}

export class Runs {
  readonly #worker: Worker;
  readonly #awaited = new Map<number, Awaited>();
  #next = 1;

  /** `program`: the text of the worker. */
  constructor(program: string) {
    const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener('error', (event) => {
      const message = `The simulation stopped: ${event.message}. Load the page again.`;
      for (const { handler } of this.#awaited.values()) handler.onFault({ blame: 'bug', message });
    });
  }

  /** Runs the text from its start, in the place of what went on in this lane. */
  start(lane: number, text: string, handler: RunHandler, moments: readonly Moment[] = []): void {
    this.#drop(lane);
    const run = this.#next++;
    this.#awaited.set(run, { lane, moments, handler, record: undefined });
    this.#send({ kind: 'start', run, lane, text });
  }

  stop(lane: number): void {
    this.#drop(lane);
    this.#send({ kind: 'stop', lane });
  }

  #drop(lane: number): void {
    for (const [run, awaited] of this.#awaited) if (awaited.lane === lane) this.#awaited.delete(run);
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromWorker): void {
    const awaited = this.#awaited.get(message.run);
    if (awaited === undefined) return;
    const { handler, moments } = awaited;
    switch (message.kind) {
      case 'begun':
        awaited.record = new LiveRecord(message.header, message.limitUs, moments);
        handler.onBegun(awaited.record);
        return;
      case 'more':
        awaited.record?.add(message.events, message.strings, message.untilUs);
        if (awaited.record !== undefined) handler.onMore(awaited.record);
        return;
      case 'over':
        awaited.record?.finish(message);
        this.#awaited.delete(message.run);
        if (awaited.record !== undefined) handler.onMore(awaited.record);
        return;
      case 'fault':
        this.#awaited.delete(message.run);
        handler.onFault(message.fault);
        return;
    }
  }
}
