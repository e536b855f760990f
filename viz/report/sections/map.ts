/** Peer × piece at the selected instant: who holds what, and who gave it. */
import { createPeerPieceMap } from '../../charts/peer-piece-map.ts';
import { unpackUint16 } from '../base64.ts';
import { NEVER_TICK, tickTime } from '../model.ts';
import { everyNth } from '../peer-words.ts';
import { readMap } from '../readings.ts';
import type { ChartSection } from '../section.ts';

export const MAP: ChartSection = {
  id: 'map',
  part: 'swarm',
  title: 'Who holds what',
  units: 'pieces (columns) that peers (rows) hold at the selected instant',
  shows: ['peer.progress', 'peer.failed_pieces', 'peer.received', 'swarm.seed_copies'],
  reading: readMap,
  definition({ map }) {
    const left = [
      ...(map.peerStride > 1 ? [`${everyNth(map.peerStride)} peer of a group`] : []),
      ...(map.pieceStride > 1 ? [`${everyNth(map.pieceStride)} piece`] : []),
    ];
    const thinned = left.length > 0 ? ` Only ${left.join(' and ')} is shown.` : '';
    return `Each row is a peer, in order of arrival or completion within its group; each column is a piece. A piece counts as held once its hash was checked, and as given by the peer that sent its last block. Rows are blank before a peer arrives and faded while it is away and after it left.${thinned}`;
  },
  table({ map, peers, endUs }) {
    const verified = unpackUint16(map.verified);
    const from = unpackUint16(map.from);
    return {
      columns: [
        { name: 'peer', title: 'Peer', unit: 'text' },
        { name: 'piece', title: 'Piece', unit: 'number' },
        { name: 'held_on_arrival', title: 'Held on arrival', unit: 'number' },
        { name: 'verified_us', title: 'Verified', unit: 'us', none: 'never' },
        { name: 'from_peer', title: 'Last block from', unit: 'text' },
      ],
      count: verified.length,
      row(cell) {
        const tick = verified[cell] ?? NEVER_TICK;
        const giver = (from[cell] ?? 0) - 1;
        return [
          peers.id[map.peers[Math.floor(cell / map.columns)] ?? -1] ?? '',
          (cell % map.columns) * map.pieceStride,
          tick === 0 ? 1 : 0,
          tick === 0 || tick === NEVER_TICK ? null : Math.round(tickTime(tick, endUs)),
          peers.id[giver] ?? null,
        ];
      },
    };
  },
  redrawOn: ['peers'],
  prepare: createPeerPieceMap,
};
