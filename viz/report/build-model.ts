/**
 * Reads a report off a trace. Bounded whatever the run's size: series are cut into a fixed number of slices and the
 * peer × piece map shows at most `MAP_CELLS` cells, so that the page stays within a few megabytes.
 */
import { type AvailabilitySeries, foldAvailability } from '../../src/trace/metrics/availability.ts';
import { foldBounds } from '../../src/trace/metrics/bounds.ts';
import { foldCopiesGrid } from '../../src/trace/metrics/copies-grid.ts';
import {
  foldPeerTimes,
  isDownloader,
  type PeerTimes,
  sortedPresent,
} from '../../src/trace/metrics/peer-times.ts';
import { foldGroupTotals, seedCopies, uploadFairness } from '../../src/trace/metrics/totals.ts';
import { foldUtilisation } from '../../src/trace/metrics/utilisation.ts';
import type { Trace, TracedPeer } from '../../src/trace/trace.ts';
import { buildSwarm, DRAWN_MOST, swarmBytesBeside } from '../swarm/build-swarm.ts';
import { packUint16 } from './base64.ts';
import { buildHappenings } from './build-happenings.ts';
import { buildMap, countGivers } from './build-map.ts';
import { buildPopulation } from './build-population.ts';
import { buildPresence } from './build-presence.ts';
import { buildQuantities } from './build-quantities.ts';
import type {
  ReportCompletion,
  ReportCopies,
  ReportFacts,
  ReportGrid,
  ReportGroup,
  ReportInfo,
  ReportModel,
  ReportUse,
} from './model.ts';

const COPIES_SLICES = 480;
const GRID_SLICES = 480;
const GRID_ROWS = 512;
const USE_SLICES = 120;
/** However short the run, use is shown in so many slices. */
const USE_SLICES_MIN = 8;
/** Four of the batches in which the engine hands blocks to a stream. */
const STEADY_BYTES = 4 * 48 * 1024;

export function buildReportModel(trace: Trace, info: ReportInfo): ReportModel {
  const { header } = trace;
  const times = foldPeerTimes(trace);
  const availability = foldAvailability(trace);
  const givers = countGivers(trace);
  const presence = buildPresence(trace, times);
  const map = buildMap(trace, times, presence.peerStride);
  const shownUs = shownUntil(trace.endUs, availability.neededUntilUs);
  const behaviours = [...new Set(header.peers.map(({ behaviour }) => behaviour))];
  const nats = [...new Set(header.peers.map(({ nat }) => nat))];
  return {
    version: 1,
    info,
    scenario: header.scenario,
    seed: header.seed,
    digest: trace.digest,
    endUs: trace.endUs,
    shownUs,
    torrent: header.torrent,
    groups: buildGroups(trace, times, availability.neededUntilUs),
    facts: buildFacts(trace, times, availability),
    givenPieces: givers.byGroup,
    givenBySeeds: givers.bySeeds,
    peers: {
      id: header.peers.map((peer) => peer.id),
      group: header.peers.map((peer) => peer.group),
      joinedUs: nullable(times.joinedUs),
      completedUs: nullable(times.completedUs),
      behaviour: header.peers.map(({ behaviour }) => behaviours.indexOf(behaviour)),
      nat: header.peers.map(({ nat }) => nats.indexOf(nat)),
    },
    behaviours,
    nats,
    presence,
    happenings: buildHappenings(trace),
    copies: buildCopies(availability, shownUs),
    grid: buildGrid(trace, shownUs),
    map,
    completion: buildCompletion(trace, times),
    use: buildUse(trace, shownUs),
    population: buildPopulation(trace),
    quantities: buildQuantities(trace, times, shownUs, availability.neededUntilUs),
    swarm: buildSwarm(trace, times, {
      bytes: swarmBytesBeside(map.peers.length * map.columns),
      drawn: DRAWN_MOST,
    }),
  };
}

/** Seeds that stay for hours after the last download would press everything of interest into a corner. */
function shownUntil(endUs: number, neededUntilUs: number): number {
  return neededUntilUs * 1.25 < endUs ? neededUntilUs * 1.1 : endUs;
}

function buildFacts(trace: Trace, times: PeerTimes, availability: AvailabilitySeries): ReportFacts {
  const joined = times.joinedUs.filter((timeUs) => !Number.isNaN(timeUs)).length;
  const ofDownloaders = (column: Float64Array): Float64Array =>
    sortedPresent(column.filter((_, peer) => isDownloader(trace.header.peers[peer] as TracedPeer)));
  const completed = ofDownloaders(times.completedUs);
  const downloads = ofDownloaders(times.downloadUs);
  const bounds = foldBounds(trace);
  const downloaders = bounds?.curveUs.length ?? 0;
  const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0);
  return {
    joined,
    downloaders,
    completed: completed.length,
    firstArrivalUs: bounds?.firstArrivalUs ?? null,
    medianDownloadUs: nullIfNone(downloads[Math.ceil(downloads.length / 2) - 1]),
    firstCompletedUs: nullIfNone(completed[0]),
    halfCompletedUs: nullIfNone(completed[Math.ceil(downloaders / 2) - 1]),
    lastCompletedUs: nullIfNone(completed[completed.length - 1]),
    boundUs: nullIfNone(bounds?.curveUs[downloaders - 1]),
    seedCopies: seedCopies(trace),
    uploadFairness: nullIfNone(uploadFairness(trace)),
    wastedBytes: sum(trace.totals.wastedBytes),
    receivedBytes: sum(trace.totals.receivedBytes),
    neededUntilUs: availability.neededUntilUs,
    ...scarcity(availability),
  };
}

function scarcity(
  series: AvailabilitySeries,
): Pick<ReportFacts, 'fewestCopies' | 'fewestCopiesUs' | 'twoCopiesFromUs'> {
  let fewestCopies: number | null = null;
  let fewestCopiesUs: number | null = null;
  let twoCopiesFromUs: number | null = null;
  for (let row = 0; row < series.count; row++) {
    const timeUs = series.timeUs[row] as number;
    const copies = series.min[row] as number;
    if (timeUs >= series.neededUntilUs) break;
    if (fewestCopies === null && copies === 0) continue;
    if (fewestCopies === null || copies < fewestCopies) {
      fewestCopies = copies;
      fewestCopiesUs = timeUs;
    }
    if (copies < 2) twoCopiesFromUs = null;
    else twoCopiesFromUs ??= timeUs;
  }
  return { fewestCopies, fewestCopiesUs, twoCopiesFromUs };
}

function buildGroups(trace: Trace, times: PeerTimes, neededUntilUs: number): ReportGroup[] {
  const { header } = trace;
  const use = foldUtilisation(trace);
  const neededRows = Math.min(use.rows, Math.ceil(neededUntilUs / use.intervalUs));
  return foldGroupTotals(trace).map((totals, group) => {
    const members = [...header.peers.entries()].filter(([, peer]) => peer.group === group);
    const downloaders = members.filter(
      ([index, peer]) => isDownloader(peer) && !Number.isNaN(times.joinedUs[index]),
    );
    const mean = (pick: (peer: (typeof header.peers)[number]) => number): number =>
      members.reduce((sum, [, peer]) => sum + pick(peer), 0) / Math.max(1, members.length);
    let capacityBytes = 0;
    let usedBytes = 0;
    for (let row = 0; row < neededRows; row++) {
      capacityBytes += use.capacityBytes[row * use.groups + group] as number;
      usedBytes += use.sentBytes[row * use.groups + group] as number;
    }
    return {
      name: totals.group,
      peers: totals.peers,
      downloaders: downloaders.length,
      completed: downloaders.filter(([index]) => times.complete[index] === 1).length,
      upBytesPerSec: mean((peer) => peer.upBytesPerSec),
      downBytesPerSec: mean((peer) => peer.downBytesPerSec),
      sentBytes: totals.sentBytes,
      receivedBytes: totals.receivedBytes,
      wastedBytes: totals.wastedBytes,
      capacityBytes: Math.round(capacityBytes),
      usedBytes,
    };
  });
}

function buildCopies(series: AvailabilitySeries, shownUs: number): ReportCopies {
  const sliceUs = Math.max(1, shownUs) / COPIES_SLICES;
  const min: number[] = [];
  const mean: number[] = [];
  const max: number[] = [];
  const firstUs = series.timeUs[0] ?? series.endUs;
  const first = Math.min(COPIES_SLICES, Math.floor(firstUs / sliceUs));
  let row = -1;
  for (let slice = 0; slice < COPIES_SLICES; slice++) {
    let low = series.min[row] ?? Number.POSITIVE_INFINITY;
    let high = series.max[row] ?? 0;
    const untilUs = slice === COPIES_SLICES - 1 ? shownUs : (slice + 1) * sliceUs;
    while (row + 1 < series.count && (series.timeUs[row + 1] as number) <= untilUs) {
      row++;
      low = Math.min(low, series.min[row] as number);
      high = Math.max(high, series.max[row] as number);
    }
    min.push(Number.isFinite(low) ? low : 0);
    mean.push(round(series.mean[row] ?? 0));
    max.push(high);
  }
  return { count: COPIES_SLICES, sliceUs, first, min, mean, max };
}

function buildGrid(trace: Trace, shownUs: number): ReportGrid {
  const grid = foldCopiesGrid(trace, GRID_SLICES, GRID_ROWS, shownUs);
  return {
    count: grid.slices,
    sliceUs: grid.sliceUs,
    rows: grid.rows,
    piecesPerRow: grid.piecesPerRow,
    maxCopies: grid.copies.reduce((max, copies) => Math.max(max, copies), 0),
    copies: packUint16(grid.copies),
  };
}

function buildCompletion(trace: Trace, times: PeerTimes): ReportCompletion {
  const completedUs = (peer: number): number => times.completedUs[peer] as number;
  const peers = [...trace.header.peers.keys()].filter(
    (peer) => !Number.isNaN(completedUs(peer)) && isDownloader(trace.header.peers[peer] as TracedPeer),
  );
  const boundUs = [...(foldBounds(trace)?.curveUs ?? [])].filter(Number.isFinite);
  return {
    peers: peers.sort((a, b) => completedUs(a) - completedUs(b) || a - b),
    boundUs: boundUs.map(Math.round),
  };
}

function buildUse(trace: Trace, shownUs: number): ReportUse {
  const sliceUs = Math.max(shownUs / USE_SLICES, Math.min(steadySliceUs(trace), shownUs / USE_SLICES_MIN));
  const series = foldUtilisation(trace, Math.max(1, Math.ceil(sliceUs / trace.samples.intervalUs)));
  const count = Math.min(series.rows, Math.ceil(shownUs / series.intervalUs));
  const rates = (bytes: Float64Array): number[][] =>
    trace.header.groups.map((_, group) =>
      Array.from({ length: count }, (__, row) => {
        const lengthUs = Math.min(trace.endUs, (row + 1) * series.intervalUs) - row * series.intervalUs;
        return Math.round(((bytes[row * series.groups + group] as number) / Math.max(1, lengthUs)) * 1e6);
      }),
    );
  return {
    count,
    sliceUs: series.intervalUs,
    sent: rates(series.sentBytes),
    uplink: rates(series.capacityBytes),
  };
}

/** How long a slice must be for the slowest group to send several batches of blocks in it, which count as sent at once. */
function steadySliceUs({ header }: Trace): number {
  const capacities = header.groups.map(() => 0);
  for (const { group, upBytesPerSec } of header.peers) {
    capacities[group] = (capacities[group] as number) + upBytesPerSec;
  }
  const slowest = Math.min(...capacities.filter((capacity) => capacity > 0));
  return Number.isFinite(slowest) ? (STEADY_BYTES * 1e6) / slowest : 0;
}

function nullable(column: Float64Array): (number | null)[] {
  return Array.from(column, nullIfNone);
}

function nullIfNone(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** Four decimals: shown values have fewer, and the page stays small. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
