/** Magnet links (BEP 9, BEP 53): vectors, what is left out, what is refused. */
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import {
  formatMagnetLink,
  isSelected,
  MAGNET_ENTRIES_MAX,
  MAGNET_LENGTH_MAX,
  type MagnetLink,
  parseMagnetLink,
} from '../../../src/core/metainfo/index.ts';

const HEX = 'c0fda1edafdbdbb96443424e0b3899af7159d10e';
/** The same 20 bytes (RFC 4648). */
const BASE32 = 'YD62D3NP3PN3SZCDIJHAWOEZV5YVTUIO';

function parse(text: string): MagnetLink {
  const parsed = parseMagnetLink(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('a magnet link', () => {
  it.each([
    `magnet:?xt=urn:btih:${HEX}`,
    `magnet:?xt=urn:btih:${HEX.toUpperCase()}`,
    `magnet:?xt=urn:btih:${BASE32}`,
    `magnet:?xt=urn:btih:${BASE32.toLowerCase()}`,
    `MAGNET:?XT=URN:BTIH:${HEX}`,
    `magnet:?xt=urn%3Abtih%3A${HEX}`,
    `magnet:?dn=x&amp;xt=urn:btih:${HEX}`,
    `magnet:?xt.1=urn:btih:${HEX}&xt.2=urn:btmh:1220${'ab'.repeat(32)}`,
  ])('names a torrent: %s', (text) => {
    expect(toHex(parse(text).infoHash)).toBe(HEX);
  });

  it.each([
    ['', /begins with magnet/],
    ['http://example.org/', /begins with magnet/],
    ['magnet:?', /no torrent is named/],
    ['magnet:?dn=only+a+name', /no torrent is named/],
    [`magnet:?xt=urn:btih:${HEX.slice(1)}`, /not the hash/],
    [`magnet:?xt=urn:btih:${HEX.slice(1)}g`, /not the hash/],
    [`magnet:?xt=urn:btih:${'1'.repeat(32)}`, /not the hash/],
    [`magnet:?xt=urn:btmh:1220${'ab'.repeat(32)}`, /v2 metadata only/],
    [`magnet:?xt=urn:btih:${HEX}&dn=${'x'.repeat(MAGNET_LENGTH_MAX)}`, /longer than/],
  ])('is refused: %.60s', (text, message) => {
    const parsed = parseMagnetLink(text);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.error.message).toMatch(message);
  });

  it('says name, trackers, peers, web seeds and files', () => {
    const link = parse(
      `magnet:?xt=urn:btih:${HEX}&dn=B%C3%A4r+one&tr=udp%3A%2F%2Ftracker.example%3A6969&tr.2=http://t.example/announce` +
        `&x.pe=192.0.2.7:6881&x.pe=[2001:db8::7]:6882&x.pe=home.example:6883&ws=http://w.example/f&so=0,2,4,6-8`,
    );
    expect(link).toMatchObject({
      name: 'Bär one',
      trackers: ['udp://tracker.example:6969', 'http://t.example/announce'],
      peers: [
        { host: '192.0.2.7', port: 6881 },
        { host: '2001:db8::7', port: 6882 },
      ],
      namedPeers: [{ host: 'home.example', port: 6883 }],
      webSeeds: ['http://w.example/f'],
    });
    const selected = Array.from({ length: 10 }, (_, file) => file).filter((file) => isSelected(link, file));
    expect(selected).toEqual([0, 2, 4, 6, 7, 8]);
  });

  it('leaves out what is malformed', () => {
    const link = parse(
      `magnet:?xt=urn:btih:${HEX}&tr=nonsense&tr=&tr=http://a b/&tr=%zz&x.pe=1.2.3.4&x.pe=1.2.3.4:0&x.pe=1.2.3.4:70000` +
        '&x.pe=:1&x.pe=[::1]&x.pe=999.1.1.1:80&so=5-3,x,-1,99999999999&dn=&__proto__=1&constructor',
    );
    expect(link).toEqual({
      infoHash: link.infoHash,
      name: undefined,
      trackers: [],
      peers: [],
      namedPeers: [],
      webSeeds: [],
      selectedFiles: undefined,
    });
  });

  it('is bounded in all that it names', () => {
    const many = Array.from({ length: 1000 }, (_, index) => index);
    const link = parse(
      `magnet:?xt=urn:btih:${HEX}${many.map((index) => `&tr=udp://t:${index}&x.pe=10.0.${index >> 8}.${index & 255}:1`).join('')}&so=${many.join(',')}`,
    );
    expect(link.trackers).toHaveLength(MAGNET_ENTRIES_MAX);
    expect(link.peers).toHaveLength(MAGNET_ENTRIES_MAX);
    expect(link.selectedFiles).toHaveLength(MAGNET_ENTRIES_MAX);
  });

  it('that was written reads back as the same', () => {
    const link: MagnetLink = {
      infoHash: parse(`magnet:?xt=urn:btih:${HEX}`).infoHash,
      name: 'a & b = 100% + ü',
      trackers: ['http://t.example:80/announce?a=b&c=d', 'udp://[::1]:9/'],
      peers: [{ host: '::1', port: 5 }],
      namedPeers: [{ host: 'x.example', port: 6 }],
      webSeeds: ['http://w.example/ü'],
      selectedFiles: [
        { first: 0, last: 0 },
        { first: 4, last: 9 },
      ],
    };
    expect(parse(formatMagnetLink(link))).toEqual(link);
  });
});
