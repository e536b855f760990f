/** Local discovery (BEP 14): what is said, how often, and who is believed. The sockets are in test/host. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../../src/core/address.ts';
import { fromLatin1, toHex, toLatin1 } from '../../../src/core/bytes.ts';
import {
  LOCAL_INTERVAL_US,
  LOCAL_LEAST_US,
  LOCAL_PEERS_MAX,
  LocalDiscovery,
} from '../../../src/core/discovery/local-discovery.ts';
import {
  decodeLocalSearch,
  encodeLocalSearch,
  LOCAL_BYTES_MAX,
  LOCAL_DISCOVERY_IPV4,
  LOCAL_HASHES_MAX,
} from '../../../src/core/discovery/local-messages.ts';
import type { PeerSource } from '../../../src/core/discovery/peer-source.ts';
import type { Address, DatagramHandler, Multicast } from '../../../src/core/ports.ts';
import { FakeClock, FakeRandom } from '../../support/fake-world.ts';

const HASH = new Uint8Array(20).fill(7);

/** A local network on which everybody hears everything at once, themselves too. */
class FakeLan {
  readonly sent: { readonly atUs: number; readonly text: string; readonly group: Address }[] = [];
  readonly clock = new FakeClock();
  readonly #members: { readonly group: Address; readonly handler: DatagramHandler }[] = [];
  closed = 0;

  port(host: string): Multicast {
    return {
      join: (group, handler) => {
        const member = { group, handler };
        this.#members.push(member);
        return {
          send: (bytes, to) => {
            this.sent.push({ atUs: this.clock.now(), text: toLatin1(bytes), group: to });
            this.deliver(bytes, host, to);
          },
          close: () => {
            this.#members.splice(this.#members.indexOf(member), 1);
            this.closed++;
          },
        };
      },
    };
  }

  deliver(bytes: Uint8Array, host: string, to: Address = LOCAL_DISCOVERY_IPV4): void {
    this.clock.schedule(this.clock.now(), () => {
      for (const { group, handler } of [...this.#members]) {
        if (group.host === to.host) handler.onDatagram(bytes, { host, port: 6771 });
      }
    });
  }
}

function join(lan: FakeLan, host: string, infoHash = HASH, listenPort = 6881) {
  const ports = { clock: lan.clock, multicast: lan.port(host), random: new FakeRandom(host) };
  const discovery = new LocalDiscovery(ports);
  const found: Address[] = [];
  const source: PeerSource = discovery.sourceFor({
    infoHash,
    listenPort,
    isSeed: () => false,
    onPeers: (addresses) => found.push(...addresses),
  });
  source.start();
  return { discovery, source, found };
}

describe('a search', () => {
  it('has the form of the BEP', () => {
    const bytes = encodeLocalSearch({ port: 6881, infoHashes: [HASH], cookie: 'me' }, LOCAL_DISCOVERY_IPV4);
    expect(toLatin1(bytes)).toBe(
      `BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\nInfohash: ${toHex(HASH)}\r\ncookie: me\r\n\r\n\r\n`,
    );
    const decoded = decodeLocalSearch(bytes);
    expect(decoded).toEqual({ ok: true, value: { port: 6881, infoHashes: [HASH], cookie: 'me' } });
  });

  it('of many torrents stays within a datagram', () => {
    const infoHashes = Array.from({ length: 500 }, (_, index) => new Uint8Array(20).fill(index));
    const bytes = encodeLocalSearch({ port: 65535, infoHashes, cookie: 'ffffffff' }, LOCAL_DISCOVERY_IPV4);
    expect(bytes.length).toBeLessThanOrEqual(LOCAL_BYTES_MAX);
    const decoded = decodeLocalSearch(bytes);
    expect(decoded.ok && decoded.value.infoHashes.length).toBe(LOCAL_HASHES_MAX);
  });

  it.each([
    ['', 'no search'],
    ['GET / HTTP/1.1\r\n\r\n', 'no search'],
    ['BT-SEARCH * HTTP/1.1\r\n\r\n', 'port'],
    [`BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: ${toHex(HASH)}\r\n\r\n`, 'port'],
    [`BT-SEARCH * HTTP/1.1\r\nPort: 70000\r\nInfohash: ${toHex(HASH)}\r\n\r\n`, 'port'],
    [`BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nPort: 2\r\nInfohash: ${toHex(HASH)}\r\n\r\n`, 'port'],
    ['BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: abc\r\n\r\n', 'info-hash'],
    ['BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nno header here\r\n\r\n', 'header'],
    [`BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nX: ${'x'.repeat(1400)}\r\n\r\n`, 'longer'],
  ])('that is malformed is refused: %j', (text, message) => {
    const decoded = decodeLocalSearch(fromLatin1(text));
    expect(decoded.ok ? '' : decoded.error.message).toContain(message);
  });
});

describe('local discovery', () => {
  it('finds others and not itself', () => {
    const lan = new FakeLan();
    const one = join(lan, '192.168.0.1');
    const two = join(lan, '192.168.0.2', HASH, 7000);
    const other = join(lan, '192.168.0.3', new Uint8Array(20));
    lan.clock.advance(1_000_000);
    // In both families.
    expect(one.found.map(formatAddress)).toEqual(Array(2).fill('192.168.0.2:7000'));
    expect(two.found.map(formatAddress)).toEqual(Array(2).fill('192.168.0.1:6881'));
    expect(other.found).toEqual([]);
  });

  it('searches every five minutes, and no more than once a minute however short of peers it is', () => {
    const lan = new FakeLan();
    const { source } = join(lan, '192.168.0.1');
    lan.clock.advance(LOCAL_INTERVAL_US * 3);
    const times = (): number[] =>
      lan.sent.filter(({ group }) => group.host.includes('.')).map(({ atUs }) => atUs);
    expect(times()).toHaveLength(3);
    const before = times().length;
    for (let second = 0; second < 600; second++) {
      source.requestMorePeers();
      lan.clock.advance(1_000_000);
    }
    const between = times().map((atUs, index, all) => atUs - (all[index - 1] ?? Number.NEGATIVE_INFINITY));
    expect(Math.min(...between)).toBeGreaterThanOrEqual(LOCAL_LEAST_US);
    expect(times().length - before).toBeGreaterThanOrEqual(9);
  });

  it('names torrents that begin together in one datagram, and leaves the group with the last', () => {
    const lan = new FakeLan();
    const { discovery, source } = join(lan, '192.168.0.1');
    const subject = { infoHash: new Uint8Array(20), listenPort: 6881, isSeed: () => true, onPeers: () => {} };
    const second = discovery.sourceFor(subject);
    second.start();
    lan.clock.advance(1_000_000);
    expect(lan.sent.map(({ text }) => text.match(/Infohash/g)?.length)).toEqual([2, 2]);
    source.stop(() => {});
    expect(lan.closed).toBe(0);
    second.stop(() => {});
    expect(lan.closed).toBe(2);
    lan.clock.advance(LOCAL_INTERVAL_US * 2);
    expect(lan.sent).toHaveLength(2);
    expect(lan.clock.pendingCount).toBe(0);
  });

  it('does not believe the internet, and bounds what the local network can name', () => {
    const lan = new FakeLan();
    const { found } = join(lan, '192.168.0.1');
    const search = (port: number) =>
      encodeLocalSearch({ port, infoHashes: [HASH], cookie: 'x' }, LOCAL_DISCOVERY_IPV4);
    lan.deliver(search(1), '8.8.8.8');
    for (let port = 1; port <= 5000; port++) lan.deliver(search(port), '192.168.0.66');
    for (let index = 0; index < 100; index++) lan.deliver(new Uint8Array(2000).fill(index), '192.168.0.66');
    lan.clock.advance(1_000_000);
    expect(found).toHaveLength(LOCAL_PEERS_MAX);
    expect(found.every(({ host }) => host === '192.168.0.66')).toBe(true);
  });
});
