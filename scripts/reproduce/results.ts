/** The suite: which published results are reproduced by which scenarios, how much of them in the small form, and their pictures. */
import type { PictureSpec, SeriesSpec } from './picture.ts';

export interface ResultSpec {
  /** Of the suite, from 1. */
  readonly number: number;
  readonly title: string;
  /** Who published it, for the table. */
  readonly source: string;
  readonly scenarios: readonly ScenarioSpec[];
  readonly picture: PictureSpec;
}

export interface ScenarioSpec {
  readonly name: string;
  /** What the small form runs of it: seeds of each cell, and the cells that have these values, all where absent. */
  readonly small: {
    readonly repetitions: number;
    readonly where?: Readonly<Record<string, readonly string[]>>;
  };
  /** Values of a cell: the tests run the beginning of its first run once more. */
  readonly again: readonly string[];
}

const COUNT = 'peers.leechers.count';
const ARRIVALS = 'peers.newcomers.arrive.rate';

const CROWD_ARRIVALS = 'peers.crowd.arrive.rate';
const STAY = 'peers.crowd.stay.after-complete.exponential';
const CASES = { label: 'case', values: ['A', 'B', 'C'] };
const FLUID_CELLS: readonly Readonly<Record<string, string>>[] = [
  { [CROWD_ARRIVALS]: '0.1/s' },
  { [CROWD_ARRIVALS]: '0.4/s', [STAY]: '256s' },
  { [CROWD_ARRIVALS]: '0.4/s', [STAY]: '450s' },
];
const SEEDS = 'peers.seeds.count';
/** Among cells that differ in how seeds serve. */
const AS_USUAL = {
  'peers.seeds.engine.upload-slots': '5',
  'peers.seeds.engine.seed-choker': 'seed-rotation',
  'peers.seeds.engine.refill-slots': 'false',
};
const SEED_COUNTS = ['151', '181', '241', '361'];
const SEED_UP = 'peers.seed.link.up';

const SEED_RATES = { label: 'seed, kbit/s (peers: 400)', values: ['200', '400', '800', '6000'] };
const PICKER = 'peers.leechers.engine.picker';
const RAREST = '{"random-first":{"pieces":1}}';
const RAREST_AT_ONCE = '{"random-first":{"pieces":0}}';
const WHOLE_AT_ONCE = '{"rarest-useful":{"pieces":0}}';
/** Cells of seed-policies in which nothing but the seed and the order of pieces varies. */
const WHOLE = { 'torrent.piece': '256 KiB', 'peers.leechers.stay.after-complete': '30s' };

const SIZES = ['5', '10', '20', '35', '50', '200'];
const CLUB_CELLS = ['0.12/s', '0.3/s'].map((rate) => ({ [ARRIVALS]: rate }));

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

const ORDER = 'peers.viewers.engine.picker';
const VIEWERS_CHOKER = 'peers.viewers.engine.choker';
const MAYBE_NEXT = windowOf(4, '80%');
const ALWAYS_NEXT = windowOf(4, '100%');
const NEXT_OF_40 = windowOf(3, '80%');

function windowOf(window: number, within: string): string {
  return JSON.stringify({ streaming: { window, within, urgent: '0s' } });
}

/** Where all serve who waited longest, with all else that clients do: `npm run models -- streaming-arrivals`. */
const IN_TURN_BY_MODEL = 56.9;
const IN_TURN = choosing('{"round-robin":{"quota":1,"idle":"10s"}}');
const BY_CHANCE = choosing('piece-by-piece');

function choosing(choker: string): Readonly<Record<string, string>> {
  return { [VIEWERS_CHOKER]: choker, 'peers.origin.engine.choker': choker };
}

/** A crowd at once, with four orders. */
function crowdOrders(label: string, of: string): SeriesSpec {
  const cells = ['rarest-first', MAYBE_NEXT, ALWAYS_NEXT, 'sequential-useful'].map((order) => ({
    [ORDER]: order,
    ...IN_TURN,
  }));
  return { label, of, cells };
}

/** One after another: three orders with turns by chance, and what turns for whoever waited longest make of the last. */
function arrivalOrders(label: string, of: string): SeriesSpec {
  const cells = [
    { [ORDER]: 'rarest-first', ...BY_CHANCE },
    { [ORDER]: NEXT_OF_40, ...BY_CHANCE },
    { [ORDER]: 'sequential', ...BY_CHANCE },
    { [ORDER]: 'sequential-useful', ...IN_TURN },
  ];
  return { label, of, scenario: 'streaming-arrivals', cells };
}

export const RESULTS: readonly ResultSpec[] = [
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
  {
    number: 5,
    title: 'The steady state of the fluid model',
    source: 'Qiu and Srikant 2004',
    scenarios: [
      {
        name: 'fluid-steady-state',
        // A cell takes minutes: the full form alone runs it.
        small: { repetitions: 1, where: { [CROWD_ARRIVALS]: [] } },
        again: ['0.1/s'],
      },
      {
        name: 'fluid-spare-supply',
        small: { repetitions: 1, where: { [SEEDS]: ['361'] } },
        again: ['151'],
      },
    ],
    picture: {
      title: 'Four times as many arrivals do not change how long a download takes; spare uplinks do',
      panels: [
        {
          title: 'mean time to download, in seconds',
          across: CASES,
          series: [
            { label: 'measured', of: 'seconds', cells: FLUID_CELLS },
            { label: 'formula', about: 'measured', values: [246, 253.5, 136.5] },
          ],
        },
        {
          title: 'peers that are there',
          across: CASES,
          series: [
            { label: 'leechers', of: 'leechers', cells: FLUID_CELLS },
            { label: 'by formula', about: 'leechers', values: [24.6, 101.4, 54.6] },
            { label: 'seeds', of: 'seeds', cells: FLUID_CELLS },
            { label: 'by formula', about: 'seeds', values: [25.6, 102.4, 180] },
          ],
        },
        {
          title: 'mean time, over what a downlink needs',
          across: { label: 'seeds that stay, of a downlink-limited swarm', values: SEED_COUNTS },
          series: [
            {
              label: 'measured',
              of: 'over',
              scenario: 'fluid-spare-supply',
              cells: SEED_COUNTS.map((count) => ({ [SEEDS]: count, ...AS_USUAL })),
            },
            { label: 'formula', values: SEED_COUNTS.map(() => 1) },
          ],
          least: 0.9,
          most: 1.3,
        },
      ],
    },
  },
  {
    number: 6,
    title: 'The drift of a swarm that all lack the same piece',
    source: 'Hajek and Zhu 2010',
    scenarios: [{ name: 'one-club-drift', small: { repetitions: 2 }, again: ['0.12/s'] }],
    picture: {
      title: 'A one-club swarm drifts by what arrives less what the seed sends',
      panels: [
        {
          title: 'peers a second by which the swarm grows',
          across: { label: 'arrivals', values: ['0.12/s', '0.3/s'] },
          series: [
            { label: 'measured', of: 'drift', cells: CLUB_CELLS },
            { label: 'arrivals − seed', about: 'measured', values: [-0.08, 0.1] },
          ],
          least: -0.15,
          most: 0.15,
        },
        {
          title: 'a second',
          across: { label: 'arrivals', values: ['0.12/s', '0.3/s'] },
          series: [
            { label: 'pieces sent by the seed', of: 'served', cells: CLUB_CELLS },
            { label: 'peers completed', of: 'completed', cells: CLUB_CELLS },
          ],
          most: 0.3,
        },
      ],
    },
  },
  {
    number: 7,
    title: 'The order of pieces for those who watch meanwhile',
    source: 'Vlavianos et al. 2006; Parvez et al. 2008',
    scenarios: [
      {
        name: 'streaming-orders',
        small: { repetitions: 1, where: { [ORDER]: ['rarest-first', ALWAYS_NEXT] } },
        again: ['rarest-first'],
      },
      {
        name: 'streaming-arrivals',
        small: {
          repetitions: 1,
          where: { [ORDER]: ['rarest-first', NEXT_OF_40], [VIEWERS_CHOKER]: ['piece-by-piece'] },
        },
        again: ['rarest-first'],
      },
    ],
    picture: {
      title: 'A window lets viewers start sooner and costs little; strict order costs much',
      panels: [
        {
          title: 'a crowd at once: times in rounds (pieces)',
          across: { label: 'pieces', values: ['rarest', 'window .8', 'window 1', 'in order'] },
          series: [
            crowdOrders('download', 'dl'),
            { label: 'round model', about: 'download', values: [52.2, 52.7, 68, 175] },
            crowdOrders('least delay', 'start'),
            { label: 'round model', about: 'least delay', values: [45, 23.5, 20, 126] },
          ],
        },
        {
          title: 'one after another: times in rounds (pieces)',
          across: { label: 'pieces', values: ['rarest', 'window .8', 'in order', 'order, in turn'] },
          series: [
            arrivalOrders('download', 'dl'),
            { label: 'round model', about: 'download', values: [37.3, 37.4, 48, IN_TURN_BY_MODEL] },
            arrivalOrders('least delay', 'start'),
          ],
        },
      ],
    },
  },
];
