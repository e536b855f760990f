/** What each group sends over time, under what its uplinks could carry. */
import { drawUploadUse } from '../../charts/upload-use.ts';
import { readUse } from '../readings.ts';
import type { ChartSection } from '../section.ts';

export const USE: ChartSection = {
  id: 'use',
  part: 'network',
  title: 'Use of uplinks',
  units: 'rate (bit/s) over virtual time',
  shows: [
    'peer.sent',
    'peer.upload_use',
    'swarm.sent_rate',
    'swarm.uplink',
    'swarm.upload_use',
    'peer.share_ratio',
    'swarm.fairness',
  ],
  reading: readUse,
  definition: () =>
    'Payload sent by the peers of a group, on average over a slice of time. Dashed: what the uplinks of its present members could have carried in it, at the rates that timetables, data caps and faults left them. Headers and control messages are not counted, so a full line shows a little under its rate; a block counts when it is handed to its stream, so a slice may show more.',
  table({ use, groups, endUs }) {
    return {
      columns: [
        { name: 'to_us', title: 'Up to', unit: 'us' },
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'sent_bytes_per_s', title: 'Sent', unit: 'bytes/s' },
        { name: 'uplink_bytes_per_s', title: 'Uplinks', unit: 'bytes/s' },
        { name: 'use', title: 'Used', unit: 'share', none: 'nobody there' },
      ],
      count: use.count * groups.length,
      row(index) {
        const slice = Math.floor(index / groups.length);
        const group = index % groups.length;
        const sent = use.sent[group]?.[slice] ?? 0;
        const uplink = use.uplink[group]?.[slice] ?? 0;
        const toUs = Math.min(endUs, (slice + 1) * use.sliceUs);
        return [toUs, groups[group]?.name ?? '', sent, uplink, uplink === 0 ? null : sent / uplink];
      },
    };
  },
  prepare: (host, context) => () => drawUploadUse(host, context),
};
