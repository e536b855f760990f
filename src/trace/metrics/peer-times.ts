/** When each peer came, got its first piece, completed and left. An instant that never came is NaN. */
import { Departure, EventKind, type Trace, type TracedPeer } from '../trace.ts';
import { wantsToComplete } from './behaviour.ts';

export interface PeerTimes {
  /** First arrival. */
  readonly joinedUs: Float64Array;
  /** Last planned departure after which it did not come back; being switched off by the end of the run is none. */
  readonly leftUs: Float64Array;
  /** First piece verified after arrival. */
  readonly firstPieceUs: Float64Array;
  /** When the last piece was verified; NaN for a peer that arrived with everything, since it downloaded nothing. */
  readonly completedUs: Float64Array;
  /** From first arrival to completion; NaN as for `completedUs`. */
  readonly downloadUs: Float64Array;
  /** 1 when it joined and held everything at some time, however it came by it. */
  readonly complete: Uint8Array;
}

export function foldPeerTimes(trace: Trace): PeerTimes {
  const { events, header } = trace;
  const peers = header.peers.length;
  const joinedUs = new Float64Array(peers).fill(Number.NaN);
  const leftUs = new Float64Array(peers).fill(Number.NaN);
  const firstPieceUs = new Float64Array(peers).fill(Number.NaN);
  const completedUs = new Float64Array(peers).fill(Number.NaN);
  const arrivesComplete = header.peers.map((peer) => peer.have === 'all');
  for (let row = 0; row < events.count; row++) {
    const peer = events.peer[row] as number;
    const timeUs = events.timeUs[row] as number;
    switch (events.kind[row]) {
      case EventKind.joined:
        setFirst(joinedUs, peer, timeUs);
        leftUs[peer] = Number.NaN;
        break;
      case EventKind.left:
        if (events.a[row] === Departure.planned) leftUs[peer] = timeUs;
        break;
      case EventKind.pieceVerified:
        if (events.b[row] !== -1 && !arrivesComplete[peer]) setFirst(firstPieceUs, peer, timeUs);
        break;
      case EventKind.completed:
        if (!arrivesComplete[peer]) setFirst(completedUs, peer, timeUs);
        break;
    }
  }
  const downloadUs = completedUs.map((timeUs, peer) => timeUs - (joinedUs[peer] as number));
  const complete = new Uint8Array(peers);
  for (let peer = 0; peer < peers; peer++) {
    const joined = !Number.isNaN(joinedUs[peer]);
    complete[peer] = joined && (arrivesComplete[peer] || !Number.isNaN(completedUs[peer])) ? 1 : 0;
  }
  return { joinedUs, leftUs, firstPieceUs, completedUs, downloadUs, complete };
}

/** Whether the peer comes to download: without everything, and not to misbehave. */
export function isDownloader({ have, behaviour }: TracedPeer): boolean {
  return have !== 'all' && wantsToComplete(behaviour);
}

function setFirst(column: Float64Array, index: number, value: number): void {
  if (Number.isNaN(column[index])) column[index] = value;
}

/** The numbers of a column that exist, in ascending order. */
export function sortedPresent(column: Float64Array): Float64Array {
  return column.filter((value) => !Number.isNaN(value)).sort();
}
