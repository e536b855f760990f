/**
 * Blocks that one peer has asked us for and that are not yet given to its stream. They wait here, not in the socket, so
 * that a choke or a cancel can still drop them (BEP 3). Bounded: what comes on top is refused.
 */

/** How many requests we queue for one peer; told to it as `reqq` (BEP 10). */
export const UPLOAD_QUEUE_MAX = 500;

export interface BlockRequest {
  readonly piece: number;
  /** Offset in the piece, in bytes. */
  readonly begin: number;
  readonly length: number;
}

export class UploadQueue {
  #requests: BlockRequest[] = [];
  #head = 0;

  get length(): number {
    return this.#requests.length - this.#head;
  }

  /** False when the queue is full. */
  push(request: BlockRequest): boolean {
    if (this.length >= UPLOAD_QUEUE_MAX) return false;
    this.#requests.push(request);
    return true;
  }

  peek(): BlockRequest | undefined {
    return this.#requests[this.#head];
  }

  shift(): BlockRequest | undefined {
    const request = this.#requests[this.#head];
    if (request === undefined) return undefined;
    this.#head++;
    if (this.#head > 32 && this.#head * 2 > this.#requests.length) {
      this.#requests = this.#requests.slice(this.#head);
      this.#head = 0;
    }
    return request;
  }

  /** Drops one request; false when it is not (or no longer) waiting. */
  cancel(piece: number, begin: number, length: number): boolean {
    for (let index = this.#head; index < this.#requests.length; index++) {
      const request = this.#requests[index] as BlockRequest;
      if (request.piece === piece && request.begin === begin && request.length === length) {
        this.#requests.splice(index, 1);
        return true;
      }
    }
    return false;
  }

  /** Drops and returns everything that waits, or what `keep` does not want kept. */
  drop(keep: (request: BlockRequest) => boolean = () => false): BlockRequest[] {
    const waiting = this.#requests.slice(this.#head);
    this.#requests = waiting.filter(keep);
    this.#head = 0;
    return waiting.filter((request) => !keep(request));
  }
}
