/** Peer-set size over time, and the degree of peers. */
import { drawPeerSets } from '../../charts/peer-sets.ts';
import { steps } from '../distribution.ts';
import { readPeerSets } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const PEER_SETS: ChartSection = {
  id: 'peer-sets',
  part: 'network',
  title: 'Connections',
  units: 'connections of a peer (number) over virtual time',
  shows: ['peer.connections', 'peer.most_connections'],
  appliesTo: ({ quantities: { peerSets } }) =>
    peerSets.most.some((group) => group.some((most) => (most ?? 0) > 0)),
  reading: readPeerSets,
  definition: () =>
    'Left: how many connections the present peers of a group have at the end of a slice of time, on average (line) and from the fewest to the most (band). Right: the share of a group’s peers that had at most so many connections on average, while they were there and anybody still needed a piece: the degrees of the graph that the swarm is.',
  table({ quantities: { peerSets }, groups }) {
    const overTime = peerSets.count * groups.length;
    const degrees = peerSets.degree.flatMap((distribution, group) =>
      steps(distribution).map(([mean, share]) => [null, groups[group]?.name ?? '', mean, null, null, share]),
    );
    return {
      columns: [
        { name: 'to_us', title: 'At', unit: 'us', none: 'while there' },
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'connections_mean', title: 'Mean', unit: 'number', none: 'nobody there' },
        { name: 'connections_fewest', title: 'Fewest', unit: 'number' },
        { name: 'connections_most', title: 'Most', unit: 'number' },
        { name: 'share_of_peers', title: 'Peers with at most this mean', unit: 'share' },
      ],
      count: overTime + degrees.length,
      row(index) {
        if (index >= overTime) return degrees[index - overTime] ?? [];
        const slice = Math.floor(index / groups.length);
        const group = index % groups.length;
        return [
          Math.round((slice + 1) * peerSets.sliceUs),
          groups[group]?.name ?? '',
          peerSets.mean[group]?.[slice] ?? null,
          peerSets.least[group]?.[slice] ?? null,
          peerSets.most[group]?.[slice] ?? null,
          null,
        ];
      },
    };
  },
  prepare: (host, context) => () => drawPeerSets(host, context),
};
