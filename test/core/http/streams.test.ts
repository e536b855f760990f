/** The HTTP server and client over streams: one request, one answer, one end, whatever the other side does. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8, fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import { StreamHttpServer, type StreamHttpServerOptions } from '../../../src/core/http/stream-server.ts';
import type { Stream, StreamHandler } from '../../../src/core/ports.ts';
import { FakeWorld } from '../../support/fake-world.ts';

const SECOND = 1_000_000;
const LIMITS = { maxBodyBytes: 1000, timeoutUs: 20 * SECOND };

function setUp(options: Partial<StreamHttpServerOptions> = {}) {
  const world = new FakeWorld();
  const handle: StreamHttpServerOptions['handle'] = (target, from, nowUs) => ({
    status: 200,
    contentType: 'text/plain',
    body: encodeUtf8(`${target} for ${from.host} at ${nowUs}`),
  });
  const ports = { clock: world.clock, network: world.network('10.1.0.1') };
  const server = new StreamHttpServer(ports, { port: 8080, handle, ...options });
  const client = new StreamHttpClient({ clock: world.clock, network: world.network('10.0.0.1') });
  const log: string[] = [];
  const get = (url: string, limits = LIMITS) =>
    client.get(url, limits, (response, failure) => {
      log.push(response === undefined ? `failed: ${failure?.message}` : toLatin1(response.body));
    });
  return { world, server, get, log };
}

/** A raw connection that notes how it ends. */
function dial(world: FakeWorld, send: string): { received: string[]; stream: Stream } {
  const received: string[] = [];
  const handler: StreamHandler = {
    onOpen: () => stream.write(fromLatin1(send), 0, send.length),
    onBytes: (bytes, start, end) =>
      received.push(toLatin1(bytes.subarray(start, end)).split('\r\n')[0] as string),
    onPayload: () => {},
    onWritable: () => {},
    onClose: (end) => received.push(end),
  };
  const stream = world.network('10.0.0.2').dial({ host: '10.1.0.1', port: 8080 }, handler);
  return { received, stream };
}

describe('client and server together', () => {
  it('exchange one request and one answer, and nothing stays', () => {
    const { world, get, log } = setUp();
    get('http://10.1.0.1:8080/a?b');
    expect(log).toEqual([]);
    world.clock.advance(SECOND);
    expect(log).toEqual(['/a?b for 10.0.0.1 at 30000']);
    expect(world.clock.pendingCount).toBe(0);
  });

  it.each([
    ['https://10.1.0.1/', 'https is not supported here'],
    ['http://name/', 'cannot look up the name name here'],
    ['rubbish', 'not an absolute URL'],
    ['http://10.1.0.9:8080/', 'the connection ended before the answer (refused)'],
  ])('%s fails later: %s', (url, message) => {
    const { world, get, log } = setUp();
    get(url);
    expect(log).toEqual([]);
    world.clock.advance(SECOND);
    expect(log).toEqual([`failed: ${message}`]);
  });

  it('fail when the answer is longer than the client allows', () => {
    const { world, get, log } = setUp();
    get('http://10.1.0.1:8080/', { ...LIMITS, maxBodyBytes: 5 });
    world.clock.advance(SECOND);
    expect(log).toEqual(['failed: body of 23 bytes is longer than 5']);
  });

  it('are silent after cancel', () => {
    for (const afterUs of [0, 15_000, 35_000]) {
      const { world, get, log } = setUp();
      const call = get('http://10.1.0.1:8080/');
      world.clock.advance(afterUs);
      call.cancel();
      call.cancel();
      world.clock.advance(60 * SECOND);
      expect([log, world.clock.pendingCount]).toEqual([[], 0]);
    }
  });
});

describe('the client', () => {
  it('gives up after its time, once', () => {
    const world = new FakeWorld();
    world.network('10.1.0.1').listen(80, {
      onListening: () => {},
      onListenError: () => {},
      onAccept: () => ({ onOpen() {}, onBytes() {}, onPayload() {}, onWritable() {}, onClose() {} }),
    });
    const client = new StreamHttpClient({ clock: world.clock, network: world.network('10.0.0.1') });
    const log: string[] = [];
    client.get('http://10.1.0.1/', LIMITS, (_, failure) => log.push(`${failure?.message}`));
    world.clock.advance(19 * SECOND);
    expect(log).toEqual([]);
    world.clock.advance(100 * SECOND);
    expect(log).toEqual(['no answer in time']);
  });

  it('notices an answer that is cut off', () => {
    const world = new FakeWorld();
    world.network('10.1.0.1').listen(80, {
      onListening: () => {},
      onListenError: () => {},
      onAccept: (stream) => ({
        onOpen() {},
        onBytes() {
          const part = fromLatin1('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
          stream.write(part, 0, part.length);
          stream.close();
        },
        onPayload() {},
        onWritable() {},
        onClose() {},
      }),
    });
    const client = new StreamHttpClient({ clock: world.clock, network: world.network('10.0.0.1') });
    const log: string[] = [];
    client.get('http://10.1.0.1/', LIMITS, (_, failure) => log.push(`${failure?.message}`));
    world.clock.advance(SECOND);
    expect(log).toEqual(['the connection ended before the answer (finished)']);
  });
});

describe('the server', () => {
  it('answers what is no request with 400 and ends', () => {
    const { world } = setUp();
    const { received } = dial(world, 'HELLO\r\n\r\n');
    world.clock.advance(SECOND);
    expect(received).toEqual(['HTTP/1.1 400 Bad Request', 'finished']);
  });

  it('answers only the first of several requests', () => {
    const { world } = setUp();
    const { received } = dial(world, 'GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n');
    world.clock.advance(SECOND);
    expect(received).toEqual(['HTTP/1.1 200 OK', 'finished']);
  });

  it('resets a connection whose request does not come in time', () => {
    const { world } = setUp({ requestTimeoutUs: 10 * SECOND });
    const { received } = dial(world, 'GET / HT');
    world.clock.advance(9 * SECOND);
    expect(received).toEqual([]);
    world.clock.advance(2 * SECOND);
    expect(received).toEqual(['reset']);
    expect(world.clock.pendingCount).toBe(0);
  });

  it('holds a bounded number of connections, and room comes back', () => {
    const { world } = setUp({ connectionsMax: 2 });
    const first = dial(world, '');
    dial(world, '');
    world.clock.advance(SECOND);
    const third = dial(world, 'GET / HTTP/1.1\r\n\r\n');
    world.clock.advance(SECOND);
    expect(third.received).toEqual(['refused']);
    first.stream.close();
    world.clock.advance(SECOND);
    const fourth = dial(world, 'GET / HTTP/1.1\r\n\r\n');
    world.clock.advance(SECOND);
    expect(fourth.received).toEqual(['HTTP/1.1 200 OK', 'finished']);
  });

  it('closed, accepts nothing and resets what is open', () => {
    const { world, server } = setUp();
    const open = dial(world, '');
    world.clock.advance(SECOND);
    server.close();
    const late = dial(world, 'GET / HTTP/1.1\r\n\r\n');
    world.clock.advance(SECOND);
    expect([open.received, late.received]).toEqual([['reset'], ['refused']]);
    expect(world.clock.pendingCount).toBe(0);
  });
});
