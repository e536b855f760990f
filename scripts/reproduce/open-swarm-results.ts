/** The results about swarms into which peers come for as long as they last. */
import type { ResultSpec } from './result-spec.ts';

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
const CLUB_CELLS = ['0.12/s', '0.3/s'].map((rate) => ({ [ARRIVALS]: rate }));

export const OPEN_SWARMS: readonly ResultSpec[] = [
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
];
