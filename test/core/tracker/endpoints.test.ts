/** The tracker's two front doors: proof of address over UDP, paths and bodies over HTTP. */
import { describe, expect, it } from 'vitest';
import { decodeBencodeDict } from '../../../src/core/bencode/index.ts';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import type { Address } from '../../../src/core/ports.ts';
import type { AnnounceRequest } from '../../../src/core/tracker/announce.ts';
import { ConnectionIds } from '../../../src/core/tracker/connection-ids.ts';
import { HttpTrackerEndpoint } from '../../../src/core/tracker/http-endpoint.ts';
import { decodeAnnounceReply, decodeScrapeReply } from '../../../src/core/tracker/http-replies.ts';
import { announceUrl, scrapeUrl } from '../../../src/core/tracker/http-requests.ts';
import { SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import { decodeUdpReply, type UdpReply } from '../../../src/core/tracker/udp-replies.ts';
import { encodeUdpRequest, type UdpRequest } from '../../../src/core/tracker/udp-requests.ts';
import type { Wide } from '../../../src/core/tracker/wide-integers.ts';
import { FakeRandom, FakeWorld } from '../../support/fake-world.ts';

const SECOND = 1_000_000;

const announce: AnnounceRequest = {
  infoHash: fromLatin1('h'.repeat(20)),
  peerId: fromLatin1('p'.repeat(20)),
  port: 6881,
  uploaded: 0,
  downloaded: 0,
  left: 1,
  event: 'started',
  numwant: -1,
  key: 0,
};

describe('connection ids', () => {
  const ids = new ConnectionIds({ random: new FakeRandom('secret') });
  const client: Address = { host: '10.0.0.1', port: 1000 };

  it.each([0, 1, 119, 120, 121, 1000])(
    'given at %i s live two minutes at least and four at most',
    (second) => {
      const givenUs = second * SECOND;
      const id = ids.issue(client, givenUs);
      expect(ids.accepts(id, client, givenUs)).toBe(true);
      expect(ids.accepts(id, client, givenUs + 120 * SECOND)).toBe(true);
      expect(ids.accepts(id, client, givenUs + 240 * SECOND)).toBe(false);
    },
  );

  it('are good for one address, and not to be guessed from another tracker', () => {
    const id = ids.issue(client, 0);
    expect(ids.accepts(id, { host: '10.0.0.2', port: 1000 }, 0)).toBe(false);
    expect(ids.accepts(id, { host: '10.0.0.1', port: 1001 }, 0)).toBe(false);
    const others = new ConnectionIds({ random: new FakeRandom('other') });
    expect(others.accepts(id, client, 0)).toBe(false);
  });
});

/** Sends requests from any address and keeps the answers that come back there. */
class UdpFixture {
  readonly world = new FakeWorld();
  readonly registry = new SwarmRegistry({ random: new FakeRandom() });
  readonly server: Address;

  constructor(host = '10.1.0.1') {
    this.server = { host, port: 6969 };
    const ports = { clock: this.world.clock, network: this.world.network(host) };
    new UdpTrackerEndpoint({ ...ports, random: new FakeRandom('s') }, this.registry, { port: 6969 });
  }

  send(from: Address, bytes: Uint8Array): Uint8Array | undefined {
    const before = this.world.datagrams.length;
    this.world.inject({ bytes, from, to: this.server, atUs: 0 });
    this.world.clock.advance(SECOND);
    return this.world.datagrams.slice(before + 1).find((datagram) => datagram.to.host === from.host)?.bytes;
  }

  ask(from: Address, request: UdpRequest): UdpReply | undefined {
    const bytes = this.send(from, encodeUdpRequest(request));
    const decoded = bytes === undefined ? undefined : decodeUdpReply(bytes, from.host.includes(':') ? 16 : 4);
    return decoded?.ok ? decoded.value : undefined;
  }

  connect(from: Address): Wide {
    const reply = this.ask(from, { kind: 'connect', transaction: 1 });
    if (reply?.kind !== 'connect') throw new Error('no connection');
    return reply.connectionId;
  }
}

describe('the UDP side', () => {
  const client: Address = { host: '10.0.0.1', port: 1000 };

  it('answers connect, announce and scrape with the transaction id of the question', () => {
    const tracker = new UdpFixture();
    const connectionId = tracker.connect(client);
    expect(
      tracker.ask(client, {
        kind: 'announce',
        transaction: 0xdeadbeef,
        connectionId,
        announce,
        urlData: '/a',
      }),
    ).toEqual({
      kind: 'announce',
      transaction: 0xdeadbeef,
      intervalSeconds: 1800,
      incomplete: 1,
      complete: 0,
      peers: [],
    });
    const infoHashes = [announce.infoHash, announce.peerId];
    expect(tracker.ask(client, { kind: 'scrape', transaction: 3, connectionId, infoHashes })).toEqual({
      kind: 'scrape',
      transaction: 3,
      counts: [
        { complete: 0, downloaded: 0, incomplete: 1 },
        { complete: 0, downloaded: 0, incomplete: 0 },
      ],
    });
  });

  it('refuses an announce with the connection id of another address, in fewer bytes than it got', () => {
    const tracker = new UdpFixture();
    const connectionId = tracker.connect(client);
    const victim = { host: '10.0.0.66', port: 1000 };
    const request = encodeUdpRequest({
      kind: 'announce',
      transaction: 2,
      connectionId,
      announce,
      urlData: '',
    });
    const answer = tracker.send(victim, request) as Uint8Array;
    expect(answer.length).toBeLessThan(request.length);
    expect(decodeUdpReply(answer, 4)).toMatchObject({ value: { kind: 'error', transaction: 2 } });
    expect(tracker.registry.peerCount).toBe(0);
  });

  it('is silent towards what is no request', () => {
    const tracker = new UdpFixture();
    for (const length of [0, 8, 15, 16, 97, 98, 1400]) {
      expect(tracker.send(client, new Uint8Array(length).fill(7))).toBeUndefined();
    }
  });

  it('keeps an answer over IPv6 within one datagram of 1,400 bytes', () => {
    const tracker = new UdpFixture('2001:db8::1');
    for (let peer = 1; peer <= 150; peer++) {
      const from = { host: `2001:db8::${(peer + 0x100).toString(16)}`, port: 1 };
      const peerId = fromLatin1(String(peer).padStart(20));
      tracker.registry.announce({ ...announce, peerId }, from, 0);
    }
    const asker = { host: '2001:db8::2', port: 1 };
    const connectionId = tracker.connect(asker);
    const wish = { ...announce, numwant: 200 };
    const bytes = tracker.send(
      asker,
      encodeUdpRequest({ kind: 'announce', transaction: 2, connectionId, announce: wish, urlData: '' }),
    ) as Uint8Array;
    expect(bytes.length).toBe(20 + 76 * 18);
  });

  it('says so when the port cannot be bound', () => {
    const errors: string[] = [];
    const { world, registry } = new UdpFixture();
    const network = {
      ...world.network('10.1.0.2'),
      bindDatagrams: (_: number, handler: { onDatagramError(message: string): void }) => {
        world.clock.schedule(0, () => handler.onDatagramError('port taken'));
        return { send: () => {}, close: () => {} };
      },
    };
    const ports = { clock: world.clock, network, random: new FakeRandom() };
    new UdpTrackerEndpoint(ports, registry, { port: 1, onError: (message) => errors.push(message) });
    world.clock.advance(0);
    expect(errors).toEqual(['port taken']);
  });
});

describe('the HTTP side', () => {
  const from: Address = { host: '10.0.0.1', port: 50_000 };
  const target = (url: string | undefined): string => (url ?? '').replace('http://t', '');

  function fixture(): HttpTrackerEndpoint {
    const registry = new SwarmRegistry({ random: new FakeRandom() });
    for (const host of ['10.0.0.2', '2001:db8::2']) {
      registry.announce({ ...announce, peerId: fromLatin1(host.padEnd(20)) }, { host, port: 1 }, 0);
    }
    return new HttpTrackerEndpoint(registry);
  }

  it('answers with peers of both families, the asker’s first', () => {
    const reply = fixture().handle(target(announceUrl('http://t/announce', announce, undefined)), from, 0);
    expect(reply.status).toBe(200);
    const decoded = decodeAnnounceReply(reply.body);
    expect(decoded).toMatchObject({
      value: {
        reply: {
          intervalSeconds: 1800,
          minIntervalSeconds: 60,
          incomplete: 3,
          peers: [
            { host: '10.0.0.2', port: 6881 },
            { host: '2001:db8::2', port: 6881 },
          ],
        },
      },
    });
  });

  it('lists dictionaries when compact=0', () => {
    const url = target(announceUrl('http://t/announce', announce, undefined)).replace(
      'compact=1',
      'compact=0',
    );
    const decoded = decodeBencodeDict(fixture().handle(url, from, 0).body);
    expect(decoded.ok && decoded.value.getList('peers')?.length).toBe(2);
  });

  it('answers a scrape, and refuses in a way that clients understand', () => {
    const endpoint = fixture();
    const scrape = endpoint.handle(target(scrapeUrl('http://t/announce', [announce.infoHash])), from, 0);
    expect(decodeScrapeReply(scrape.body)).toMatchObject({
      value: new Map([['h'.repeat(20), { complete: 0, downloaded: 0, incomplete: 2 }]]),
    });
    const refusal = endpoint.handle('/announce?info_hash=x', from, 0);
    expect([refusal.status, toLatin1(refusal.body)]).toEqual([
      200,
      'd14:failure reason25:info_hash is not 20 bytese',
    ]);
    expect(endpoint.handle('/favicon.ico', from, 0).status).toBe(404);
  });
});

describe("an asker's own address (BEP 24)", () => {
  it.each([
    [{ host: '20.1.2.3', port: 999 }, true, '20.1.2.3'],
    [{ host: '2001:db8::7', port: 999 }, true, '2001:db8::7'],
    [{ host: '20.1.2.3', port: 999 }, false, undefined],
  ])('%j hears it if the tracker tells (%s): %s', (from, tells, expected) => {
    const endpoint = new HttpTrackerEndpoint(new SwarmRegistry({ random: new FakeRandom() }), tells);
    const target = announceUrl('http://t/announce', announce, undefined).slice('http://t'.length);
    const decoded = decodeAnnounceReply(endpoint.handle(target, from, 0).body);
    expect(decoded).toMatchObject({ ok: true, value: { reply: { externalIp: expected } } });
  });
});
