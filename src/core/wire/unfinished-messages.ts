/**
 * Messages that have begun to arrive, by whoever reads the stream. A stream has one at most, and only until it is complete:
 * most have none at any instant, so they are kept here and not there. Whoever ends before its message says so.
 */

/** An array for what comes in parts that is longer than this is not kept for the next message. */
const KEPT_BYTES = 1024;

export interface UnfinishedMessage {
  /** Bytes of a message that is not complete yet; the array may be longer than what is used. */
  bytes: Uint8Array;
  length: number;
  /** The block whose body is arriving. */
  piece: number;
  begin: number;
  bodyLength: number;
  bodyReceived: number;
  body: Uint8Array | undefined;
}

const NO_BYTES = new Uint8Array(0);

export class UnfinishedMessages {
  /** Whose message the first one is; in a simulation there is hardly ever another one at the same time. */
  #owner: object | undefined = undefined;
  readonly #first = nothingYet();
  readonly #others = new Map<object, UnfinishedMessage>();

  /** How many there are. */
  get count(): number {
    return this.#others.size + (this.#owner === undefined ? 0 : 1);
  }

  /** Of which nothing has arrived. The owner must have none. */
  begin(owner: object): UnfinishedMessage {
    if (this.#owner === undefined) {
      this.#owner = owner;
      return this.#first;
    }
    const other = nothingYet();
    this.#others.set(owner, other);
    return other;
  }

  /** The message of an owner that has one. */
  of(owner: object): UnfinishedMessage {
    return owner === this.#owner ? this.#first : (this.#others.get(owner) as UnfinishedMessage);
  }

  /** It is complete, or will never be; nothing of it is looked at any more. */
  end(owner: object): void {
    if (owner !== this.#owner) {
      this.#others.delete(owner);
      return;
    }
    this.#owner = undefined;
    this.#first.length = 0;
    this.#first.body = undefined;
    if (this.#first.bytes.length > KEPT_BYTES) this.#first.bytes = NO_BYTES;
  }
}

function nothingYet(): UnfinishedMessage {
  return {
    bytes: NO_BYTES,
    length: 0,
    piece: 0,
    begin: 0,
    bodyLength: 0,
    bodyReceived: 0,
    body: undefined,
  };
}
