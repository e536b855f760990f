/** Reads a race off two traces, thinned like the swarm of a report. */
import { foldPeerTimes, isDownloader, sortedPresent } from '../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { buildSwarm } from '../swarm/build-swarm.ts';
import type { RaceModel, RaceSide } from './race-model.ts';

/** Packed rows of each side; a page of two large runs stays below four megabytes. */
const SIDE_BYTES = 1_200_000;
/** Half a page is narrow: of more peers nobody could read the rings. */
const SIDE_DRAWN = 25;

export interface Racer {
  readonly label: string;
  readonly trace: Trace;
}

/** Where one run is thinned, as many peers of the other are drawn one by one, so that the pictures can be compared. */
export function buildRace(one: Racer, other: Racer): RaceModel {
  const both = (drawn: number): [RaceSide, RaceSide] => [buildSide(one, drawn), buildSide(other, drawn)];
  let sides = both(SIDE_DRAWN);
  const thinned = sides.filter(({ swarm }) => swarm.crowds !== undefined);
  const drawn = Math.min(...thinned.map(({ swarm }) => swarm.indices.length));
  if (sides.some(({ swarm }) => swarm.indices.length > drawn)) sides = both(drawn);
  const [seed, otherSeed] = [one.trace.header.seed, other.trace.header.seed];
  return { seed: seed === otherSeed ? seed : null, sides };
}

function buildSide({ label, trace }: Racer, drawn: number): RaceSide {
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
    swarm: buildSwarm(trace, times, { bytes: SIDE_BYTES, drawn }),
  };
}
