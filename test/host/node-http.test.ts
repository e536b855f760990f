import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { reachOf } from '../../src/core/http/redirects.ts';
import type { HttpFailure, HttpLimits, HttpResponse } from '../../src/core/ports.ts';
import { NodeHttp, type NodeHttpOptions } from '../../src/host/node-http.ts';
import { serveHttp } from '../../src/host/node-http-server.ts';
import { pollUntil } from '../contract/world.ts';

const LIMITS: HttpLimits = { maxBodyBytes: 10_000, timeoutUs: 10_000_000 };

const running: (Server | TcpServer)[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

/** The base URL of a server that runs until the end of the test. */
function start(server: Server | TcpServer): Promise<string> {
  running.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

async function get(
  url: string,
  limits: HttpLimits = LIMITS,
  options: NodeHttpOptions = {},
): Promise<{ response?: HttpResponse | undefined; failure?: HttpFailure | undefined }> {
  const outcomes: { response: HttpResponse | undefined; failure: HttpFailure | undefined }[] = [];
  new NodeHttp(options).get(url, limits, (response, failure) => outcomes.push({ response, failure }));
  expect(outcomes).toEqual([]);
  await pollUntil(() => outcomes.length > 0);
  // Anything that could still come would come with the end of the sockets.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(outcomes).toHaveLength(1);
  return outcomes[0] ?? {};
}

const text = (body: Uint8Array | undefined): string => new TextDecoder().decode(body);

describe('NodeHttp', () => {
  it('gets status and body, and sends path and query as they are', async () => {
    const targets: string[] = [];
    const base = await start(
      createServer((request, response) => {
        targets.push(request.url ?? '');
        response.writeHead(404).end('no such swarm');
      }),
    );
    const { response, failure } = await get(`${base}/announce?info_hash=%12%ab%ff~a&port=1`);
    expect(failure).toBeUndefined();
    expect(response?.status).toBe(404);
    expect(text(response?.body)).toBe('no such swarm');
    expect(response?.body.constructor).toBe(Uint8Array);
    expect(targets).toEqual(['/announce?info_hash=%12%ab%ff~a&port=1']);
  });

  it('asks from the given local address', async () => {
    const base = await start(
      createServer((request, response) => {
        response.end(request.socket.remoteAddress);
      }),
    );
    const { response } = await get(base, LIMITS, { localHost: '127.18.0.9' });
    expect(text(response?.body)).toBe('127.18.0.9');
  });

  it('decodes gzip, and stops a bomb at the decoded limit', async () => {
    const bodies = new Map([
      ['/small', gzipSync('d8:intervali60ee')],
      ['/bomb', gzipSync(Buffer.alloc(50_000_000))],
      ['/cut', gzipSync('some text that is cut off').subarray(0, 20)],
      ['/false', Buffer.from('this is not gzip')],
    ]);
    const base = await start(
      createServer((request, response) => {
        expect(request.headers['accept-encoding']).toBe('gzip');
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bodies.get(request.url ?? ''));
      }),
    );
    expect(text((await get(`${base}/small`)).response?.body)).toBe('d8:intervali60ee');
    expect((await get(`${base}/bomb`)).failure?.message).toBe('an answer longer than 10000 bytes');
    expect((await get(`${base}/cut`)).failure?.message).toBe('the compressed answer is cut off');
    expect((await get(`${base}/false`)).failure?.message).toBe('the answer is not valid gzip');
  });

  it('takes a body of exactly the limit and none that is longer, with and without a length', async () => {
    const base = await start(
      createServer((request, response) => {
        const [, kind, length] = (request.url ?? '').split('/');
        const body = Buffer.alloc(Number(length), 'x');
        if (kind === 'chunked') response.write(body.subarray(0, 10));
        response.end(kind === 'chunked' ? body.subarray(10) : body);
      }),
    );
    for (const kind of ['plain', 'chunked']) {
      expect((await get(`${base}/${kind}/10000`)).response?.body.length).toBe(10_000);
      expect((await get(`${base}/${kind}/10001`)).failure?.message).toBe('an answer longer than 10000 bytes');
    }
  });

  it('stops an endless body', async () => {
    const base = await start(
      createServer((_, response) => {
        const more = (): void => {
          if (!response.destroyed && response.write(Buffer.alloc(1_000))) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      }),
    );
    expect((await get(base)).failure?.message).toBe('an answer longer than 10000 bytes');
  });

  it('follows five redirects, also relative ones, and not six, and not in a circle', async () => {
    let requests = 0;
    const base = await start(
      createServer((request, response) => {
        requests++;
        const left = Number((request.url ?? '').slice(1));
        if (request.url === '/circle') response.writeHead(302, { location: '/circle' }).end();
        else if (left > 0) response.writeHead(301, { location: `/${left - 1}` }).end('moved');
        else response.end('here');
      }),
    );
    expect(text((await get(`${base}/5`)).response?.body)).toBe('here');
    expect((await get(`${base}/6`)).failure?.message).toBe('more than 5 redirects');
    requests = 0;
    expect((await get(`${base}/circle`)).failure?.message).toBe('more than 5 redirects');
    expect(requests).toBe(6);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/', 'javascript:1', 'http://', '//['])(
    'does not follow a redirect to %s',
    async (location) => {
      const base = await start(
        createServer((_, response) => {
          response.writeHead(302, { location }).end();
        }),
      );
      expect((await get(base)).failure?.message).toMatch(/^not an http: or https: URL: /);
    },
  );

  describe('which leads nearer than it comes from', () => {
    /** All is loopback here; for these tests the address that is asked first is on the internet. */
    const reach = (host: string) => (host === '127.0.31.61' ? 'global' : reachOf(host));

    /** What comes of a redirect to `location` by a server that is everywhere on loopback, and what it was asked. */
    async function led(location: (port: number) => string, options: NodeHttpOptions, name = '127.0.31.61') {
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(`${request.socket.localAddress}${request.url}`);
        if (request.url === '/') response.writeHead(302, { location: location(port) }).end();
        else response.end('secrets');
      });
      running.push(server);
      await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
      const { port } = server.address() as AddressInfo;
      const { response, failure } = await get(`http://${name}:${port}/`, LIMITS, options);
      return { said: failure?.message ?? text(response?.body), asked };
    }

    it.each(['127.0.0.1', 'localhost', '127.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '0x7f000001'])(
      'is not followed to %s',
      async (host) => {
        const { said, asked } = await led((port) => `http://${host}:${port}/admin`, { reachOf: reach });
        expect(said).toMatch(/^a redirect to an address (?:on this machine|that no host can have) is not/);
        expect(asked).toEqual(['127.0.31.61/']);
      },
    );

    it.each(['127.0.0.1', 'localhost'])('is followed to %s by one that is here too', async (host) => {
      const { said } = await led((port) => `http://${host}:${port}/admin`, {});
      expect(said).toBe('secrets');
    });

    it('is not followed to an address that no host can have by anybody', async () => {
      const { said } = await led((port) => `http://0.0.0.0:${port}/admin`, {});
      expect(said).toBe('a redirect to an address that no host can have is not followed');
    });
  });

  it('asks no address that it is told not to, whatever name stands for it', async () => {
    let asked = 0;
    const base = await start(createServer((_, response) => void response.end(`${asked++}`)));
    const refuse = (host: string, target: string) => (target === '/no' ? `not ${host}` : undefined);
    const limits = { ...LIMITS, refuse };
    for (const url of [base, base.replace('127.0.0.1', 'localhost')]) {
      expect((await get(`${url}/no`, limits)).failure?.message).toMatch(/^not (?:127\.0\.0\.1|::1)$/);
      expect((await get(`${url}/yes`, limits)).response?.status).toBe(200);
    }
    expect(asked).toBe(2);
  });

  it('asks addresses of one family alone where that is wanted', async () => {
    const server = createServer((request, response) => void response.end(request.socket.remoteAddress));
    running.push(server);
    await new Promise<void>((resolve) => server.listen(0, '::', resolve));
    const { port } = server.address() as AddressInfo;
    const seen = await get(`http://localhost:${port}/`, { ...LIMITS, family: 4 });
    expect([text(seen.response?.body), seen.response?.remoteHost]).toEqual(['::ffff:127.0.0.1', '127.0.0.1']);
  });

  it.each(['', 'nonsense', 'udp://127.0.0.1:1/announce', 'http://127.0.0.1:99999/'])(
    'fails later for the URL %j',
    async (url) => {
      expect((await get(url)).failure?.message).toMatch(/^not an http: or https: URL: /);
    },
  );

  it('a redirect without a place to go is an answer like any other', async () => {
    const base = await start(createServer((_, response) => void response.writeHead(302).end('where?')));
    expect((await get(base)).response?.status).toBe(302);
  });

  it.each([
    ['garbage', 'SSH-2.0-OpenSSH\r\n', /^the answer is not( valid)? HTTP/],
    ['nothing', '', /^connection closed before the answer was complete$/],
    ['a cut body', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', /^connection closed before/],
    ['an unknown encoding', 'HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\nx', /content encoding br$/],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`, /^the answer is not valid HTTP/],
  ])('tells of %s', async (_, answer, message) => {
    const base = await start(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => socket.end(answer));
      }),
    );
    expect((await get(base)).failure?.message).toMatch(message);
  });

  it('tells of a refused connection', async () => {
    const server = createTcpServer();
    const base = await start(server);
    server.close();
    expect((await get(base)).failure?.message).toBe('connection refused');
  });

  it('gives up after the total time, however busy the other side is', async () => {
    const base = await start(
      createServer((_, response) => {
        const drip = setInterval(() => response.write('x'), 5);
        response.on('close', () => clearInterval(drip));
      }),
    );
    const { failure } = await get(base, { maxBodyBytes: 1_000_000, timeoutUs: 60_000 });
    expect(failure?.message).toBe('no complete answer in time');
  });

  it('says nothing after cancel, early or late', async () => {
    const calls: string[] = [];
    let asked = 0;
    const base = await start(
      createServer((request, response) => {
        asked++;
        if (request.url === '/end') response.end('end');
      }),
    );
    const http = new NodeHttp();
    http.get(`${base}/early`, LIMITS, () => calls.push('early')).cancel();
    const late = http.get(`${base}/late`, LIMITS, () => calls.push('late'));
    await pollUntil(() => asked === 1);
    late.cancel();
    late.cancel();
    http.get(`${base}/end`, LIMITS, () => calls.push('end'));
    await pollUntil(() => calls.length > 0);
    expect(calls).toEqual(['end']);
  });
});

describe('serveHttp', () => {
  async function serve(handler: Parameters<typeof serveHttp>[0]) {
    let base = '';
    const errors: string[] = [];
    const server = serveHttp(handler, {
      localHost: '127.0.0.1',
      port: 0,
      onListening: (address) => {
        base = `http://${address.host}:${address.port}`;
      },
      onError: (message) => errors.push(message),
    });
    await pollUntil(() => base !== '');
    return { server, base };
  }

  it('hands over the raw target and the address, and sends the answer', async () => {
    const seen: string[] = [];
    const { server, base } = await serve((target, from) => {
      seen.push(target, from.host);
      return { status: 200, contentType: 'text/plain', body: Uint8Array.of(104, 105) };
    });
    const { response } = await get(`${base}/announce?info_hash=%00%ff`, LIMITS, { localHost: '127.18.0.7' });
    expect(text(response?.body)).toBe('hi');
    expect(seen).toEqual(['/announce?info_hash=%00%ff', '127.18.0.7']);
    server.close();
    expect((await get(base)).failure?.message).toBe('connection refused');
  });

  it('answers other methods and garbage by itself', async () => {
    const targets: string[] = [];
    const { server, base } = await serve((target) => {
      targets.push(target);
      return { status: 200, contentType: 'text/plain', body: new Uint8Array(3) };
    });
    const post = await fetch(base, { method: 'POST', body: 'x' });
    expect(post.status).toBe(405);
    const long = await fetch(`${base}/${'x'.repeat(20_000)}`);
    expect(long.status).toBe(400);
    const head = await fetch(`${base}/head`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('3');
    expect(targets).toEqual(['/head']);
    server.close();
  });

  it('tells that its port is taken', async () => {
    const { server, base } = await serve(() => ({ status: 200, contentType: '', body: new Uint8Array() }));
    const errors: string[] = [];
    serveHttp(() => ({ status: 200, contentType: '', body: new Uint8Array() }), {
      localHost: '127.0.0.1',
      port: Number(new URL(base).port),
      onListening: () => errors.push('listening'),
      onError: (message) => errors.push(message),
    });
    await pollUntil(() => errors.length > 0);
    expect(errors[0]).toMatch(/^cannot listen on port \d+: EADDRINUSE$/);
    server.close();
  });
});
