/** Share ratios: who gave how much of what it took, against the line that it has. */
import { drawSharing } from '../../charts/sharing.ts';
import { everyNth } from '../peer-words.ts';
import { readSharing } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const SHARING: ChartSection = {
  id: 'sharing',
  part: 'fairness',
  title: 'Share ratios',
  units: 'payload sent over the size of the content, by uplink (bit/s)',
  shows: ['peer.share_ratio', 'swarm.fairness'],
  appliesTo: ({ quantities: { sharing } }) => sharing.peers.length > 0,
  reading: readSharing,
  definition({ quantities: { sharing } }) {
    const thinned =
      sharing.peerStride > 1
        ? ` At the left only ${everyNth(sharing.peerStride)} peer of a group is shown; the curves are of all.`
        : '';
    return `Share ratio: payload that a peer sent over the size of the content, so how many copies it gave. Left: each peer over its uplink as declared; where everybody sends as much as it can, dots rise with the uplink. Right: the share of a group's peers with at most so high a ratio. Dashed: as much given as taken. Jain's index is (Σx)² / (n · Σx²) of what downloaders sent: 1 when all sent alike, 1/n when one sent everything.${thinned}`;
  },
  table({ quantities: { sharing }, peers, groups }) {
    return {
      columns: [
        { name: 'peer', title: 'Peer', unit: 'text' },
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'up_bytes_per_s', title: 'Uplink', unit: 'bytes/s' },
        { name: 'share_ratio', title: 'Share ratio', unit: 'number' },
      ],
      count: sharing.peers.length,
      row(place) {
        const peer = sharing.peers[place] ?? -1;
        return [
          peers.id[peer] ?? '',
          groups[peers.group[peer] ?? -1]?.name ?? '',
          sharing.up[place] ?? 0,
          sharing.ratio[place] ?? 0,
        ];
      },
    };
  },
  redrawOn: ['peers'],
  prepare: (host, context) => () => drawSharing(host, context),
};
