/** How rare pieces were over time, and what the first seeds had sent by then. */
import { Holdings } from '../../src/trace/metrics/holdings.ts';
import { foldPieceTimes } from '../../src/trace/metrics/piece-times.ts';
import { distributedCopies } from '../../src/trace/metrics/series-folds.ts';
import { EventKind, type Trace } from '../../src/trace/trace.ts';
import type { ReportRarity } from './model-quantities.ts';

const SLICES = 480;

export function buildRarity(trace: Trace, shownUs: number): ReportRarity {
  const { events } = trace;
  const sliceUs = Math.max(1, shownUs) / SLICES;
  const holdings = new Holdings(trace);
  const distributed: number[] = [];
  const rarest: number[] = [];
  let first = SLICES;
  let row = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    const untilUs = slice === SLICES - 1 ? shownUs : (slice + 1) * sliceUs;
    let least = first < SLICES ? distributedCopies(holdings) : Number.POSITIVE_INFINITY;
    for (; row < events.count && (events.timeUs[row] as number) <= untilUs; row++) {
      const changed = holdings.apply(row);
      if (events.kind[row] === EventKind.joined) first = Math.min(first, slice);
      // What happens at one instant counts as one change.
      if (changed && events.timeUs[row + 1] !== events.timeUs[row]) {
        least = Math.min(least, distributedCopies(holdings));
      }
    }
    distributed.push(Number.isFinite(least) ? round(least) : 0);
    rarest.push(holdings.rarestCount);
  }
  const { firstUs } = foldPieceTimes(trace);
  const fullUs = firstUs.reduce((latest, timeUs) => Math.max(latest, timeUs), 0);
  return {
    count: SLICES,
    sliceUs,
    first,
    distributed,
    rarest,
    ...seedCopiesOver(trace, shownUs),
    firstFullCopyUs: Number.isNaN(fullUs) ? null : fullUs,
  };
}

function seedCopiesOver(
  { header, samples, endUs }: Trace,
  shownUs: number,
): Pick<ReportRarity, 'seedTimeUs' | 'seedCopies'> {
  const seeds = [...header.peers.keys()].filter((peer) => header.peers[peer]?.have === 'all');
  const peers = header.peers.length;
  const rows = Math.min(samples.rows, Math.ceil(shownUs / samples.intervalUs));
  const step = Math.max(1, Math.ceil(rows / SLICES));
  const seedTimeUs = [0];
  const seedCopies = [0];
  let sentBytes = 0;
  for (let row = 0; row < rows; row++) {
    for (const seed of seeds) sentBytes += samples.sent[row * peers + seed] as number;
    if ((row + 1) % step !== 0 && row + 1 !== rows) continue;
    seedTimeUs.push(Math.min(endUs, (row + 1) * samples.intervalUs));
    seedCopies.push(round(sentBytes / header.torrent.totalBytes));
  }
  return { seedTimeUs, seedCopies };
}

/** Four decimals: shown values have fewer, and the page stays small. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
