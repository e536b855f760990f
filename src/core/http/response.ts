/**
 * HTTP/1.1 responses as bytes, with a Content-Length always. Strict and bounded: a body larger than the reader's limit
 * is refused when it is announced, before anything is held for it.
 */
import { concatBytes, fromLatin1 } from '../bytes.ts';
import type { HttpResponse } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import { contentLength, HeadReader, type HttpHead } from './head.ts';

/** What a handler on the server side answers. */
export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Where a redirect leads. */
  readonly location?: string;
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [302, 'Found'],
  [400, 'Bad Request'],
  [404, 'Not Found'],
]);

export function encodeResponse(reply: HttpReply): Uint8Array {
  const head = fromLatin1(
    `HTTP/1.1 ${reply.status} ${REASONS.get(reply.status) ?? ''}\r\nContent-Type: ${reply.contentType}\r\n` +
      `Content-Length: ${reply.body.length}\r\n${locationOf(reply)}Connection: close\r\n\r\n`,
  );
  return concatBytes(head, reply.body);
}

function locationOf({ location }: HttpReply): string {
  return location === undefined ? '' : `Location: ${location}\r\n`;
}

/** Reads one response from bytes in any pieces. */
export class ResponseReader {
  readonly #maxBodyBytes: number;
  readonly #head = new HeadReader();
  #status = 0;
  #body: Uint8Array | undefined;
  #received = 0;
  #location: string | undefined;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Where the response leads, if it says so; once its head was read. */
  get location(): string | undefined {
    return this.#location;
  }

  /**
   * The response once it is whole; undefined: more bytes are needed. Bytes behind the body are ignored. Not to be
   * called again after an answer.
   */
  push(bytes: Uint8Array, start: number, end: number): Result<HttpResponse> | undefined {
    let from = start;
    if (this.#body === undefined) {
      const head = this.#head.push(bytes, start, end);
      if (head === undefined || !head.ok) return head;
      from += this.#head.consumed;
      const begun = this.#begin(head.value);
      if (!begun.ok) return begun;
      this.#body = begun.value;
    }
    const count = Math.min(end - from, this.#body.length - this.#received);
    this.#body.set(bytes.subarray(from, from + count), this.#received);
    this.#received += count;
    if (this.#received < this.#body.length) return undefined;
    return success({ status: this.#status, body: this.#body });
  }

  #begin(head: HttpHead): Result<Uint8Array> {
    const line = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/.exec(head.startLine);
    if (line === null) return failure('malformed status line');
    this.#status = Number(line[1]);
    this.#location = head.fields.get('location');
    const length = contentLength(head);
    if (!length.ok) return length;
    if (length.value === undefined) return failure('response without a Content-Length');
    if (length.value > this.#maxBodyBytes) {
      return failure(`body of ${length.value} bytes is longer than ${this.#maxBodyBytes}`);
    }
    return success(new Uint8Array(length.value));
  }
}
