/** Unchoke time against interested time of pairs of peers. */
import { drawChoking } from '../../charts/choking.ts';
import { readChoking } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const CHOKING: ChartSection = {
  id: 'choking',
  part: 'fairness',
  title: 'Interest and unchokes',
  units: 'pairs of peers (number) by virtual time interested and unchoked',
  shows: ['peer.unchoked_time', 'peer.starved_time'],
  appliesTo: ({ quantities: { choking } }) => choking.leeching.pairs + choking.seeding.pairs > 0,
  reading: readChoking,
  definition: () =>
    'Every pair of a sender and a receiver that were ever connected, and interested or unchoked at all: for how long the receiver was interested in the sender, and for how long the sender had it unchoked, counted in squares; colour is the number of pairs, by its square root. Left while the sender was still downloading, when it unchokes those that give most; right after it was complete, when its service turns from one to the next. Dashed: as long unchoked as interested. Where unchokes grow with interest, peers are served for as long as they ask.',
  table({ quantities: { choking } }) {
    const rows = [
      { sender: 'downloading', pairs: choking.leeching },
      { sender: 'complete', pairs: choking.seeding },
    ].flatMap(({ sender, pairs: { bins, binUs, counts } }) =>
      counts.flatMap((count, cell) =>
        count === 0
          ? []
          : [
              [
                sender,
                (cell % bins) * binUs,
                ((cell % bins) + 1) * binUs,
                Math.floor(cell / bins) * binUs,
                (Math.floor(cell / bins) + 1) * binUs,
                count,
              ],
            ],
      ),
    );
    return {
      columns: [
        { name: 'sender', title: 'Sender', unit: 'text' },
        { name: 'interested_from_us', title: 'Interested from', unit: 'us' },
        { name: 'interested_to_us', title: 'to', unit: 'us' },
        { name: 'unchoked_from_us', title: 'Unchoked from', unit: 'us' },
        { name: 'unchoked_to_us', title: 'to', unit: 'us' },
        { name: 'pairs', title: 'Pairs', unit: 'number' },
      ],
      count: rows.length,
      row: (index) => rows[index] ?? [],
    };
  },
  redrawOn: [],
  prepare: (host, context) => () => drawChoking(host, context),
};
