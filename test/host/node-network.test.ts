import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../src/core/ports.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { resolveHost } from '../../src/host/node-resolver.ts';
import { describeDatagrams } from '../contract/datagrams.ts';
import { describeNetwork } from '../contract/network.ts';
import { connectPair, listenOn, Probe } from '../contract/probe.ts';
import { patternBytes, pollUntil } from '../contract/world.ts';

const world = () => ({
  left: new NodeNetwork({ localHost: '127.17.0.1' }),
  right: new NodeNetwork({ localHost: '127.17.0.2' }),
  leftHost: '127.17.0.1',
  rightHost: '127.17.0.2',
  stallBytes: 24 * 2 ** 20,
  until: pollUntil,
});

describeNetwork('node sockets', world, {
  payloadByReference: { reason: 'on real sockets a body is always bytes' },
});
describeDatagrams('node sockets', world);

describe('NodeNetwork', () => {
  const network = new NodeNetwork({ localHost: '127.17.0.3' });

  /** A plain node server on a port of its own, and what it saw. */
  async function rawServer(react: (socket: Socket) => void): Promise<{ server: Server; address: Address }> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      react(socket);
    });
    server.listen(0, '127.0.0.1');
    await pollUntil(() => server.listening);
    return { server, address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } };
  }

  async function endOf(to: Address, from: NodeNetwork = network): Promise<Probe> {
    const probe = new Probe();
    probe.stream = from.dial(to, probe);
    expect(probe.ends).toEqual([]);
    await pollUntil(() => probe.ends.length > 0);
    return probe;
  }

  it('ends a dial that takes too long with timeout', async () => {
    const silent = new NodeNetwork({ dialTimeoutUs: 20_000, connect: () => new Socket() });
    expect((await endOf({ host: '127.0.0.1', port: 1 }, silent)).ends).toEqual(['timeout']);
  });

  it.each([
    ['a name', { host: 'localhost', port: 80 }],
    ['nothing', { host: '', port: 80 }],
    ['port 0', { host: '127.0.0.1', port: 0 }],
    ['port 65536', { host: '127.0.0.1', port: 65_536 }],
    ['half a port', { host: '127.0.0.1', port: 1.5 }],
    ['the other address family', { host: '::1', port: 80 }],
  ])('%s is unreachable, without an exception', async (_, address) => {
    expect((await endOf(address)).ends).toEqual(['unreachable']);
  });

  it.each([
    ['ECONNREFUSED', 'refused'],
    ['ETIMEDOUT', 'timeout'],
    ['ECONNRESET', 'reset'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETUNREACH', 'unreachable'],
    ['EADDRNOTAVAIL', 'unreachable'],
    ['EACCES', 'unreachable'],
    ['EMFILE', 'unreachable'],
  ])('%s while dialling ends it as %s', async (code, end) => {
    const failing = new NodeNetwork({
      connect: () => new Socket().destroy(Object.assign(new Error(code), { code })),
    });
    expect((await endOf({ host: '127.0.0.1', port: 1 }, failing)).ends).toEqual([end]);
  });

  it('a connect that throws is unreachable', async () => {
    const throwing = new NodeNetwork({
      connect: () => {
        throw new RangeError('no');
      },
    });
    expect((await endOf({ host: '127.0.0.1', port: 1 }, throwing)).ends).toEqual(['unreachable']);
  });

  it('tells that an address of another machine cannot be listened on', async () => {
    const elsewhere = new NodeNetwork({ localHost: '192.0.2.1' });
    await expect(listenOn(elsewhere, { until: pollUntil }, () => undefined)).rejects.toThrow('EADDRNOTAVAIL');
    const errors: string[] = [];
    elsewhere.bindDatagrams(0, {
      onBound: () => errors.push('bound'),
      onDatagram: () => undefined,
      onDatagramError: (message) => errors.push(message),
    });
    await pollUntil(() => errors.length > 0);
    expect(errors).toEqual(['cannot use datagram port 0: EADDRNOTAVAIL']);
  });

  it('a reset of the other end, with bytes of ours pending, is a reset', async () => {
    const { server, address } = await rawServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const probe = new Probe({ onOpen: () => stream.write(patternBytes(3_000_000, 1), 0, 3_000_000) });
    const stream = network.dial(address, probe);
    await pollUntil(() => probe.ends.length > 0);
    expect(probe.ends).toEqual(['reset']);
    server.close();
  });

  it('an end that is only half closed is closed whole', async () => {
    let ended = false;
    const { server, address } = await rawServer((socket) => {
      socket.resume();
      socket.on('end', () => {
        ended = true;
        socket.end();
      });
      socket.end('bye');
    });
    const probe = await endOf(address);
    expect(probe.bytes()).toEqual(new TextEncoder().encode('bye'));
    expect(probe.ends).toEqual(['finished']);
    probe.stream?.write(patternBytes(10, 1), 0, 10);
    await pollUntil(() => ended);
    server.close();
  });

  it('hands out plain arrays, never node buffers', async () => {
    const kinds: unknown[] = [];
    const pair = await connectPair(
      network,
      network,
      { until: pollUntil },
      {},
      { onBytes: (bytes) => kinds.push(bytes.constructor) },
    );
    pair.left.write(Buffer.from('x'), 0, 1);
    await pollUntil(() => kinds.length > 0);
    expect(kinds).toEqual([Uint8Array]);
    pair.left.reset();
    await pollUntil(() => pair.rightProbe.ends.length > 0);
  });

  it('the writes of one turn leave together', async () => {
    const chunks: number[] = [];
    const { server, address } = await rawServer((socket) =>
      socket.on('data', (part) => chunks.push(part.length)),
    );
    const sockets: Socket[] = [];
    const watched = new NodeNetwork({
      connect: (options) => {
        const socket = connect(options);
        sockets.push(socket);
        return socket;
      },
    });
    const probe = new Probe();
    const stream = watched.dial(address, probe);
    await pollUntil(() => probe.opened === 1);
    const socket = sockets[0] as Socket;
    const vectored: number[] = [];
    const writev = socket._writev?.bind(socket);
    socket._writev = (parts, done) => {
      vectored.push(parts.length);
      writev?.(parts, done);
    };
    for (let index = 0; index < 3; index++) {
      stream.write(patternBytes(13, index), 0, 13);
      stream.writePayload({ length: 16_384, bytes: patternBytes(16_384, index), reference: undefined });
    }
    expect(stream.unsentBytes()).toBe(3 * (13 + 16_384));
    await pollUntil(() => chunks.reduce((sum, length) => sum + length, 0) === 3 * (13 + 16_384));
    expect(vectored).toEqual([6]);
    stream.reset();
    await pollUntil(() => probe.ends.length > 0);
    server.close();
  });

  it('shows IPv4 peers of a socket for both families as IPv4', async () => {
    const both = new NodeNetwork();
    const remotes: string[] = [];
    const listening = await listenOn(both, { until: pollUntil }, (stream) => {
      remotes.push(stream.remote.host);
      return undefined;
    });
    const probe = await endOf({ host: '127.0.0.1', port: listening.address.port });
    listening.close();
    expect(probe.ends).toEqual(['reset']);
    expect(remotes).toEqual(['127.17.0.3']);
  });
});

describe('resolveHost', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
  ])('gives the address %s back in canonical form, later', async (name, host) => {
    const outcomes: unknown[] = [];
    resolveHost(name, (hosts, message) => outcomes.push(hosts, message));
    expect(outcomes).toEqual([]);
    await pollUntil(() => outcomes.length > 0);
    expect(outcomes).toEqual([[host], undefined]);
  });

  it('finds localhost, and tells what does not exist', async () => {
    const found: (readonly string[])[] = [];
    resolveHost('localhost', (hosts) => hosts !== undefined && found.push(hosts));
    const messages: (string | undefined)[] = [];
    resolveHost(`${'x'.repeat(64)}.invalid`, (_, message) => messages.push(message));
    await pollUntil(() => found.length > 0 && messages.length > 0);
    expect(['127.0.0.1', '::1']).toContain(found[0]?.[0]);
    expect(messages[0]).toMatch(/^cannot resolve x+\.invalid/);
  });
});
