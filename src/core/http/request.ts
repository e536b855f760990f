/** HTTP/1.1 GET requests as bytes: one request per connection, no body. Strict and bounded (see head.ts). */
import { fromLatin1 } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';
import { contentLength, HeadReader, type HttpHead } from './head.ts';

/** The bytes of a GET. `authority` and `target` come out of `parseUrl`, hence hold no line ends. */
export function encodeGet(authority: string, target: string): Uint8Array {
  return fromLatin1(
    `GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: swarmlab\r\nConnection: close\r\n\r\n`,
  );
}

/** Reads the target of one GET request from bytes in any pieces. */
export class RequestReader {
  readonly #head = new HeadReader();

  /** The target once the request is whole; undefined: more bytes are needed. Not to be called again after an answer. */
  push(bytes: Uint8Array, start: number, end: number): Result<string> | undefined {
    const head = this.#head.push(bytes, start, end);
    if (head === undefined || !head.ok) return head;
    return targetOf(head.value);
  }
}

function targetOf(head: HttpHead): Result<string> {
  const line = /^([A-Z]+) (\/[\x21-\x7e]*) HTTP\/1\.[01]$/.exec(head.startLine);
  if (line === null) return failure('malformed request line');
  if (line[1] !== 'GET') return failure(`method ${line[1]} is not supported`);
  const length = contentLength(head);
  if (!length.ok) return length;
  if ((length.value ?? 0) > 0) return failure('a GET request with a body');
  return success(line[2] as string);
}
