/** Download times by group and by order of arrival, against a server alone. */
import { drawDownloadTimes } from '../../charts/download-times.ts';
import type { Cell } from '../chart-table.ts';
import { everyNth } from '../peer-words.ts';
import { readDownloads } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const DOWNLOADS: ChartSection = {
  id: 'downloads',
  part: 'swarm',
  title: 'Download times',
  units: 'virtual time from arrival to completion, a peer',
  shows: ['peer.download_time', 'bound.client_server'],
  appliesTo: ({ quantities }) => quantities.downloads.order.length > 0,
  reading: readDownloads,
  definition({ quantities: { downloads } }) {
    const thinned =
      downloads.stride > 1
        ? ` At the right ${everyNth(downloads.stride)} arrival is shown; the curves are of all.`
        : '';
    return `From a peer's arrival until it held every piece. Left: the share of the downloaders of a group that were done within a time; a curve that ends below 100 % leaves some that never were. Right: each downloader; hollow at the top are those that never completed. Grey and dashed: what peers would have taken from the first seeds alone, as one server that divides its uplink evenly among those it serves, payload only, nobody passing anything on.${thinned}`;
  },
  table({ quantities: { downloads }, peers, groups }) {
    return {
      columns: [
        { name: 'arrival', title: 'Arrival', unit: 'number' },
        { name: 'peer', title: 'Peer', unit: 'text' },
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'joined_us', title: 'Arrived', unit: 'us' },
        { name: 'download_us', title: 'Took', unit: 'us', none: 'never' },
        { name: 'server_alone_us', title: 'From a server alone', unit: 'us' },
      ],
      count: downloads.order.length,
      row(place): readonly Cell[] {
        const peer = downloads.order[place] ?? -1;
        const joinedUs = peers.joinedUs[peer] ?? null;
        const completedUs = peers.completedUs[peer] ?? null;
        return [
          place * downloads.stride + 1,
          peers.id[peer] ?? '',
          groups[peers.group[peer] ?? -1]?.name ?? '',
          joinedUs,
          completedUs === null || joinedUs === null ? null : completedUs - joinedUs,
          downloads.serverUs[place] ?? null,
        ];
      },
    };
  },
  redrawOn: ['peers'],
  prepare: (host, context) => () => drawDownloadTimes(host, context),
};
