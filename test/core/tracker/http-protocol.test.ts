/** Announce and scrape over HTTP, both directions, and the answers that hostile or careless trackers give. */
import { describe, expect, it } from 'vitest';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { type AnnounceRequest, clampInterval } from '../../../src/core/tracker/announce.ts';
import {
  decodeAnnounceReply,
  decodeScrapeReply,
  encodeAnnounceReply,
  encodeFailure,
  encodeScrapeReply,
  type TrackerAnswer,
} from '../../../src/core/tracker/http-replies.ts';
import { announceUrl, decodeTrackerTarget, scrapeUrl } from '../../../src/core/tracker/http-requests.ts';

const request: AnnounceRequest = {
  infoHash: Uint8Array.from({ length: 20 }, (_, index) => index * 13),
  peerId: fromLatin1('-SL0100-abcdefghijkl'),
  port: 6881,
  uploaded: 1,
  downloaded: 2,
  left: 3,
  event: 'started',
  numwant: 50,
  key: 0xab,
};

const targetOf = (url: string): string => url.replace(/^http:\/\/[^/]+/, '');

describe('the URL of an announce', () => {
  it('carries every parameter', () => {
    expect(announceUrl('http://t.example/announce', request, fromLatin1('id&1'))).toBe(
      'http://t.example/announce?info_hash=%00%0D%1A%274AN[hu%82%8F%9C%A9%B6%C3%D0%DD%EA%F7'.replace(
        '[',
        '%5B',
      ) +
        '&peer_id=-SL0100-abcdefghijkl&port=6881&uploaded=1&downloaded=2&left=3&compact=1&no_peer_id=1' +
        '&key=000000AB&numwant=50&event=started&trackerid=id%261',
    );
  });

  it('leaves out the event of a periodic announce and a numwant that is for the tracker to choose', () => {
    const url = announceUrl('http://t/announce', { ...request, event: 'none', numwant: -1 }, undefined);
    expect(url).not.toMatch(/event|numwant|trackerid/);
  });

  it.each([
    ['http://t/announce', 'http://t/announce?info_hash='],
    ['http://t/announce?passkey=1', 'http://t/announce?passkey=1&info_hash='],
    ['http://t/announce?', 'http://t/announce?info_hash='],
    ['http://t/announce?a=b&', 'http://t/announce?a=b&info_hash='],
    ['http://t/announce#part', 'http://t/announce?info_hash='],
  ])('keeps the query of %s', (base, expected) => {
    expect(announceUrl(base, request, undefined).startsWith(expected)).toBe(true);
  });

  it('escapes each of the 256 byte values so that the tracker reads the same byte', () => {
    for (let first = 0; first < 256; first += 16) {
      const infoHash = Uint8Array.from({ length: 20 }, (_, index) => (first + index) & 0xff);
      const target = targetOf(announceUrl('http://t/announce', { ...request, infoHash }, undefined));
      expect(target).toMatch(/^[\x21-\x7e]+$/);
      const decoded = decodeTrackerTarget(target);
      expect(decoded?.ok && decoded.value.kind === 'announce' && decoded.value.announce.infoHash).toEqual(
        infoHash,
      );
    }
  });
});

describe('a request target', () => {
  it('is read back as the announce it was', () => {
    expect(decodeTrackerTarget(targetOf(announceUrl('http://t/announce', request, undefined)))).toEqual({
      ok: true,
      value: { kind: 'announce', compact: true, peerIds: false, announce: request },
    });
  });

  const valid = 'info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb&port=1';

  it('needs little: hash, id and port', () => {
    expect(decodeTrackerTarget(`/x/announce?${valid}`)).toMatchObject({
      ok: true,
      value: { compact: true, peerIds: true, announce: { event: 'none', numwant: -1, port: 1 } },
    });
  });

  it('does not take an announcer that is silent about what is left for a seed', () => {
    const decoded = decodeTrackerTarget(`/announce?${valid}`);
    expect(decoded?.ok && decoded.value.kind === 'announce' && decoded.value.announce.left).toBeGreaterThan(
      0,
    );
  });

  it.each([
    ['no query', '/announce'],
    ['a short hash', '/announce?info_hash=aaa&peer_id=bbbbbbbbbbbbbbbbbbbb&port=1'],
    ['a long hash', `/announce?${valid.replace('aaaa', 'aaaaa')}`],
    ['a broken escape', `/announce?${valid.replace('aaaa', '%4')}`],
    ['no peer id', '/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=1'],
    ['no port', '/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb'],
    ['port 70000', `/announce?${valid}0000`.replace('port=1', 'port=7')],
    ['port -1', `/announce?${valid.replace('port=1', 'port=-1')}`],
    ['a scrape of everything', '/scrape'],
    ['a scrape of half a hash', '/scrape?info_hash=aaaa'],
  ])('with %s is a failure', (_, target) => {
    expect(decodeTrackerTarget(target)).toMatchObject({ ok: false });
  });

  it.each(['/', '/stats', '/announcement', '/announce/x', ''])('%j is for nobody here', (target) => {
    expect(decodeTrackerTarget(target)).toBeUndefined();
  });

  it('holds several info-hashes of a scrape', () => {
    const hashes = [request.infoHash, request.peerId];
    const url = scrapeUrl('http://t/announce?k=1', hashes) as string;
    expect(url.startsWith('http://t/scrape?k=1&info_hash=')).toBe(true);
    expect(decodeTrackerTarget(targetOf(url))).toEqual({
      ok: true,
      value: { kind: 'scrape', infoHashes: hashes },
    });
  });
});

describe('the scrape URL', () => {
  it.each([
    ['http://example.com/announce', 'http://example.com/scrape?'],
    ['http://example.com/x/announce', 'http://example.com/x/scrape?'],
    ['http://example.com/announce.php', 'http://example.com/scrape.php?'],
    ['http://example.com/announce?x2%0644', 'http://example.com/scrape?x2%0644&'],
    ['http://example.com/a', undefined],
    ['http://example.com/x%064announce', undefined],
    ['http://example.com/announce?x=2/4', 'http://example.com/scrape?x=2/4&'],
  ])('of %s', (tracker, expected) => {
    const url = scrapeUrl(tracker, [request.infoHash]);
    expect(expected === undefined ? url : url?.startsWith(expected)).toBe(
      expected === undefined ? undefined : true,
    );
  });
});

function replyTo(text: string): (TrackerAnswer & { kind: 'reply' })['reply'] {
  const decoded = decodeAnnounceReply(fromLatin1(text));
  if (!decoded.ok || decoded.value.kind !== 'reply')
    throw new Error(`not a reply: ${JSON.stringify(decoded)}`);
  return decoded.value.reply;
}

describe('the answer to an announce', () => {
  it('holds compact IPv4 and IPv6 peers: the example of BEP 7', () => {
    const reply = replyTo('d8:intervali1800e5:peers6:iiiipp6:peers618:iiiiiiiiiiiiiiiippe');
    expect(reply.intervalSeconds).toBe(1800);
    expect(reply.peers).toEqual([
      { host: '105.105.105.105', port: 0x7070 },
      { host: '6969:6969:6969:6969:6969:6969:6969:6969', port: 0x7070 },
    ]);
  });

  it('holds peers as dictionaries, of which those without a usable address are left out', () => {
    const entries = [
      { ip: '10.0.0.1', port: 1 },
      { ip: '::1', port: 65535, 'peer id': 'x' },
      { ip: 'peer.example', port: 1 },
      { ip: '10.0.0.2', port: 0 },
      { ip: '10.0.0.3', port: 65536 },
      { ip: '10.0.0.4' },
      { port: 5 },
      'rubbish',
    ];
    const body = encodeBencode({ interval: 60, peers: entries });
    expect(replyTo(toLatin1(body)).peers).toEqual([
      { host: '10.0.0.1', port: 1 },
      { host: '::1', port: 65535 },
    ]);
  });

  it('tells counts, warning and tracker id', () => {
    const body = encodeBencode({
      complete: 4,
      incomplete: 5,
      interval: 60,
      'min interval': 30,
      peers: '',
      'tracker id': 'abc',
      'warning message': 'soon\ngone',
    });
    expect(replyTo(toLatin1(body))).toEqual({
      intervalSeconds: 60,
      minIntervalSeconds: 30,
      complete: 4,
      incomplete: 5,
      peers: [],
      warning: 'soon gone',
      trackerId: fromLatin1('abc'),
    });
  });

  it.each([
    ['tail of 1 byte', 'd8:intervali60e5:peers7:iiiippie', 1],
    ['tail of 5 bytes', 'd8:intervali60e5:peers11:iiiippiiiipe', 1],
    ['peers6 a list', 'd8:intervali60e5:peers6:iiiipp6:peers6lee', 1],
    ['keys out of order', 'd5:peers6:iiiipp8:intervali60ee', 1],
    ['no interval', 'd5:peers6:iiiippe', 1],
    ['no peers', 'd8:intervali60ee', 0],
    ['an empty list', 'd8:intervali60e5:peerslee', 0],
    ['an empty string', 'd8:intervali60e5:peers0:e', 0],
    ['one of two ports 0', 'd8:intervali60e5:peers12:iiii\0\0iiiippe', 1],
  ])('%s: keeps what is whole', (_, text, count) => {
    expect(replyTo(text).peers.length).toBe(count);
  });

  it.each([
    ['i0e', 30],
    ['i-1e', 30],
    ['i29e', 30],
    ['i31e', 31],
    ['i1000000000000e', 86_400],
    ['i18446744073709551615e', 86_400],
    ['i-9223372036854775808e', 30],
    ['3:abc', 1800],
    ['le', 1800],
  ])('interval %s becomes %i s', (value, seconds) => {
    const reply = replyTo(`d8:interval${value}5:peers0:e`);
    expect(clampInterval(reply.intervalSeconds)).toBe(seconds * 1_000_000);
  });

  it('never holds more than 2,000 peers', () => {
    const peers = 'iiiipp'.repeat(5000);
    expect(replyTo(`d8:intervali60e5:peers${peers.length}:${peers}e`).peers.length).toBe(2000);
  });

  it.each([
    ['i5e', 5 * 60e6],
    ['1:7', 7 * 60e6],
    ['5:never', Number.POSITIVE_INFINITY],
    ['i-3e', undefined],
    ['4:soon', undefined],
  ])('a refusal with retry in %s', (value, retryInUs) => {
    expect(decodeAnnounceReply(fromLatin1(`d14:failure reason4:full8:retry in${value}e`))).toEqual({
      ok: true,
      value: { kind: 'refused', reason: 'full', retryInUs },
    });
  });

  it.each(['', 'x', 'i1e', 'le', 'de', '<html>no</html>', 'd8:intervali60e', 'd8:intervali60ee5:extra'])(
    '%j is no answer',
    (text) => {
      expect(decodeAnnounceReply(fromLatin1(text)).ok).toBe(false);
    },
  );

  it.each([
    ['less than one peer', '5:peers5:iiiip'],
    ['port 0', '5:peers6:iiii\0\0'],
    ['port 0 in a list', '5:peersld2:ip7:1.2.3.44:porti0eee'],
    ['a name for an address', '5:peersld2:ip9:localhost4:porti80eee'],
    ['peers a number', '5:peersi7e'],
    ['peers a dictionary', '5:peersde'],
    ['half an IPv6 peer', '5:peers0:6:peers69:iiiiiiiii'],
  ])('%s, and no other, is none', (_, peers) => {
    expect(decodeAnnounceReply(fromLatin1(`d8:intervali60e${peers}e`))).toMatchObject({
      ok: false,
      error: { message: 'no usable peer in the answer' },
    });
  });

  it('survives nesting without end', () => {
    expect(decodeAnnounceReply(fromLatin1(`d5:peers${'l'.repeat(500_000)}`)).ok).toBe(false);
  });
});

describe('what our tracker writes', () => {
  const answer = {
    intervalSeconds: 60,
    minIntervalSeconds: 30,
    complete: 1,
    incomplete: 2,
    peers: [
      { contact: { host: '10.0.0.1', port: 6881 }, peerId: fromLatin1('p'.repeat(20)) },
      { contact: { host: '2001:db8::1', port: 6882 }, peerId: fromLatin1('q'.repeat(20)) },
    ],
  };

  it('is compact on request, with peers6 only when there are any', () => {
    expect(toLatin1(encodeAnnounceReply({ ...answer, peers: answer.peers.slice(0, 1) }, true, true))).toBe(
      'd8:completei1e10:incompletei2e8:intervali60e12:min intervali30e5:peers6:\x0a\0\0\x01\x1a\xe1e',
    );
    expect(replyTo(toLatin1(encodeAnnounceReply(answer, true, false))).peers).toEqual(
      answer.peers.map((peer) => peer.contact),
    );
  });

  it('is a list of dictionaries otherwise, with ids unless they are not wanted', () => {
    const withIds = toLatin1(encodeAnnounceReply(answer, false, true));
    expect(withIds).toContain(`d2:ip8:10.0.0.17:peer id20:${'p'.repeat(20)}4:porti6881ee`);
    expect(toLatin1(encodeAnnounceReply(answer, false, false))).not.toContain('peer id');
    expect(replyTo(withIds).peers).toEqual(answer.peers.map((peer) => peer.contact));
  });

  it('reads its own scrape; unknown swarms are left out', () => {
    const counts = { complete: 1, downloaded: 2, incomplete: 3 };
    const body = encodeScrapeReply([request.infoHash, request.peerId], [undefined, counts]);
    expect(decodeScrapeReply(body)).toEqual({
      ok: true,
      value: new Map([[toLatin1(request.peerId), counts]]),
    });
    expect(decodeScrapeReply(encodeFailure('no'))).toMatchObject({ ok: false, error: { message: 'no' } });
  });
});
