/** The suite: which published results are reproduced by which scenarios, how much of them in the small form, and their pictures. */
import type { PictureSpec } from './picture.ts';

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
  /** Values of a cell that is soon run: the tests run it once more. */
  readonly again: readonly string[];
}

const COUNT = 'peers.leechers.count';

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
          across: { label: 'peers', values: ['5', '10', '20', '35', '50', '200'] },
          series: [
            { label: 'swarm', of: 'last_hours', along: COUNT, where: { swarm: 'on' } },
            { label: 'N/(10 + N)', values: [5, 10, 20, 35, 50, 200].map((n) => n / (10 + n)) },
            { label: 'server alone', of: 'last_hours', along: COUNT, where: { swarm: 'off' } },
          ],
          most: 3.7,
        },
        {
          title: 'over the bound',
          across: { label: 'peers', values: ['5', '10', '20', '35', '50', '200'] },
          series: [
            { label: 'last peer', of: 'last_over_bound', along: COUNT, where: { swarm: 'on' } },
            { label: 'mean peer', of: 'mean_over_bound', along: COUNT, where: { swarm: 'on' } },
            { label: 'OctoSim’s last', values: [1.03, 1.12, 1.21, 1.23, 1.25, 1.32] },
          ],
          least: 0.8,
          most: 1.5,
        },
      ],
    },
  },
];
