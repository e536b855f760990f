/**
 * How much of what a peer gets comes from those that give it most, and how much of what it gives goes to those that get
 * most of it: bytes by rank of the remote, after Legout et al. (2006). Few ranks with all of the bytes are a peer that
 * trades with few; a line that rises evenly is one that deals with everybody alike.
 */
import type { Trace } from '../trace.ts';

export interface RankShares {
  /** Ranks counted, from the largest; remotes beyond them are left out. */
  readonly ranks: number;
  /** By group, then rank from 0: what so many remotes gave together, as a share of all, mean over its peers. NaN: nobody. */
  readonly received: readonly Float64Array[];
  /** The same of what peers gave. */
  readonly sent: readonly Float64Array[];
  /** By group: of how many peers. */
  readonly receivers: readonly number[];
  readonly senders: readonly number[];
  /** 1: bytes to all downloaders are known. n: only to those whose index is a multiple of n. 0: none are. */
  readonly everyNth: number;
}

/** @param counts whose bytes count, by index */
export function foldRankShares(
  { header, pairs }: Trace,
  ranks: number,
  counts: (peer: number) => boolean = () => true,
): RankShares {
  const got = header.peers.map((): number[] => []);
  const gave = header.peers.map((): number[] => []);
  for (let row = 0; row < pairs.count; row++) {
    const bytes = pairs.bytes[row] as number;
    if (bytes === 0) continue;
    got[pairs.downloader[row] as number]?.push(bytes);
    gave[pairs.uploader[row] as number]?.push(bytes);
  }
  const means = (lists: readonly number[][]): { shares: Float64Array[]; peers: number[] } => {
    const shares = header.groups.map(() => new Float64Array(ranks));
    const peers = header.groups.map(() => 0);
    for (const [peer, list] of lists.entries()) {
      const group = header.peers[peer]?.group ?? 0;
      const own = shares[group];
      if (list.length === 0 || own === undefined || !counts(peer)) continue;
      list.sort((a, b) => b - a);
      const total = list.reduce((sum, bytes) => sum + bytes, 0);
      let sofar = 0;
      for (let rank = 0; rank < ranks; rank++) {
        sofar += list[rank] ?? 0;
        own[rank] = (own[rank] as number) + sofar / total;
      }
      peers[group] = (peers[group] ?? 0) + 1;
    }
    return { shares: shares.map((own, group) => own.map((sum) => sum / (peers[group] ?? 0))), peers };
  };
  const received = means(got);
  const sent = means(gave);
  return {
    ranks,
    received: received.shares,
    sent: sent.shares,
    receivers: received.peers,
    senders: sent.peers,
    everyNth: pairs.everyNth,
  };
}
