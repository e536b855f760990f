/** Reads a race off two traces, thinned like the swarm of a report. */
import { foldPeerTimes, isDownloader, sortedPresent } from '../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { buildSwarm } from '../swarm/build-swarm.ts';
import type { RaceModel, RaceSide } from './race-model.ts';

/** Packed rows of each side; a page of two large runs stays below four megabytes. */
const SIDE_BYTES = 1_200_000;

export interface Racer {
  readonly label: string;
  readonly trace: Trace;
}

export function buildRace(one: Racer, other: Racer): RaceModel {
  const seeds = [one.trace.header.seed, other.trace.header.seed];
  return {
    seed: seeds[0] === seeds[1] ? (seeds[0] as number) : null,
    sides: [buildSide(one), buildSide(other)],
  };
}

function buildSide({ label, trace }: Racer): RaceSide {
  const { header } = trace;
  const { totalBytes, pieceLengthBytes, pieceCount } = header.torrent;
  const times = foldPeerTimes(trace);
  const came = header.peers.filter(
    (peer, index) => isDownloader(peer) && !Number.isNaN(times.joinedUs[index]),
  );
  const completed = times.completedUs.filter((_, index) => {
    const peer = header.peers[index];
    return peer !== undefined && isDownloader(peer);
  });
  return {
    label,
    run: `${header.scenario}, seed ${header.seed}`,
    torrent: { totalBytes, pieceLengthBytes, pieceCount },
    groups: header.groups,
    endUs: trace.endUs,
    downloaders: came.length,
    completedUs: Array.from(sortedPresent(completed)),
    swarm: buildSwarm(trace, times, SIDE_BYTES),
  };
}
