/** The result about those who watch while they download. */
import type { SeriesSpec } from './picture.ts';
import type { ResultSpec } from './result-spec.ts';

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

export const STREAMING: ResultSpec = {
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
};
