/** The announcer against trackers of our own and against none: events, order, patience, and forged answers. */
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import type { HttpReply } from '../../../src/core/http/response.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import { StreamHttpServer } from '../../../src/core/http/stream-server.ts';
import type { Address } from '../../../src/core/ports.ts';
import {
  type AnnounceProgress,
  Announcer,
  type AnnouncerOptions,
} from '../../../src/core/tracker/announcer.ts';
import { HttpTrackerEndpoint } from '../../../src/core/tracker/http-endpoint.ts';
import { SwarmRegistry, type SwarmRegistryOptions } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import { encodeUdpReply, type UdpReply } from '../../../src/core/tracker/udp-replies.ts';
import { decodeUdpRequest, type UdpRequest } from '../../../src/core/tracker/udp-requests.ts';
import { type FakeDatagram, FakeRandom, FakeWorld } from '../../support/fake-world.ts';

const SECOND = 1_000_000;
const INFO_HASH = fromLatin1('h'.repeat(20));
const CLIENT = '10.0.0.1';

/** An announcer at 10.0.0.1 whose reports are lines of text with the second at which they came. */
class Client {
  readonly log: string[] = [];
  readonly seenAt: string[] = [];
  readonly announcer: Announcer;
  progress: AnnounceProgress = { uploaded: 0, downloaded: 0, left: 100 };
  stopped = 0;

  constructor(world: FakeWorld, options: AnnouncerOptions, host = CLIENT) {
    const network = world.network(host);
    const { clock } = world;
    const second = (): number => Math.floor(clock.now() / SECOND);
    this.announcer = new Announcer(
      { clock, network, http: new StreamHttpClient({ clock, network }), random: new FakeRandom(host) },
      { infoHash: INFO_HASH, peerId: fromLatin1(host.padEnd(20)), port: 6881, key: 7 },
      {
        progress: () => this.progress,
        onPeers: (peers) => this.log.push(`${second()} peers ${peers.map((peer) => peer.host).join()}`),
        onAnnounced: (url, event, count) => this.log.push(`${second()} ${event} ${url} ${count}`),
        onFailed: (url, event, message) => this.log.push(`${second()} ${event} ${url} failed: ${message}`),
        onSeenAt: (by, host) => this.seenAt.push(`${by} ${host}`),
        onWarning: (url, message) => this.log.push(`${second()} warning ${url} ${message}`),
      },
      options,
    );
    this.announcer.start();
  }

  stop(): void {
    this.announcer.stop(() => this.stopped++);
  }
}

function udpTracker(
  world: FakeWorld,
  host: string,
  options: Partial<SwarmRegistryOptions> = {},
): SwarmRegistry {
  const registry = new SwarmRegistry({ random: new FakeRandom(host) }, options);
  const ports = { clock: world.clock, network: world.network(host) };
  new UdpTrackerEndpoint({ ...ports, random: new FakeRandom(`${host}/secret`) }, registry, { port: 6969 });
  return registry;
}

function httpServer(
  world: FakeWorld,
  host: string,
  handle: (target: string, from: Address) => HttpReply,
): void {
  new StreamHttpServer({ clock: world.clock, network: world.network(host) }, { port: 80, handle });
}

function httpBody(world: FakeWorld, host: string, answer: (target: string) => string): string[] {
  const targets: string[] = [];
  httpServer(world, host, (target) => {
    targets.push(target);
    return { status: 200, contentType: 'text/plain', body: fromLatin1(answer(target)) };
  });
  return targets;
}

const requestsFrom = (world: FakeWorld, host = CLIENT): readonly (UdpRequest & { second: number })[] =>
  world.datagrams
    .filter((datagram) => datagram.from.host === host)
    .map((datagram) => {
      const decoded = decodeUdpRequest(datagram.bytes);
      if (!decoded.ok) throw new Error(decoded.error.message);
      return { ...decoded.value, second: Math.floor(datagram.atUs / SECOND) };
    });

const UDP_A = 'udp://10.1.0.1:6969/announce';
const UDP_B = 'udp://10.1.0.2:6969/announce';

describe.each(['udp', 'http'] as const)('over %s', (transport) => {
  const url = transport === 'udp' ? UDP_A : 'http://10.1.0.1/announce';

  function setUp(interval = 120): { world: FakeWorld; registry: SwarmRegistry } {
    const world = new FakeWorld();
    if (transport === 'udp') {
      return { world, registry: udpTracker(world, '10.1.0.1', { intervalUs: interval * SECOND }) };
    }
    const registry = new SwarmRegistry({ random: new FakeRandom() }, { intervalUs: interval * SECOND });
    const endpoint = new HttpTrackerEndpoint(registry);
    httpServer(world, '10.1.0.1', (target, from) => endpoint.handle(target, from, world.clock.now()));
    return { world, registry };
  }

  it('a life from started to stopped', () => {
    const { world, registry } = setUp();
    const client = new Client(world, { tiers: [[url]] });
    expect(client.log).toEqual([]);
    world.clock.advance(SECOND);
    const other = new Client(world, { tiers: [[url]] }, '10.0.0.2');
    world.clock.advance(249 * SECOND);
    expect(client.log).toEqual([
      `0 started ${url} 0`,
      `120 none ${url} 1`,
      '120 peers 10.0.0.2',
      `240 none ${url} 1`,
      '240 peers 10.0.0.2',
    ]);
    client.progress = { uploaded: 0, downloaded: 100, left: 0 };
    client.announcer.completed();
    client.announcer.completed();
    world.clock.advance(10 * SECOND);
    expect(client.log.slice(5)).toEqual([`250 completed ${url} 1`, '250 peers 10.0.0.2']);
    expect(registry.scrape([INFO_HASH], world.clock.now())).toEqual([
      { complete: 1, downloaded: 1, incomplete: 1 },
    ]);
    client.stop();
    expect(client.stopped).toBe(0);
    world.clock.advance(SECOND);
    expect([client.log.at(-1), client.stopped]).toEqual([`260 stopped ${url} 0`, 1]);
    other.stop();
    world.clock.advance(SECOND);
    expect(registry.peerCount).toBe(0);
    const reports = client.log.length;
    // What may still run are the server's own timers, not ours.
    world.clock.advance(10_000 * SECOND);
    expect([client.log.length, client.stopped, world.clock.pendingCount]).toEqual([reports, 1, 0]);
  });

  it('a tracker that is gone at the end is waited for no longer than five seconds', () => {
    const { world } = setUp();
    const client = new Client(world, { tiers: [[url]] });
    world.clock.advance(SECOND);
    world.lose = () => true;
    const lost = transport === 'udp' ? `6 stopped ${url} failed: no answer` : `1 stopped ${url} 0`;
    client.stop();
    world.clock.advance(4 * SECOND);
    if (transport === 'udp') expect(client.stopped).toBe(0);
    world.clock.advance(SECOND);
    expect([client.log.at(-1), client.stopped, world.clock.pendingCount]).toEqual([lost, 1, 0]);
  });

  it('no completed from one that was complete at the start', () => {
    const { world, registry } = setUp();
    const client = new Client(world, { tiers: [[url]] });
    client.progress = { uploaded: 0, downloaded: 0, left: 0 };
    const seed = new Client(world, { tiers: [[url]] }, '10.0.0.2');
    seed.announcer.completed();
    world.clock.advance(SECOND);
    expect(seed.log.some((line) => line.includes('completed'))).toBe(true);
    expect(registry.scrape([INFO_HASH], 0)[0]?.downloaded).toBe(1);
  });

  it('more peers come no sooner than the least interval allows', () => {
    const { world } = setUp(600);
    const client = new Client(world, { tiers: [[url]] });
    world.clock.advance(10 * SECOND);
    client.announcer.requestMorePeers();
    client.announcer.requestMorePeers();
    world.clock.advance(49 * SECOND);
    expect(client.log.length).toBe(1);
    world.clock.advance(2 * SECOND);
    expect(client.log.slice(1)).toEqual([`60 none ${url} 0`]);
    world.clock.advance(60 * SECOND);
    client.announcer.requestMorePeers();
    world.clock.advance(SECOND);
    expect(client.log.slice(2)).toEqual([`121 none ${url} 0`]);
  });
});

describe('completion', () => {
  it('is not reported by a client that began complete', () => {
    const world = new FakeWorld();
    const registry = udpTracker(world, '10.1.0.1');
    const log: string[] = [];
    const network = world.network(CLIENT);
    const announcer = new Announcer(
      {
        clock: world.clock,
        network,
        http: new StreamHttpClient({ clock: world.clock, network }),
        random: new FakeRandom(),
      },
      { infoHash: INFO_HASH, peerId: INFO_HASH, port: 1, key: 0 },
      {
        progress: () => ({ uploaded: 0, downloaded: 0, left: 0 }),
        onPeers: () => {},
        onAnnounced: (_, event) => log.push(event),
        onFailed: (_, event) => log.push(`${event} failed`),
      },
      { tiers: [[UDP_A]] },
    );
    announcer.start();
    world.clock.advance(SECOND);
    announcer.completed();
    world.clock.advance(SECOND);
    expect(log).toEqual(['started']);
    expect(registry.scrape([INFO_HASH], 0)[0]).toEqual({ complete: 1, downloaded: 0, incomplete: 0 });
  });

  it('during the first announce is reported right after it', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1');
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(30_000);
    client.announcer.completed();
    world.clock.advance(SECOND);
    expect(client.log).toEqual([`0 started ${UDP_A} 0`, `0 completed ${UDP_A} 0`]);
  });
});

describe('leaving as soon as the download is complete', () => {
  const told = { completesBeforeStop: true };

  it.each<[string, number, boolean]>([
    ['before anything was said of it', 0, false],
    ['while it is being told', 10_000, false],
    ['with another tracker that counts us', 0, true],
  ])('tells of the completion first, %s', (_, waitUs, hasSecond) => {
    const world = new FakeWorld();
    const registry = udpTracker(world, '10.1.0.1');
    const second = udpTracker(world, '10.1.0.2');
    let firstIsDown = hasSecond;
    world.lose = ({ to }) => firstIsDown && to.host === '10.1.0.1';
    const tiers = hasSecond ? [[UDP_A], [UDP_B]] : [[UDP_A]];
    const client = new Client(world, { ...told, tiers });
    world.clock.advance(50 * SECOND);
    firstIsDown = false;
    if (hasSecond) world.clock.advance(1800 * SECOND);
    client.progress = { uploaded: 0, downloaded: 100, left: 0 };
    client.announcer.completed();
    world.clock.advance(waitUs);
    client.stop();
    world.clock.advance(SECOND);
    expect(client.stopped).toBe(1);
    const events = client.log.map((line) => line.split(' ')[1]).filter((word) => word !== 'peers');
    expect(events.filter((event) => event === 'completed')).toHaveLength(1);
    expect(events.indexOf('completed')).toBeLessThan(events.indexOf('stopped'));
    const at = world.clock.now();
    const downloads = [registry, second].map((each) => each.scrape([INFO_HASH], at)[0]?.downloaded ?? 0);
    expect(downloads.reduce((sum, each) => sum + each)).toBe(1);
    expect([registry.peerCount, second.peerCount]).toEqual([0, 0]);
  });

  it('takes no longer than five seconds', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1');
    const client = new Client(world, { ...told, tiers: [[UDP_A]] });
    world.clock.advance(SECOND);
    world.lose = () => true;
    client.announcer.completed();
    client.stop();
    world.clock.advance(5 * SECOND);
    expect([client.log.at(-1), client.stopped]).toEqual([`6 stopped ${UDP_A} failed: no answer`, 1]);
    expect(world.clock.pendingCount).toBe(0);
  });

  it('is told to nobody unless that is wanted', () => {
    const world = new FakeWorld();
    const registry = udpTracker(world, '10.1.0.1');
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(SECOND);
    client.announcer.completed();
    client.stop();
    world.clock.advance(SECOND);
    expect(registry.scrape([INFO_HASH], world.clock.now())[0]?.downloaded ?? 0).toBe(0);
  });
});

describe('a partial seed (BEP 21)', () => {
  it('says so in every announce that says nothing else, over HTTP', () => {
    const world = new FakeWorld();
    const targets = httpBody(world, '10.1.0.1', () => 'd8:intervali60e5:peers0:e');
    const client = new Client(world, { tiers: [['http://10.1.0.1/announce']] });
    world.clock.advance(90 * SECOND);
    client.progress = { ...client.progress, isPartialSeed: true };
    world.clock.advance(120 * SECOND);
    client.stop();
    world.clock.advance(SECOND);
    const events = targets.map((target) => /event=([^&]*)/.exec(target)?.[1]);
    expect(events).toEqual(['started', undefined, 'paused', 'paused', 'stopped']);
  });

  it('is no event of UDP, and no completion', () => {
    const world = new FakeWorld();
    const registry = udpTracker(world, '10.1.0.1', { intervalUs: 60 * SECOND });
    const client = new Client(world, { tiers: [[UDP_A]] });
    client.progress = { ...client.progress, isPartialSeed: true };
    world.clock.advance(130 * SECOND);
    const announces = requestsFrom(world).filter((request) => request.kind === 'announce');
    expect(announces.map(({ announce }) => announce.event)).toEqual(['started', 'none', 'none']);
    expect(registry.scrape([INFO_HASH], world.clock.now())[0]).toEqual({
      complete: 0,
      downloaded: 0,
      incomplete: 1,
    });
  });
});

describe('our own address (BEP 24)', () => {
  it.each([
    ['4:\x0a\x00\x00\x01', ['10.1.0.1 10.0.0.1']],
    [`16:\x20\x01\x0d\xb8${'\0'.repeat(11)}\x01`, ['10.1.0.1 2001:db8::1']],
    ['5:12345', []],
    ['0:', []],
    ['i7e', []],
  ])('is taken from %j, as the word of the one that answered', (external, expected) => {
    const world = new FakeWorld();
    httpBody(world, '10.1.0.1', () => `d11:external ip${external}8:intervali60e5:peers0:e`);
    const client = new Client(world, { tiers: [['http://10.1.0.1/announce']] });
    world.clock.advance(SECOND);
    expect(client.log).toHaveLength(1);
    expect(client.seenAt).toEqual(expected);
  });
});

describe('patience over UDP', () => {
  it('repeats after 15, 30, 60 … 3840 s when there is no other tracker, then pauses', () => {
    const world = new FakeWorld();
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(7665 * SECOND);
    expect(requestsFrom(world).map((request) => request.second)).toEqual([
      0, 15, 45, 105, 225, 465, 945, 1905, 3825,
    ]);
    expect(client.log).toEqual([`7665 started ${UDP_A} failed: no answer`]);
    world.clock.advance(15 * SECOND);
    expect(requestsFrom(world).at(-1)?.second).toBe(7680);
  });

  it('goes on to the announce when a connect is answered late, and connects anew when the id is 60 s old', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1');
    // Only the connect of second 15 gets through; announces are lost until second 100.
    world.lose = ({ atUs, bytes }) => atUs < 15 * SECOND || (bytes.length > 16 && atUs < 100 * SECOND);
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(200 * SECOND);
    expect(requestsFrom(world).map((request) => `${request.second} ${request.kind}`)).toEqual([
      '0 connect',
      '15 connect',
      '15 announce',
      '45 announce',
      '105 connect',
      '105 announce',
    ]);
    expect(client.log).toEqual([`105 started ${UDP_A} 0`]);
  });

  it('uses a connection id for 60 s and no longer', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1', { intervalUs: 30 * SECOND });
    new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(65 * SECOND);
    expect(requestsFrom(world).map((request) => `${request.second} ${request.kind}`)).toEqual([
      '0 connect',
      '0 announce',
      '30 announce',
      '60 connect',
      '60 announce',
    ]);
  });

  it('connects once more when a tracker no longer knows the id it gave', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1', { intervalUs: 30 * SECOND });
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(SECOND);
    const restarted = new SwarmRegistry({ random: new FakeRandom() });
    const ports = { clock: world.clock, network: world.network('10.1.0.1') };
    new UdpTrackerEndpoint({ ...ports, random: new FakeRandom('another secret') }, restarted, { port: 6969 });
    world.clock.advance(30 * SECOND);
    expect(client.log.slice(1)).toEqual([`30 none ${UDP_A} 0`]);
  });
});

describe('forged and broken answers over UDP', () => {
  /** A tracker of which every answer can be changed, sent twice, or sent from elsewhere. */
  function puppet(world: FakeWorld, answer: (request: UdpRequest, datagram: FakeDatagram) => void): void {
    world.network('10.1.0.1').bindDatagrams(6969, {
      onBound: () => {},
      onDatagram: (bytes, from) => {
        const decoded = decodeUdpRequest(bytes);
        if (!decoded.ok) throw new Error(decoded.error.message);
        answer(decoded.value, { bytes, from: { host: '10.1.0.1', port: 6969 }, to: from, atUs: 0 });
      },
      onDatagramError: () => {},
    });
  }

  const honest = (request: UdpRequest): UdpReply => {
    const { transaction } = request;
    if (request.kind === 'connect')
      return { kind: 'connect', transaction, connectionId: { high: 0, low: 1 } };
    const peers = [{ host: '10.0.0.9', port: 9 }];
    return { kind: 'announce', transaction, intervalSeconds: 100, incomplete: 0, complete: 0, peers };
  };

  const forged = { host: '10.6.6.6', port: 6 };
  type Forgery = (reply: UdpReply, datagram: FakeDatagram) => FakeDatagram;
  const bytesOf = (reply: UdpReply): Uint8Array => encodeUdpReply(reply);
  const poisoned = (reply: UdpReply): UdpReply =>
    reply.kind === 'announce'
      ? { ...reply, peers: [forged] }
      : ({ ...reply, connectionId: { high: 0, low: 666 } } as UdpReply);

  it.each<[string, Forgery]>([
    [
      'another transaction id',
      (reply, datagram) => ({
        ...datagram,
        bytes: bytesOf({ ...poisoned(reply), transaction: (reply.transaction + 1) >>> 0 }),
      }),
    ],
    [
      'another host',
      (reply, datagram) => ({
        ...datagram,
        from: { host: '10.1.0.9', port: 6969 },
        bytes: bytesOf(poisoned(reply)),
      }),
    ],
    [
      'another port',
      (reply, datagram) => ({
        ...datagram,
        from: { host: '10.1.0.1', port: 6970 },
        bytes: bytesOf(poisoned(reply)),
      }),
    ],
    [
      'the action of the other step',
      ({ kind, transaction }, datagram) => ({
        ...datagram,
        bytes: bytesOf(
          kind === 'announce'
            ? { kind: 'connect', transaction, connectionId: { high: 0, low: 666 } }
            : {
                kind: 'announce',
                transaction,
                intervalSeconds: 9,
                incomplete: 0,
                complete: 0,
                peers: [forged],
              },
        ),
      }),
    ],
    [
      'an error with another transaction id',
      ({ transaction }, datagram) => ({
        ...datagram,
        bytes: bytesOf({ kind: 'error', transaction: transaction ^ 0x1000, message: 'die' }),
      }),
    ],
    [
      'an error from elsewhere',
      ({ transaction }, datagram) => ({
        ...datagram,
        from: { host: '10.1.0.9', port: 6969 },
        bytes: bytesOf({ kind: 'error', transaction, message: 'die' }),
      }),
    ],
    ['too short', (reply, datagram) => ({ ...datagram, bytes: bytesOf(reply).subarray(0, 15) })],
    ['empty', (_, datagram) => ({ ...datagram, bytes: new Uint8Array(0) })],
  ])('%s is ignored and the true answer is still taken', (_, forge) => {
    const world = new FakeWorld();
    puppet(world, (request, datagram) => {
      const reply = honest(request);
      world.inject(forge(reply, datagram));
      world.clock.schedule(world.clock.now() + 1000, () =>
        world.inject({ ...datagram, bytes: bytesOf(reply) }),
      );
    });
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(5 * SECOND);
    expect(client.log).toEqual([`0 started ${UDP_A} 1`, '0 peers 10.0.0.9']);
    expect(requestsFrom(world)[1]).toMatchObject({ kind: 'announce', connectionId: { high: 0, low: 1 } });
  });

  it('a second answer to the same announce is ignored', () => {
    const world = new FakeWorld();
    puppet(world, (request, datagram) => {
      world.inject({ ...datagram, bytes: bytesOf(honest(request)) });
      world.inject({ ...datagram, bytes: bytesOf(honest(request)) });
    });
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(5 * SECOND);
    expect(client.log.filter((line) => line.includes('started'))).toHaveLength(1);
    expect(requestsFrom(world)).toHaveLength(2);
  });

  it('draws an unpredictable transaction id for every step', () => {
    const world = new FakeWorld();
    puppet(world, (request, datagram) => world.inject({ ...datagram, bytes: bytesOf(honest(request)) }));
    new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(1000 * SECOND);
    const ids = requestsFrom(world).map((request) => request.transaction);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
    const steps = ids.slice(1).map((id, index) => id - (ids[index] as number));
    expect(new Set(steps).size).toBe(steps.length);
  });

  it('an error of the tracker is reported and backed off from', () => {
    const world = new FakeWorld();
    puppet(world, ({ transaction }, datagram) => {
      world.inject({ ...datagram, bytes: bytesOf({ kind: 'error', transaction, message: 'not here' }) });
    });
    const client = new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(1000 * SECOND);
    const seconds = client.log.map((line) => Number.parseInt(line, 10));
    expect(client.log[0]).toBe(`0 started ${UDP_A} failed: the tracker refuses: not here`);
    expect(seconds).toEqual([0, 15, 52, 146, 380, 966]);
  });

  it.each([
    [0, 30],
    [-1, 30],
    [29, 30],
    [45, 45],
    [0x7fffffff, 86_400],
  ])('an interval of %i s means %i s', (intervalSeconds, seconds) => {
    const world = new FakeWorld();
    puppet(world, (request, datagram) => {
      const reply = honest(request);
      world.inject({
        ...datagram,
        bytes: bytesOf(reply.kind === 'announce' ? { ...reply, intervalSeconds } : reply),
      });
    });
    new Client(world, { tiers: [[UDP_A]] });
    world.clock.advance(100_000 * SECOND);
    const announces = requestsFrom(world).filter((request) => request.kind === 'announce');
    expect(announces.slice(0, 2).map((request) => request.second)).toEqual([0, seconds]);
  });
});

describe('answers over HTTP', () => {
  const url = 'http://10.1.0.1/announce';

  it('takes the larger of interval and least interval, and sends the tracker id back', () => {
    const world = new FakeWorld();
    const targets = httpBody(
      world,
      '10.1.0.1',
      () =>
        'd8:intervali40e12:min intervali90e5:peers6:\x0a\0\0\x05\0\x0910:tracker id3:a b15:warning message3:heye',
    );
    const client = new Client(world, { tiers: [[url]] });
    world.clock.advance(100 * SECOND);
    expect(client.log).toEqual([
      `0 started ${url} 1`,
      `0 warning ${url} hey`,
      '0 peers 10.0.0.5',
      `90 none ${url} 1`,
      `90 warning ${url} hey`,
      '90 peers 10.0.0.5',
    ]);
    expect(targets.map((target) => /trackerid=[^&]*/.exec(target)?.[0])).toEqual([
      undefined,
      'trackerid=a%20b',
    ]);
    expect(new Set(targets.map((target) => /key=[^&]*/.exec(target)?.[0]))).toEqual(
      new Set(['key=00000007']),
    );
  });

  it.each([
    ['nonsense', '<html>', 'not a tracker'],
    ['nothing', '', 'not a tracker'],
    ['a refusal', 'd14:failure reason9:go\x00away!\x07e', 'the tracker refuses: go away!'],
  ])('%s is a failure with a reason', (_, body, message) => {
    const world = new FakeWorld();
    httpBody(world, '10.1.0.1', () => body);
    const client = new Client(world, { tiers: [[url]] });
    world.clock.advance(SECOND);
    expect(client.log).toHaveLength(1);
    expect(client.log[0]).toContain(`started ${url} failed: ${message}`);
  });

  it('reads a refusal behind another status, and else names the status', () => {
    for (const [body, message] of [
      ['d14:failure reason2:noe', 'the tracker refuses: no'],
      ['gone', 'HTTP status 404'],
    ] as const) {
      const world = new FakeWorld();
      httpServer(world, '10.1.0.1', () => ({
        status: 404,
        contentType: 'text/plain',
        body: fromLatin1(body),
      }));
      const client = new Client(world, { tiers: [[url]] });
      world.clock.advance(SECOND);
      expect(client.log).toEqual([`0 started ${url} failed: ${message}`]);
    }
  });

  it('obeys "retry in", also for ever', () => {
    for (const [value, seconds] of [
      ['i10e', [0, 600, 1200]],
      ['5:never', [0]],
    ] as const) {
      const world = new FakeWorld();
      httpBody(world, '10.1.0.1', () => `d14:failure reason4:full8:retry in${value}e`);
      const client = new Client(world, { tiers: [[url]] });
      world.clock.advance(1500 * SECOND);
      expect(client.log.map((line) => Number.parseInt(line, 10))).toEqual(seconds);
    }
  });

  it('a body of 2 MiB is not read', () => {
    const world = new FakeWorld();
    httpBody(world, '10.1.0.1', () => 'x'.repeat(2 * 1024 * 1024));
    const client = new Client(world, { tiers: [[url]] });
    world.clock.advance(SECOND);
    expect(client.log[0]).toContain('longer than 1048576');
  });

  it('a server that accepts and says nothing is left after 30 s', () => {
    const world = new FakeWorld();
    world.network('10.1.0.1').listen(80, {
      onListening: () => {},
      onListenError: () => {},
      onAccept: () => ({ onOpen() {}, onBytes() {}, onPayload() {}, onWritable() {}, onClose() {} }),
    });
    const client = new Client(world, { tiers: [[url]] });
    world.clock.advance(31 * SECOND);
    expect(client.log).toEqual([`30 started ${url} failed: no answer in time`]);
  });

  it('services of this machine that are no trackers are not called', () => {
    const world = new FakeWorld();
    const urls = ['http://127.0.0.1/admin', 'http://[::1]:9000/', 'http://localhost/x'];
    const client = new Client(world, { tiers: [urls] });
    world.clock.advance(SECOND);
    expect(client.log).toHaveLength(3);
    for (const line of client.log) expect(line).toContain('must have /announce');
    expect(world.dialCount).toBe(0);
  });
});

describe('several trackers', () => {
  it('a dead first tier is given 45 s, then the second answers, and the first is tried again next time', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.2', { intervalUs: 100 * SECOND });
    const client = new Client(world, { tiers: [[UDP_A], [UDP_B]] });
    world.clock.advance(200 * SECOND);
    expect(client.log).toEqual([
      `45 started ${UDP_A} failed: no answer`,
      `45 started ${UDP_B} 0`,
      `190 started ${UDP_A} failed: no answer`,
      `190 none ${UDP_B} 0`,
    ]);
  });

  it('within a tier the one that answered comes first from then on', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.2', { intervalUs: 100 * SECOND });
    const client = new Client(world, { tiers: [[UDP_A, UDP_B, 'udp://10.1.0.3:6969/announce']] });
    world.clock.advance(400 * SECOND);
    const successes = client.log.filter((line) => !line.includes('failed'));
    const firstSuccess = client.log.indexOf(successes[0] as string);
    expect(successes.length).toBeGreaterThan(2);
    expect(client.log.slice(firstSuccess)).toEqual(successes);
  });

  it('the order within a tier is shuffled, tiers are not', () => {
    const firsts = new Set<string>();
    for (let number = 0; number < 40; number++) {
      const world = new FakeWorld();
      const client = new Client(world, { tiers: [['x:1', 'x:2', 'x:3'], ['x:4']] }, `10.0.0.${number}`);
      world.clock.advance(SECOND);
      const order = client.log.map((line) => line.split(' ')[2]);
      expect(order[3]).toBe('x:4');
      firsts.add(order[0] as string);
    }
    expect(firsts).toEqual(new Set(['x:1', 'x:2', 'x:3']));
  });

  it('only those that took our started are told that we stop', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.2', { intervalUs: 100 * SECOND });
    const client = new Client(world, { tiers: [[UDP_A], [UDP_B]] });
    world.clock.advance(60 * SECOND);
    client.stop();
    world.clock.advance(SECOND);
    expect([client.log.at(-1), client.stopped]).toEqual([`60 stopped ${UDP_B} 0`, 1]);
  });

  it('one that was being asked may count us, and is told too', () => {
    const world = new FakeWorld();
    const registry = udpTracker(world, '10.1.0.1');
    const client = new Client(world, { tiers: [[UDP_A]] });
    // The announce arrives at 30 ms, its answer is still on its way.
    world.clock.advance(35_000);
    expect(registry.peerCount).toBe(1);
    client.stop();
    world.clock.advance(SECOND);
    expect([registry.peerCount, client.stopped]).toEqual([0, 1]);
  });

  it('unusable URLs are reported once and cost nothing more', () => {
    const world = new FakeWorld();
    const tiers = [
      ['wss://t/announce', 'udp://10.1.0.1/announce', ' ', 'http://10.1.0.1/a\r\nX: y', 'udp://name:1/'],
    ];
    const client = new Client(world, { tiers });
    world.clock.advance(14 * SECOND);
    expect(client.log.sort()).toEqual([
      '0 started http://10.1.0.1/a\r\nX: y failed: unusable URL: URL with a space or control character (at byte 17)',
      '0 started udp://10.1.0.1/announce failed: a UDP tracker needs a port',
      '0 started udp://name:1/ failed: cannot look up the name name here',
      '0 started wss://t/announce failed: wss trackers are not supported',
    ]);
    world.clock.advance(2 * SECOND);
    expect(client.log.slice(4).map((line) => line.split(' ')[2]?.slice(0, 4))).toEqual(['udp:', 'udp:']);
  });

  it('without any there is nothing to do and nothing to wait for', () => {
    const world = new FakeWorld();
    const client = new Client(world, { tiers: [] });
    world.clock.advance(1000 * SECOND);
    client.stop();
    world.clock.advance(0);
    expect([client.log, client.stopped, world.clock.pendingCount]).toEqual([[], 1, 0]);
  });
});

describe('asking for more peers', () => {
  it('does not hurry trackers that fail', () => {
    const world = new FakeWorld();
    const client = new Client(world, { tiers: [['http://10.1.0.1/announce']] });
    for (let second = 0; second < 300; second++) {
      client.announcer.requestMorePeers();
      world.clock.advance(SECOND);
    }
    const seconds = client.log.map((line) => Number.parseInt(line, 10));
    expect(seconds).toEqual([0, 15, 52, 146]);
  });

  it('does nothing while an announce is under way, before the start and after the end', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1');
    const client = new Client(world, { tiers: [[UDP_A]] });
    for (let step = 0; step < 8; step++) {
      client.announcer.requestMorePeers();
      world.clock.advance(5_000);
    }
    expect(client.log).toEqual([`0 started ${UDP_A} 0`]);
    expect(requestsFrom(world)).toHaveLength(2);
    client.stop();
    world.clock.advance(SECOND);
    client.announcer.requestMorePeers();
    client.announcer.completed();
    world.clock.advance(1000 * SECOND);
    expect(client.log).toHaveLength(2);
  });
});

describe('names', () => {
  const url = 'udp://tracker.example:6969/announce';

  function resolverTo(world: FakeWorld, host: string | undefined) {
    const asked: string[] = [];
    return {
      asked,
      resolve(name: string, done: (host: string | undefined, failure: string | undefined) => void) {
        asked.push(name);
        const { clock } = world;
        return clock.schedule(clock.now() + SECOND, () =>
          done(host, host === undefined ? 'no such name' : undefined),
        );
      },
    };
  }

  it('go through the resolver, literal addresses do not', () => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1');
    const resolver = resolverTo(world, '10.1.0.1');
    const client = new Client(world, { tiers: [[url]], resolver });
    const literal = new Client(world, { tiers: [[UDP_A]], resolver }, '10.0.0.2');
    world.clock.advance(2 * SECOND);
    expect([client.log[0], resolver.asked]).toEqual([`1 started ${url} 1`, ['tracker.example']]);
    expect(literal.log[0]).toBe(`0 started ${UDP_A} 0`);
  });

  it('that do not exist are a failure; a lookup under way ends with stop', () => {
    const world = new FakeWorld();
    const client = new Client(world, { tiers: [[url]], resolver: resolverTo(world, undefined) });
    world.clock.advance(2 * SECOND);
    expect(client.log).toEqual([`1 started ${url} failed: no such name`]);
    const other = new Client(world, { tiers: [[url]], resolver: resolverTo(world, undefined) }, '10.0.0.2');
    client.stop();
    world.clock.advance(SECOND / 2);
    other.stop();
    world.clock.advance(10 * SECOND);
    expect([client.stopped, other.stopped, world.clock.pendingCount]).toEqual([1, 1, 0]);
  });
});

describe('the end', () => {
  it('is final even when a tracker over HTTP fails long afterwards', () => {
    const world = new FakeWorld();
    let silent = false;
    world.network('10.1.0.1').listen(80, {
      onListening: () => {},
      onListenError: () => {},
      onAccept: (stream) => ({
        onOpen() {},
        onBytes() {
          if (silent) return;
          const answer = fromLatin1('HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nd8:intervali9999ee');
          stream.write(answer, 0, answer.length);
        },
        onPayload() {},
        onWritable() {},
        onClose() {},
      }),
    });
    const client = new Client(world, { tiers: [['http://10.1.0.1/announce']] });
    world.clock.advance(SECOND);
    silent = true;
    client.stop();
    world.clock.advance(100 * SECOND);
    expect(client.log).toEqual([
      '0 started http://10.1.0.1/announce 0',
      '6 stopped http://10.1.0.1/announce failed: no answer',
    ]);
    expect([client.stopped, world.clock.pendingCount]).toEqual([1, 0]);
  });

  it.each(['started', 'started failed'])('may be asked for from inside the report "%s"', (moment) => {
    const world = new FakeWorld();
    udpTracker(world, '10.1.0.1');
    new Client(world, { tiers: [[UDP_A]] }, '10.0.0.2');
    world.clock.advance(SECOND);
    const network = world.network(CLIENT);
    const http = new StreamHttpClient({ clock: world.clock, network });
    const log: string[] = [];
    const note = (line: string): void => {
      log.push(line);
      if (line === moment) announcer.stop(() => log.push('done'));
    };
    const announcer = new Announcer(
      { clock: world.clock, network, http, random: new FakeRandom() },
      { infoHash: INFO_HASH, peerId: INFO_HASH, port: 1, key: 0 },
      {
        progress: () => ({ uploaded: 0, downloaded: 0, left: 1 }),
        onPeers: () => note('peers'),
        onAnnounced: (_, event) => note(event),
        onFailed: (_, event) => note(`${event} failed`),
      },
      { tiers: moment === 'started' ? [[UDP_A]] : [['http://10.1.0.9/announce'], [UDP_A]] },
    );
    announcer.start();
    world.clock.advance(10 * SECOND);
    expect(log).toEqual(moment === 'started' ? ['started', 'stopped', 'done'] : ['started failed', 'done']);
    // The next tracker is not troubled any more: two steps for started, one for stopped, or none at all.
    expect(requestsFrom(world)).toHaveLength(moment === 'started' ? 3 : 0);
  });
});
