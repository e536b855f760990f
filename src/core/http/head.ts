/**
 * The head of an HTTP/1.1 message (RFC 9112): start line and fields up to the empty line, gathered from bytes that
 * arrive in any pieces. Strict: CRLF only, no folded lines, no space before a colon. Invariant: at most
 * `HEAD_BYTES_MAX` bytes are held.
 */
import { toLatin1 } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';

export const HEAD_BYTES_MAX = 8192;

export interface HttpHead {
  readonly startLine: string;
  /** Values by lower-case name; those of a repeated field are joined with ", ". */
  readonly fields: ReadonlyMap<string, string>;
}

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;

export class HeadReader {
  #bytes = new Uint8Array(512);
  #length = 0;
  #consumed = 0;

  /** How many bytes of the last `push` belonged to the head. */
  get consumed(): number {
    return this.#consumed;
  }

  /** Takes bytes up to the end of the head. Undefined: more are needed. Not to be called again after another answer. */
  push(bytes: Uint8Array, start: number, end: number): Result<HttpHead> | undefined {
    for (let index = start; index < end; index++) {
      if (this.#length === HEAD_BYTES_MAX) return failure(`head longer than ${HEAD_BYTES_MAX} bytes`);
      this.#append(bytes[index] as number);
      if (this.#atEnd()) {
        this.#consumed = index + 1 - start;
        return parseHead(toLatin1(this.#bytes.subarray(0, this.#length - 4)));
      }
    }
    this.#consumed = end - start;
    return undefined;
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }

  #atEnd(): boolean {
    const bytes = this.#bytes;
    const end = this.#length;
    return (
      end >= 4 &&
      bytes[end - 1] === LINE_FEED &&
      bytes[end - 2] === CARRIAGE_RETURN &&
      bytes[end - 3] === LINE_FEED &&
      bytes[end - 4] === CARRIAGE_RETURN
    );
  }
}

function parseHead(text: string): Result<HttpHead> {
  const lines = text.split('\r\n');
  const fields = new Map<string, string>();
  for (let index = 1; index < lines.length; index++) {
    const field = /^([A-Za-z0-9!#$%&'*+.^_`|~-]+):([\t -~\x80-\xff]*)$/.exec(lines[index] as string);
    if (field === null) return failure(`malformed header line ${index}`);
    const name = (field[1] as string).toLowerCase();
    const value = (field[2] as string).trim();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return success({ startLine: lines[0] as string, fields });
}

/**
 * The Content-Length of a head: undefined when it has none, failure when it is not one plain number or when the
 * message is chunked or otherwise encoded, which nothing here sends or reads.
 */
export function contentLength(head: HttpHead): Result<number | undefined> {
  if (head.fields.has('transfer-encoding')) return failure('transfer encodings are not supported');
  const text = head.fields.get('content-length');
  if (text === undefined) return success(undefined);
  return /^\d{1,15}$/.test(text) ? success(Number(text)) : failure('malformed Content-Length');
}
