/** HTTP messages as bytes: the same result however they are cut, and a bound on everything that is held. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { encodeGet, RequestReader } from '../../../src/core/http/request.ts';
import { encodeResponse, ResponseReader } from '../../../src/core/http/response.ts';
import type { HttpResponse } from '../../../src/core/ports.ts';
import type { Result } from '../../../src/core/result.ts';

interface Reader<T> {
  push(bytes: Uint8Array, start: number, end: number): Result<T> | undefined;
}

/** What a reader says of `bytes` that arrive `step` at a time, in the middle of a larger array. */
function feed<T>(reader: Reader<T>, bytes: Uint8Array, step: number): Result<T> | undefined {
  for (let start = 0; start < bytes.length; start += step) {
    const part = bytes.subarray(start, start + step);
    const padded = new Uint8Array(part.length + 2).fill(0x58);
    padded.set(part, 1);
    const result = reader.push(padded, 1, 1 + part.length);
    if (result !== undefined) return result;
  }
  return undefined;
}

const STEPS = [1, 2, 3, 7, 100_000];

describe('a GET request', () => {
  const bytes = encodeGet('t.example:80', '/announce?a=%00&b');

  it('has the lines of RFC 9112', () => {
    expect(toLatin1(bytes)).toBe(
      'GET /announce?a=%00&b HTTP/1.1\r\nHost: t.example:80\r\nUser-Agent: swarmlab\r\nConnection: close\r\n\r\n',
    );
  });

  it.each(STEPS)('is read %i bytes at a time', (step) => {
    expect(feed(new RequestReader(), bytes, step)).toEqual({ ok: true, value: '/announce?a=%00&b' });
    expect(feed(new RequestReader(), bytes.subarray(0, -1), step)).toBeUndefined();
  });

  it.each(['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.1\r\nContent-Length: 0\r\nX:\r\nY: caf\xe9\t!\r\n\r\n'])(
    '%j is one too',
    (text) => {
      expect(feed(new RequestReader(), fromLatin1(text), 1)).toEqual({ ok: true, value: '/' });
    },
  );

  it.each([
    'POST / HTTP/1.1\r\n\r\n',
    'GET http://t/ HTTP/1.1\r\n\r\n',
    'GET  / HTTP/1.1\r\n\r\n',
    'GET /\x80 HTTP/1.1\r\n\r\n',
    'GET / HTTP/2\r\n\r\n',
    '\r\n\r\n',
    'GET / HTTP/1.1\r\nno colon\r\n\r\n',
    'GET / HTTP/1.1\r\nName : x\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n',
    'GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n',
    'GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
    'GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n',
    '\x16\x03\x01\r\n\r\n',
  ])('%j is refused', (text) => {
    expect(feed(new RequestReader(), fromLatin1(text), 5)?.ok).toBe(false);
  });

  it('has a head of at most 8 KiB', () => {
    const head = (length: number): Uint8Array => {
      const frame = 'GET / HTTP/1.1\r\nA: \r\n\r\n'.length;
      return fromLatin1(`GET / HTTP/1.1\r\nA: ${'x'.repeat(length - frame)}\r\n\r\n`);
    };
    expect(feed(new RequestReader(), head(8192), 1000)?.ok).toBe(true);
    expect(feed(new RequestReader(), head(8193), 1000)?.ok).toBe(false);
    expect(feed(new RequestReader(), new Uint8Array(9000).fill(97), 1)?.ok).toBe(false);
  });
});

describe('a response', () => {
  const body = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
  const bytes = encodeResponse({ status: 200, contentType: 'text/plain', body });

  it('says how long it is', () => {
    expect(toLatin1(bytes.subarray(0, -300))).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 300\r\nConnection: close\r\n\r\n',
    );
  });

  it.each(STEPS)('is read %i bytes at a time', (step) => {
    expect(feed(new ResponseReader(300), bytes, step)).toEqual({ ok: true, value: { status: 200, body } });
    expect(feed(new ResponseReader(300), bytes.subarray(0, -1), step)).toBeUndefined();
  });

  it('may be empty, and nothing behind it counts', () => {
    const empty = fromLatin1('HTTP/1.1 204 \r\nContent-Length: 0\r\n\r\nrest');
    expect(feed(new ResponseReader(10), empty, 3)).toEqual({
      ok: true,
      value: { status: 204, body: new Uint8Array(0) },
    });
  });

  it('longer than allowed is refused at its head', () => {
    const result = feed<HttpResponse>(new ResponseReader(299), bytes.subarray(0, -300), 1000);
    expect(result).toMatchObject({ ok: false, error: { message: 'body of 300 bytes is longer than 299' } });
  });

  it.each([
    ['no length', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a length in hex', 'HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n\r\n'],
    ['a length without end', `HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(400)}\r\n\r\n`],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n'],
    ['status 99', 'HTTP/1.1 99 OK\r\nContent-Length: 1\r\n\r\n'],
    ['another protocol', 'ICY 200 OK\r\nContent-Length: 1\r\n\r\n'],
  ])('with %s is refused', (_, text) => {
    expect(feed(new ResponseReader(1000), fromLatin1(text), 4)?.ok).toBe(false);
  });
});
