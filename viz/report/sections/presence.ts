/** When each peer was there, and what it was doing. */
import { createPresenceStrips } from '../../charts/presence-strips.ts';
import type { PresenceLetter } from '../model.ts';
import { everyNth, stateName } from '../peer-words.ts';
import { readPresence } from '../readings.ts';
import type { ChartSection } from '../section.ts';

/** Rows of the picture above which not every one has a line of the screen. */
const FINE_ROWS = 420;

export const PRESENCE: ChartSection = {
  id: 'presence',
  part: 'peers',
  title: 'Who is there when',
  units: 'state (colour) of a peer (row) over virtual time',
  shows: ['peer.online_time', 'peer.longest_stay', 'peer.away_time', 'peer.capped_time', 'peers.away'],
  reading: readPresence,
  definition({ presence }) {
    const strips =
      (presence.peerStride > 1 ? ` Only ${everyNth(presence.peerStride)} peer of a group is shown.` : '') +
      (presence.peers.length > FINE_ROWS
        ? ' There are more strips than lines of the picture: a line shows the mean colour of the strips that it covers.'
        : '');
    return `Each row is a peer, in order of arrival within its group. A full strip: it is there; a thin line: it is switched off or has crashed and may come back; nothing: it has not come yet, or has left for good.${strips}`;
  },
  table({ presence, peers }) {
    const spans = presence.states.flatMap((states, row) =>
      Array.from(states, (letter, span) => ({ row, span, letter: letter as PresenceLetter })),
    );
    return {
      columns: [
        { name: 'peer', title: 'Peer', unit: 'text' },
        { name: 'state', title: 'State', unit: 'text' },
        { name: 'from_us', title: 'From', unit: 'us' },
        { name: 'to_us', title: 'To', unit: 'us' },
      ],
      count: spans.length,
      row(index) {
        const { row, span, letter } = spans[index] ?? { row: 0, span: 0, letter: 'l' as const };
        const times = presence.timesUs[row] ?? [];
        return [
          peers.id[presence.peers[row] ?? -1] ?? '',
          stateName(letter),
          times[span] ?? null,
          times[span + 1] ?? null,
        ];
      },
    };
  },
  prepare: createPresenceStrips,
};
