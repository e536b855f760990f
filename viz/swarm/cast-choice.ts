/**
 * Whom a picture draws one by one. All of a small swarm; of a large one those that arrive with everything, as far as there
 * are few, and of each group as many as its part of them all, evenly by order of arrival, so that none is favoured. The others are crowds.
 */
import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { inOrder } from '../report/peer-order.ts';
import type { SwarmPeer } from './swarm-history.ts';

/** More crowds than this are not told apart. */
export const CROWDS_MOST = 8;
/** First seeds that are always drawn. */
const SEEDS_MOST = 4;

export interface CastChoice {
  /** Indices in the run of those that are drawn, by group and arrival. */
  readonly drawn: readonly number[];
  readonly peers: readonly SwarmPeer[];
  /** By peer of the run: its place in the cast, that of its crowd, or -1. */
  readonly placeOf: Int32Array;
}

/** @param most how many are drawn one by one, or a few more where there are many groups */
export function chooseCast(trace: Trace, times: PeerTimes, most: number): CastChoice {
  const { header } = trace;
  const joined = inOrder(trace, times);
  const drawn = joined.length <= most ? joined : telling(trace, joined, most);
  const placeOf = new Int32Array(header.peers.length).fill(-1);
  for (const [place, peer] of drawn.entries()) placeOf[peer] = place;
  const hidden = header.groups.map((_, group) =>
    joined.filter((peer) => placeOf[peer] === -1 && header.peers[peer]?.group === group),
  );
  const crowds = hidden
    .map((members, group) => ({ members, group }))
    .filter(({ members }) => members.length > 0)
    .slice(0, CROWDS_MOST);
  for (const [index, { members }] of crowds.entries())
    for (const peer of members) placeOf[peer] = drawn.length + index;
  return {
    drawn,
    placeOf,
    peers: [
      ...drawn.map((peer) => castPeer(trace, peer)),
      ...crowds.map(({ members, group }) => ({
        ...castPeer(trace, members[0] as number),
        id: `${members.length} more of ${header.groups[group] ?? ''}`,
        behaviour: 'honest',
        nat: 'open',
        startsComplete: false,
        standsFor: members.length,
      })),
    ],
  };
}

function castPeer({ header }: Trace, index: number): SwarmPeer {
  const peer = header.peers[index];
  return {
    id: peer?.id ?? '',
    group: peer?.group ?? 0,
    behaviour: peer?.behaviour ?? 'honest',
    nat: peer?.nat ?? 'open',
    startsComplete: peer?.have === 'all',
    upBytesPerSec: peer?.upBytesPerSec ?? 0,
    downBytesPerSec: peer?.downBytesPerSec ?? 0,
    standsFor: 1,
  };
}

function telling({ header, transfers }: Trace, joined: readonly number[], most: number): number[] {
  const seeds = joined.filter((peer) => header.peers[peer]?.have === 'all').slice(0, SEEDS_MOST);
  // Of a very large run only what some downloaders got is known.
  const known = joined.filter((peer) => transfers.everyNth === 0 || peer % transfers.everyNth === 0);
  const rest = known.filter((peer) => !seeds.includes(peer));
  const share = Math.max(0, most - seeds.length) / Math.max(1, rest.length);
  const chosen = new Set(seeds);
  for (const group of header.groups.keys()) {
    const members = rest.filter((peer) => header.peers[peer]?.group === group);
    const count = Math.min(members.length, Math.max(1, Math.floor(members.length * share)));
    for (let rank = 0; rank < count; rank++)
      chosen.add(members[Math.floor((rank * members.length) / count)] as number);
  }
  return joined.filter((peer) => chosen.has(peer));
}
