/** Distributed copies, the rarest set, what the first seeds sent, and when the first full copy was out. */
import { drawRarity } from '../../charts/rarity.ts';
import { readRarity } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const RARITY: ChartSection = {
  id: 'rarity',
  part: 'pieces',
  title: 'The rarest pieces',
  units: 'copies and pieces (number) over virtual time',
  shows: [
    'swarm.distributed_copies',
    'swarm.rarest_set',
    'swarm.seed_copies',
    'swarm.first_full_copy',
    'piece.first_copy_time',
  ],
  reading: readRarity,
  definition: () =>
    'Distributed copies: copies of the rarest piece, plus the share of the pieces that have more; the least within a slice of time. Rarest set: pieces with as few copies as the rarest, at the end of a slice. Copies sent by the first seeds: payload sent so far by the peers that arrived with everything, over the size of the content; one is the least that can do. The first full copy is out when every piece has been downloaded and verified by some peer: before that the swarm lives on the seeds, afterwards on itself.',
  table({ quantities: { rarity } }) {
    const count = rarity.count - rarity.first;
    return {
      columns: [
        { name: 'to_us', title: 'Up to', unit: 'us' },
        { name: 'distributed_copies', title: 'Distributed copies', unit: 'number' },
        { name: 'rarest_set', title: 'Rarest set', unit: 'number' },
        { name: 'seed_copies', title: 'Sent by first seeds', unit: 'number' },
      ],
      count,
      row(index) {
        const slice = rarity.first + index;
        const toUs = Math.round((slice + 1) * rarity.sliceUs);
        const sentRow = rarity.seedTimeUs.findLastIndex((us) => us <= toUs);
        return [
          toUs,
          rarity.distributed[slice] ?? 0,
          rarity.rarest[slice] ?? 0,
          rarity.seedCopies[Math.max(0, sentRow)] ?? 0,
        ];
      },
    };
  },
  redrawOn: ['range'],
  prepare: (host, context) => () => drawRarity(host, context),
};
