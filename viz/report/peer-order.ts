/** The order in which peers stand in pictures with a row a peer, and which of them are shown where not all fit. */
import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../src/trace/trace.ts';

/** Those that came, by group, in order of arrival within it. */
export function inOrder({ header }: Trace, times: PeerTimes): number[] {
  return [...header.peers.keys()]
    .filter((peer) => !Number.isNaN(times.joinedUs[peer]))
    .sort(
      (a, b) =>
        (header.peers[a]?.group ?? 0) - (header.peers[b]?.group ?? 0) ||
        (times.joinedUs[a] as number) - (times.joinedUs[b] as number) ||
        a - b,
    );
}

/** Every `stride`-th peer of each group, its first one always. */
export function thin(peers: readonly number[], stride: number, groupOf: (peer: number) => number): number[] {
  const seen = new Map<number, number>();
  return peers.filter((peer) => {
    const group = groupOf(peer);
    const place = seen.get(group) ?? 0;
    seen.set(group, place + 1);
    return place % stride === 0;
  });
}
