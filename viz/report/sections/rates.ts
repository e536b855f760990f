/** The rate of each peer over time. */

import { formatDuration } from '../../charts/format.ts';
import { createPeerRates } from '../../charts/peer-rates.ts';
import { unpackUint16 } from '../base64.ts';
import { everyNth } from '../peer-words.ts';
import { readRates } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const RATES: ChartSection = {
  id: 'rates',
  part: 'network',
  title: 'Rates of each peer',
  units: 'rate (bit/s) of each peer over virtual time',
  shows: ['peer.received', 'peer.sent'],
  appliesTo: ({ quantities: { rates } }) => rates.count > 0 && rates.mostReceived > 0,
  reading: readRates,
  definition({ quantities: { rates } }) {
    const thinned =
      rates.peerStride > 1 ? ` Only ${everyNth(rates.peerStride)} peer of a group is shown.` : '';
    return `Each row is a peer, in order of arrival within its group; colour is the payload that it received, or sent, on average over a slice of ${formatDuration(rates.sliceUs)}, without headers and control messages. Blocks count when they are handed over, so that short slices of slow peers flicker. One cell in a hundred may be faster than the brightest colour says.${thinned}`;
  },
  table({ quantities: { rates }, peers, groups }) {
    const received = unpackUint16(rates.received);
    const sent = unpackUint16(rates.sent);
    const rate = (cell: number | undefined, most: number): number =>
      Math.round(((cell ?? 0) / 65_535) * most);
    return {
      columns: [
        { name: 'peer', title: 'Peer', unit: 'text' },
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'from_us', title: 'From', unit: 'us' },
        { name: 'received_bytes_per_s', title: 'Received', unit: 'bytes/s' },
        { name: 'sent_bytes_per_s', title: 'Sent', unit: 'bytes/s' },
      ],
      count: rates.peers.length * rates.count,
      row(index) {
        const peer = rates.peers[Math.floor(index / rates.count)] ?? -1;
        return [
          peers.id[peer] ?? '',
          groups[peers.group[peer] ?? -1]?.name ?? '',
          (index % rates.count) * rates.sliceUs,
          rate(received[index], rates.mostReceived),
          rate(sent[index], rates.mostSent),
        ];
      },
    };
  },
  prepare: createPeerRates,
};
