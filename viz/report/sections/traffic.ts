/** Control overhead, duplicates and waste, by group. */
import { drawTraffic, trafficParts, usefulBytes } from '../../charts/traffic.ts';
import { readTraffic } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const TRAFFIC: ChartSection = {
  id: 'overhead',
  part: 'network',
  title: 'Overhead and waste',
  units: 'bytes, as shares of the payload, by group',
  shows: ['peer.wasted', 'peer.control_sent', 'peer.failed_pieces'],
  appliesTo: (model) => trafficParts(model).length > 0,
  reading: readTraffic,
  definition({ quantities: { traffic } }) {
    const counted =
      traffic.control === null
        ? ' What was sent beside payload was not counted in this run.'
        : ' Beside payload peers sent each other handshakes, messages and the headers of blocks; counted at the sender, for all but those that misbehave by their messages, without trackers, the DHT and whatever the network itself adds.';
    return `As parts of a group's payload, which is what it sent or what of use it received, whichever is more. In vain came blocks that were duplicate, late or unasked, and those of pieces that failed their check.${counted}`;
  },
  table(model) {
    const parts = trafficParts(model);
    const rows = model.groups.flatMap(({ name }, group) =>
      parts.map(({ name: part, bytes }) => {
        const own = bytes[group] ?? 0;
        const useful = usefulBytes(model, group);
        return [name, part, own, useful, useful === 0 ? null : own / useful];
      }),
    );
    return {
      columns: [
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'part', title: 'What', unit: 'text' },
        { name: 'bytes', title: 'Bytes', unit: 'bytes' },
        { name: 'payload_bytes', title: 'Payload', unit: 'bytes' },
        { name: 'share', title: 'Part of it', unit: 'share' },
      ],
      count: rows.length,
      row: (index) => rows[index] ?? [],
      shown: [...rows.keys()].slice(0, 40),
    };
  },
  redrawOn: ['peers'],
  prepare: (host, context) => () => drawTraffic(host, context),
};
