/** Tracker tiers and web seeds: bad entries go, good ones stay. */
import { describe, expect, it } from 'vitest';
import type { Encodable } from '../../../src/core/bencode/index.ts';
import { load, singleInfo, torrent } from './fixtures.ts';

function trackers(outer: { announce?: Encodable; 'announce-list'?: Encodable }) {
  return load(torrent(singleInfo(), outer)).trackers;
}

function webSeeds(list: Encodable) {
  return load(torrent(singleInfo(), { 'url-list': list })).webSeeds;
}

describe('trackers (BEP 3, BEP 12)', () => {
  it.each<[string, Parameters<typeof trackers>[0], string[][]]>([
    ['announce alone', { announce: 'http://a/x' }, [['http://a/x']]],
    [
      'the list overrides announce',
      { announce: 'http://a/x', 'announce-list': [['udp://b:1', 'udp://c:1'], ['http://d/']] },
      [['udp://b:1', 'udp://c:1'], ['http://d/']],
    ],
    ['white space', { announce: ' http://a/x\r\n' }, [['http://a/x']]],
    ['white space inside', { announce: 'http://a/x y' }, []],
    ['no URL', { announce: 'tracker' }, []],
    ['a control character', { announce: 'http://a/\x01' }, []],
    ['too long', { announce: `http://a/${'x'.repeat(5000)}` }, []],
    [
      'bad entries in the list',
      { 'announce-list': [['http://a/', 5, ['x'], '', 'junk'], 'http://b/', 7, [], ['http://c/']] },
      [['http://a/'], ['http://c/']],
    ],
    ['a list without a good entry', { announce: 'http://a/', 'announce-list': [[''], [1]] }, [['http://a/']]],
    [
      'an URL twice',
      { 'announce-list': [['http://a/'], ['http://a/', 'http://b/']] },
      [['http://a/'], ['http://b/']],
    ],
  ])('%s', (_what, outer, tiers) => {
    expect(trackers(outer)).toEqual(tiers);
  });

  it('keeps at most a thousand', () => {
    const tiers = Array.from({ length: 1200 }, (_, index) => [`http://t/${index}`]);
    expect(trackers({ 'announce-list': tiers })).toEqual(tiers.slice(0, 1000));
  });
});

describe('web seeds (BEP 19)', () => {
  it.each<[string, Encodable, string[]]>([
    ['a string', 'http://s/', ['http://s/']],
    ['a list', ['http://s/', 'http://t/f'], ['http://s/', 'http://t/f']],
    ['an empty string', '', []],
    ['an empty list', [], []],
    ['duplicates', ['http://s/', ' http://s/'], ['http://s/']],
    ['bad entries', [1, ['http://x/'], 'http://s/', {}], ['http://s/']],
  ])('%s', (_what, list, urls) => {
    expect(webSeeds(list)).toEqual(urls);
  });
});
