/** The results about crowds that come at once: the least time, seeds, orders of pieces, fairness. */
import type { SeriesSpec } from './picture.ts';
import type { ResultSpec } from './result-spec.ts';

const COUNT = 'peers.leechers.count';
const SEED_UP = 'peers.seed.link.up';

const SEED_RATES = { label: 'seed, kbit/s (peers: 400)', values: ['200', '400', '800', '6000'] };
const PICKER = 'peers.leechers.engine.picker';
const RAREST = '{"random-first":{"pieces":1}}';
const RAREST_AT_ONCE = '{"random-first":{"pieces":0}}';
const WHOLE_AT_ONCE = '{"rarest-useful":{"pieces":0}}';
/** Cells of seed-policies in which nothing but the seed and the order of pieces varies. */
const WHOLE = { 'torrent.piece': '256 KiB', 'peers.leechers.stay.after-complete': '30s' };

const SIZES = ['5', '10', '20', '35', '50', '200'];

function sizes(swarm: string): Readonly<Record<string, string>>[] {
  return SIZES.map((count) => ({ swarm, [COUNT]: count }));
}

function policy(label: string, picker: string): SeriesSpec {
  const cells = SEED_RATES.values.map((rate) => ({
    ...WHOLE,
    [SEED_UP]: `${rate} Kibit/s`,
    [PICKER]: picker,
  }));
  return { label, of: 'seconds', cells };
}

function superSeeding(label: string, of: string, on: string): SeriesSpec {
  const cells = ['400', '1600', '6000'].map((rate) => ({
    [SEED_UP]: `${rate} Kibit/s`,
    'peers.seed.engine.super-seeding': on,
  }));
  return { label, of, cells };
}

function fairness(label: string, of: string): SeriesSpec {
  const cells = ['tit-for-tat', 'block-tit-for-tat'].map((choker) => ({
    'peers.fast.engine.choker': choker,
  }));
  return { label, of, cells };
}

const OWN_GROUP = 'discovery.tracker.own-group';

/** What is not switched among cells with matching. */
const AS_PUBLISHED = {
  'peers.slow.engine.upload-limit': '15 KiB/s',
  'peers.fast.stay.after-complete': '0s',
};
const MATCHED = {
  [OWN_GROUP]: ['50%'],
  'peers.slow.engine.upload-limit': ['15 KiB/s'],
  'peers.fast.stay.after-complete': ['0s'],
};

function matching(label: string, of: string): SeriesSpec {
  const cells = ['0%', '50%'].map((share) => ({ [OWN_GROUP]: share, ...AS_PUBLISHED }));
  return { label, of, scenario: 'tracker-matching', cells };
}

export const CROWDS: readonly ResultSpec[] = [
  {
    number: 1,
    title: 'The least time of distribution, and the textbook’s curve',
    source: 'Kumar and Ross 2006',
    scenarios: [
      {
        name: 'textbook-curve',
        small: { repetitions: 2, where: { [COUNT]: ['5', '10', '20', '35', '50'] } },
        again: ['on', '5'],
      },
    ],
    picture: {
      title: 'Nobody beats the bound, and a swarm comes close to it',
      panels: [
        {
          title: 'time until the last peer is done, in hours of F/u',
          across: { label: 'peers', values: SIZES },
          series: [
            { label: 'swarm', of: 'last_hours', cells: sizes('on') },
            { label: 'N/(10 + N)', values: SIZES.map((n) => Number(n) / (10 + Number(n))) },
            { label: 'server alone', of: 'last_hours', cells: sizes('off').slice(0, 4) },
          ],
          most: 3.7,
        },
        {
          title: 'over the bound',
          across: { label: 'peers', values: SIZES },
          series: [
            { label: 'last peer', of: 'last_over_bound', cells: sizes('on') },
            { label: 'mean peer', of: 'mean_over_bound', cells: sizes('on') },
            { label: 'OctoSim’s last', values: [1.03, 1.12, 1.21, 1.23, 1.25, 1.32] },
          ],
          least: 0.8,
          most: 1.5,
        },
      ],
    },
  },
  {
    number: 2,
    title: 'Seeds that are smart, and the order of pieces',
    source: 'Bharambe, Herley and Padmanabhan 2006; Mundinger, Weber and Weiss 2008',
    scenarios: [
      {
        name: 'seed-policies',
        small: {
          repetitions: 1,
          where: {
            [SEED_UP]: ['400 Kibit/s'],
            [PICKER]: ['suggested', RAREST],
            'peers.leechers.stay.after-complete': ['30s'],
          },
        },
        again: ['6000 Kibit/s', 'suggested', '256 KiB', '30s'],
      },
      {
        name: 'pieces-in-rounds',
        small: { repetitions: 1, where: { [PICKER]: [RAREST_AT_ONCE], [COUNT]: ['63'] } },
        again: [RAREST_AT_ONCE],
      },
    ],
    picture: {
      title: 'A slow seed must not send twice; a fast one may',
      panels: [
        {
          title: 'mean time to download, in seconds',
          across: SEED_RATES,
          series: [
            policy('smart seed', 'suggested'),
            policy('rarest first', RAREST),
            policy('random order', 'random-useful'),
            { label: 'OctoSim’s smart', about: 'smart seed', values: [1154, 718, 615, 533] },
            { label: 'OctoSim, rarity first', about: 'rarest first', values: [1406, 833, 623, 547] },
          ],
          most: 2000,
        },
        {
          title: 'the last peer, in rounds for each piece',
          across: {
            label: 'order of pieces, among 63 peers or 255',
            values: ['rarest', 'rarest, whole', 'random', 'rarest, 255'],
          },
          series: [
            {
              label: 'measured',
              of: 'last',
              scenario: 'pieces-in-rounds',
              cells: [
                { [PICKER]: RAREST_AT_ONCE, [COUNT]: '63' },
                { [PICKER]: WHOLE_AT_ONCE, [COUNT]: '63' },
                { [PICKER]: 'random-useful', [COUNT]: '63' },
                { [PICKER]: RAREST_AT_ONCE, [COUNT]: '255' },
              ],
            },
            { label: 'least possible', values: [1.08, 1.08, 1.08, 1.11] },
            { label: 'model in rounds', values: [1.14, 1.14, 1.35, 1.18] },
            { label: 'model of clients', values: [1.26, 1.21, 1.41, 1.3] },
          ],
          least: 1,
          most: 1.6,
        },
      ],
    },
  },
  {
    number: 3,
    title: 'Super-seeding spares the seed',
    source: 'Hoffman, BEP 16; Chen et al. 2008',
    scenarios: [{ name: 'super-seeding', small: { repetitions: 1 }, again: ['true', '6000 Kibit/s'] }],
    picture: {
      title: 'A super-seed sends hardly more than one copy until every piece is out',
      panels: [
        {
          title: 'copies sent until every piece was out',
          across: { label: 'seed, kbit/s (peers: 400)', values: ['400', '1600', '6000'] },
          series: [
            superSeeding('super-seeding', 'copies_out', 'true'),
            superSeeding('not', 'copies_out', 'false'),
          ],
        },
        {
          title: 'mean time to download, in seconds (not judged)',
          across: { label: 'seed, kbit/s (peers: 400)', values: ['400', '1600', '6000'] },
          series: [superSeeding('super-seeding', 'seconds', 'true'), superSeeding('not', 'seconds', 'false')],
        },
      ],
    },
  },
  {
    number: 4,
    title: 'Fairness among slow and fast peers',
    source: 'Bharambe, Herley and Padmanabhan 2006',
    scenarios: [
      { name: 'block-tit-for-tat', small: { repetitions: 2 }, again: ['block-tit-for-tat'] },
      {
        name: 'tracker-matching',
        small: { repetitions: 1, where: MATCHED },
        again: ['50%'],
      },
    ],
    picture: {
      title: 'Tit for tat by blocks is fair, and leaves uplinks idle',
      panels: [
        {
          title: 'payload sent, over the size of the file',
          across: { label: 'tit for tat by', values: ['rates', 'blocks'] },
          series: [
            fairness('fast', 'sent_fast'),
            { label: 'OctoSim', about: 'fast', values: [1.98, 1.03] },
            fairness('slow', 'sent_slow'),
            { label: 'OctoSim', about: 'slow', values: [0.24, 0.66] },
          ],
        },
        {
          title: 'use of uplinks',
          across: { label: 'tit for tat by', values: ['rates', 'blocks'] },
          series: [
            fairness('measured', 'upload_use_of_leechers'),
            { label: 'OctoSim', about: 'measured', values: [0.57, 0.29] },
          ],
          most: 1,
        },
        {
          title: 'sent, by blocks and about 20 neighbours',
          across: { label: 'peers of the own class in an answer', values: ['by chance', 'half and more'] },
          series: [
            matching('fast', 'sent_fast'),
            { label: 'OctoSim', about: 'fast', values: [undefined, 1.14] },
            matching('slow', 'sent_slow'),
            { label: 'OctoSim', about: 'slow', values: [undefined, 0.58] },
          ],
          most: 1.4,
        },
      ],
    },
  },
];
