/** Asking for the numbers of a swarm: both transports, all trackers at once, and hostile answers among honest ones. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import { StreamHttpServer } from '../../../src/core/http/stream-server.ts';
import { HttpTrackerEndpoint } from '../../../src/core/tracker/http-endpoint.ts';
import { type ScrapeResult, scrape } from '../../../src/core/tracker/scraper.ts';
import { SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import { encodeUdpReply, type UdpReply } from '../../../src/core/tracker/udp-replies.ts';
import { decodeUdpRequest } from '../../../src/core/tracker/udp-requests.ts';
import { FakeRandom, FakeWorld } from '../../support/fake-world.ts';

const SECOND = 1_000_000;
const INFO_HASH = fromLatin1('h'.repeat(20));
const CLIENT = '10.0.0.1';

/** At `host`, UDP port 6969 and HTTP port 80, with one seed and two leechers. */
function honestTracker(world: FakeWorld, host: string): void {
  const registry = new SwarmRegistry({ random: new FakeRandom(host) });
  for (const [index, left] of [0, 5, 5].entries()) {
    const peerId = fromLatin1(`${index}`.repeat(20));
    const announce = { infoHash: INFO_HASH, peerId, port: 7, uploaded: 0, downloaded: 0, left, key: 0 };
    const from = { host: `10.0.1.${index + 1}`, port: 1 };
    const limits = { peersMax: 50, bothFamilies: false };
    registry.announce({ ...announce, event: 'started', numwant: -1 }, from, 0, limits);
  }
  const network = world.network(host);
  const random = new FakeRandom(`${host}/udp`);
  new UdpTrackerEndpoint({ clock: world.clock, network, random }, registry, {
    port: 6969,
  });
  const endpoint = new HttpTrackerEndpoint(registry);
  const handle = (target: string, from: { host: string; port: number }) =>
    endpoint.handle(target, from, world.clock.now());
  new StreamHttpServer({ clock: world.clock, network }, { port: 80, handle });
}

interface Asked {
  results: readonly ScrapeResult[] | undefined;
  atSecond: number;
  times: number;
  cancel(): void;
}

function ask(world: FakeWorld, ...tiers: readonly (readonly string[])[]): Asked {
  const network = world.network(CLIENT);
  const { clock } = world;
  const asked: Asked = { results: undefined, atSecond: -1, times: 0, cancel: () => call.cancel() };
  const call = scrape(
    { clock, network, http: new StreamHttpClient({ clock, network }), random: new FakeRandom(CLIENT) },
    tiers,
    INFO_HASH,
    (results) => {
      asked.results = results;
      asked.times++;
      asked.atSecond = Math.floor(clock.now() / SECOND);
    },
  );
  return asked;
}

const COUNTS = { complete: 1, downloaded: 0, incomplete: 2 };
const HONEST_UDP = 'udp://10.1.0.1:6969/announce';
const HONEST_HTTP = 'http://10.1.0.1/announce';

describe('scrape', () => {
  it('asks every tracker of every tier once, and tells in the order of the torrent', () => {
    const world = new FakeWorld();
    honestTracker(world, '10.1.0.1');
    const asked = ask(world, [HONEST_UDP, HONEST_HTTP], [HONEST_UDP, 'http://10.1.0.9/announce']);
    expect(asked.results).toBeUndefined();
    world.clock.advance(SECOND);
    expect(asked.results).toEqual([
      { url: HONEST_UDP, counts: COUNTS, message: undefined },
      { url: HONEST_HTTP, counts: COUNTS, message: undefined },
      { url: 'http://10.1.0.9/announce', counts: undefined, message: expect.stringMatching(/refused/) },
    ]);
    const kinds = world.datagrams.flatMap(({ bytes, from }) => {
      const decoded = from.host === CLIENT ? decodeUdpRequest(bytes) : undefined;
      return decoded?.ok === true ? [decoded.value.kind] : [];
    });
    expect(kinds).toEqual(['connect', 'scrape']);
    expect(world.clock.pendingCount).toBe(0);
  });

  it('ends after 20 s where a tracker is silent, with what the others said', () => {
    const world = new FakeWorld();
    honestTracker(world, '10.1.0.1');
    const asked = ask(world, ['udp://10.1.0.9:1/announce', HONEST_UDP]);
    world.clock.advance(19 * SECOND);
    expect(asked.results).toBeUndefined();
    world.clock.advance(SECOND);
    expect(asked.results).toEqual([
      { url: 'udp://10.1.0.9:1/announce', counts: undefined, message: 'no answer in time' },
      { url: HONEST_UDP, counts: COUNTS, message: undefined },
    ]);
    world.clock.advance(1000 * SECOND);
    expect([asked.times, world.clock.pendingCount]).toEqual([1, 0]);
  });

  it('repeats a question that was lost after 15 s', () => {
    const world = new FakeWorld();
    honestTracker(world, '10.1.0.1');
    world.lose = ({ atUs }) => atUs < 15 * SECOND;
    const asked = ask(world, [HONEST_UDP]);
    world.clock.advance(16 * SECOND);
    expect(asked.results).toEqual([{ url: HONEST_UDP, counts: COUNTS, message: undefined }]);
  });

  it('says nothing once it was given up', () => {
    const world = new FakeWorld();
    honestTracker(world, '10.1.0.1');
    const asked = ask(world, [HONEST_UDP, HONEST_HTTP]);
    asked.cancel();
    world.clock.advance(100 * SECOND);
    expect([asked.times, world.clock.pendingCount]).toEqual([0, 0]);
  });

  it('ends at once where nobody can be asked', () => {
    const world = new FakeWorld();
    const none = ask(world);
    const unusable = ask(world, ['ws://10.1.0.1/', 'http://10.1.0.1/find', 'http://127.0.0.1/x/scrape']);
    world.clock.advance(0);
    expect(none.results).toEqual([]);
    expect(unusable.results?.map(({ message }) => message)).toEqual([
      'ws trackers are not supported',
      'it cannot be asked: its URL does not end in /announce',
      'a tracker on this machine must have /announce in its path',
    ]);
    expect(world.dialCount).toBe(0);
  });
});

describe('a hostile answer to a scrape', () => {
  const hash = toLatin1(INFO_HASH);

  it.each<[string, string, string | typeof COUNTS]>([
    ['no bencoding', 'hello', 'no counts: '],
    ['a list', 'le', 'no counts: '],
    ['no files', 'de', 'no counts: no files in the answer'],
    ['files of another type', 'd5:filesi1ee', 'no counts: no files in the answer'],
    ['another torrent', `d5:filesd20:${'x'.repeat(20)}d8:completei9eeee`, 'it does not know this torrent'],
    [
      'counts of another type',
      `d5:filesd20:${hash}d8:complete1:xeee`,
      { ...COUNTS, complete: 0, incomplete: 0 },
    ],
    ['negative counts', `d5:filesd20:${hash}d8:completei-5eeee`, { ...COUNTS, complete: 0, incomplete: 0 }],
    ['an entry that is no dictionary', `d5:filesd20:${hash}i7eee`, 'it does not know this torrent'],
    ['a refusal', 'd14:failure reason2:noe', 'no counts: no'],
    ['nesting without end', 'l'.repeat(100_000), 'no counts: '],
    ['two MiB', `d5:files2097152:${'x'.repeat(2_097_152)}e`, ''],
  ])('%s over HTTP leaves an honest tracker’s alone', (_, body, expected) => {
    const world = new FakeWorld();
    honestTracker(world, '10.1.0.1');
    const handle = () => ({ status: 200, contentType: 'text/plain', body: fromLatin1(body) });
    new StreamHttpServer({ clock: world.clock, network: world.network('10.1.0.2') }, { port: 80, handle });
    const asked = ask(world, ['http://10.1.0.2/announce'], [HONEST_HTTP]);
    world.clock.advance(20 * SECOND);
    expect(asked.results?.[1]?.counts).toEqual(COUNTS);
    if (typeof expected === 'string') {
      expect(asked.results?.[0]?.counts).toBeUndefined();
      expect(asked.results?.[0]?.message).toContain(expected);
    } else expect(asked.results?.[0]?.counts).toEqual(expected);
  });

  it.each<[string, (transaction: number) => Uint8Array[], string]>([
    ['shorter than its header', () => [new Uint8Array(7)], 'no answer in time'],
    ['without an entry', (transaction) => [reply({ kind: 'scrape', transaction, counts: [] })], 'not know'],
    [
      'cut within its entry',
      (transaction) => [reply({ kind: 'scrape', transaction, counts: [COUNTS] }).subarray(0, 19)],
      'not know',
    ],
    [
      'to an announce that was never made',
      (transaction) => [
        reply({ kind: 'announce', transaction, intervalSeconds: 1, complete: 1, incomplete: 1, peers: [] }),
      ],
      'no answer in time',
    ],
    [
      'with another transaction',
      (transaction) => [reply({ kind: 'scrape', transaction: transaction ^ 1, counts: [COUNTS] })],
      'no answer in time',
    ],
    [
      'that is an error',
      (transaction) => [reply({ kind: 'error', transaction, message: 'go away' })],
      'the tracker refuses: go away',
    ],
  ])('one %s over UDP leaves an honest tracker’s alone', (_, answers, message) => {
    const world = new FakeWorld();
    honestTracker(world, '10.1.0.1');
    const socket = world.network('10.1.0.2').bindDatagrams(6969, {
      onBound: () => {},
      onDatagram: (bytes, from) => {
        const decoded = decodeUdpRequest(bytes);
        if (!decoded.ok) return;
        const { kind, transaction } = decoded.value;
        const packets =
          kind === 'connect'
            ? [reply({ kind, transaction, connectionId: { high: 0, low: 1 } })]
            : answers(transaction);
        for (const packet of packets) socket.send(packet, from);
      },
      onDatagramError: () => {},
    });
    const asked = ask(world, ['udp://10.1.0.2:6969'], [HONEST_UDP]);
    world.clock.advance(20 * SECOND);
    expect(asked.results?.[0]?.counts).toBeUndefined();
    expect(asked.results?.[0]?.message).toContain(message);
    expect(asked.results?.[1]?.counts).toEqual(COUNTS);
  });
});

function reply(answer: UdpReply): Uint8Array {
  return encodeUdpReply(answer);
}
