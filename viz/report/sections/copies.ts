/** Copies per piece over time: the rarest, the mean and the most common. */
import { drawCopiesOverTime } from '../../charts/copies-over-time.ts';
import { formatDuration } from '../../charts/format.ts';
import { readCopies } from '../readings.ts';
import type { ChartSection } from '../section.ts';

export const COPIES: ChartSection = {
  id: 'copies',
  part: 'pieces',
  title: 'Copies per piece',
  units: 'copies of a piece (number) over virtual time',
  shows: [
    'piece.availability',
    'piece.copies',
    'swarm.rarest_set',
    'swarm.distributed_copies',
    'swarm.first_full_copy',
  ],
  reading: readCopies,
  definition(model) {
    const rest =
      model.shownUs < model.endUs
        ? ` Not shown: the rest of the run until ${formatDuration(model.endUs)}, when nobody needed a piece any more.`
        : '';
    return `Copies: how many present peers hold a piece, verified; those that misbehave do not count. The band runs from the rarest to the most common piece, the lines are the rarest, the mean and the most common. A peer that leaves takes its copies along.${rest}`;
  },
  table({ copies }) {
    return {
      columns: [
        { name: 'time_us', title: 'Time', unit: 'us' },
        { name: 'copies_min', title: 'Rarest piece', unit: 'number' },
        { name: 'copies_mean', title: 'Mean', unit: 'number' },
        { name: 'copies_max', title: 'Most common piece', unit: 'number' },
      ],
      count: copies.count - copies.first,
      row(index) {
        const slice = copies.first + index;
        return [
          Math.round((slice + 1) * copies.sliceUs),
          copies.min[slice] ?? null,
          copies.mean[slice] ?? null,
          copies.max[slice] ?? null,
        ];
      },
    };
  },
  prepare: (host, context) => () => drawCopiesOverTime(host, context),
};
