/**
 * Messages that have begun to arrive. A stream has one at most, and only until it is complete: so one that is over is kept
 * for the next, whoever's stream that comes on.
 */

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

export const NO_BYTES = new Uint8Array(0);

export class UnfinishedMessages {
  #spare: UnfinishedMessage | undefined = undefined;

  /** One of which nothing has arrived. */
  take(): UnfinishedMessage {
    const spare = this.#spare;
    this.#spare = undefined;
    return (
      spare ?? {
        bytes: NO_BYTES,
        length: 0,
        piece: 0,
        begin: 0,
        bodyLength: 0,
        bodyReceived: 0,
        body: undefined,
      }
    );
  }

  /** It is complete, and nothing of it is looked at any more. */
  give(message: UnfinishedMessage): void {
    message.length = 0;
    message.body = undefined;
    this.#spare = message;
  }
}
