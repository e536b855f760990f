/**
 * What the BEPs ask of a client and of a tracker towards each other, and the tests that hold ours to it. A row names files
 * below `test`, each with a piece of the title of a test in it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Row {
  readonly bep: number;
  readonly what: string;
  readonly held: Readonly<Record<string, readonly string[]>>;
}

const ANNOUNCER = 'core/tracker/announcer.test.ts';
const HTTP = 'core/tracker/http-protocol.test.ts';
const UDP = 'core/tracker/udp-protocol.test.ts';
const SCRAPER = 'core/tracker/scraper.test.ts';
const ENDPOINTS = 'core/tracker/endpoints.test.ts';
const OTHER_FAMILY = 'core/tracker/other-family.test.ts';
const REMARKS = 'cli/tracker-remarks.test.ts';
const TRACKER = 'cli/tracker.test.ts';
const INTEROP = 'interop/trackers.test.ts';

const ROWS: readonly Row[] = [
  {
    bep: 3,
    what: 'announces: every parameter, the events and their order, intervals',
    held: {
      [HTTP]: ['carries every parameter', 'escapes each of the 256 byte values'],
      [ANNOUNCER]: ['a life from started to stopped', 'takes the larger of interval and least interval'],
      [TRACKER]: ['brings peers together over HTTP and UDP'],
    },
  },
  {
    bep: 3,
    what: 'completed once, not by one that was complete at the start, and before leaving',
    held: {
      [ANNOUNCER]: ['no completed from one that was complete', 'tells of the completion first'],
      [REMARKS]: ['counts as complete before it leaves'],
    },
  },
  {
    bep: 3,
    what: 'lists of dictionaries, refusals, remarks',
    held: {
      [HTTP]: ['holds peers as dictionaries', 'tells counts, warning and tracker id'],
      [REMARKS]: ['seed shows it too', 'has it in the status of the torrent'],
    },
  },
  {
    bep: 7,
    what: 'IPv6: peers6, and both families announced',
    held: {
      [HTTP]: ['the example of BEP 7', 'peers6 only when there are any'],
      [OTHER_FAMILY]: ['is known to a tracker by both', 'has completed once'],
      'host/both-families.test.ts': ['is known to the tracker at both its addresses'],
      [TRACKER]: ['brings peers together over IPv6'],
    },
  },
  {
    bep: 12,
    what: 'tiers: shuffled within, one after the other, whoever answers first from then on',
    held: {
      [ANNOUNCER]: [
        'a dead first tier is given 45 s',
        'within a tier the one that answered comes first',
        'the order within a tier is shuffled, tiers are not',
      ],
      'hostile/trackers.test.ts': ['row $row: $name'],
    },
  },
  {
    bep: 15,
    what: 'UDP: layouts, patience, connection ids, IPv6',
    held: {
      [UDP]: ['numbers the events as BEP 15 does', 'accepts every packet that is longer', '18 bytes a peer'],
      [ANNOUNCER]: ['repeats after 15, 30, 60', 'uses a connection id for 60 s and no longer'],
      [ENDPOINTS]: ['live two minutes at least and four at most'],
      [INTEROP]: ['is found by us over', 'finds our seed over'],
    },
  },
  {
    bep: 21,
    what: 'a partial seed says so',
    held: { [ANNOUNCER]: ['says so in every announce that says nothing else'] },
  },
  {
    bep: 23,
    what: 'compact lists, both ways',
    held: { [HTTP]: ['is compact on request', 'is a list of dictionaries otherwise'] },
  },
  {
    bep: 24,
    what: 'our address as a tracker sees it',
    held: {
      [ANNOUNCER]: ['as the word of the one that answered'],
      [ENDPOINTS]: ['hears it if the tracker tells'],
      'core/torrent/own-host.test.ts': ['is not followed when it says who we are'],
      [REMARKS]: ['that an address is ours'],
    },
  },
  {
    bep: 27,
    what: 'private torrents: one tracker at a time',
    held: {
      'core/torrent/private.test.ts': ['its peers when another tracker answers than before'],
      'host/private-torrent.test.ts': ['drops its peers when another tracker answers than before'],
    },
  },
  { bep: 31, what: 'retry in', held: { [ANNOUNCER]: ['obeys "retry in", also for ever'] } },
  { bep: 41, what: 'URL data', held: { [UDP]: ['splits URL data that is longer than an option'] } },
  {
    bep: 48,
    what: 'scrape, as a client and as a tracker',
    held: {
      [HTTP]: ['the scrape URL', 'holds several info-hashes of a scrape'],
      [SCRAPER]: ['asks every tracker of every tier once'],
      [INTEROP]: ['the tracker client of npm finds our seed'],
    },
  },
];

it('every row names tests that are there', () => {
  const missing: string[] = [];
  for (const { bep, what, held } of ROWS) {
    for (const [path, titles] of Object.entries(held)) {
      const source = readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
      for (const title of titles) {
        if (!source.includes(title)) missing.push(`BEP ${bep}, ${what}: ${path}: ${title}`);
      }
    }
  }
  expect(missing).toEqual([]);
});
