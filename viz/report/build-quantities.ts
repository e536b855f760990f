/** The further quantities of a report, read off a trace; what several of them need is folded once. */
import { foldAttention } from '../../src/trace/metrics/attention.ts';
import { foldPeerPairs } from '../../src/trace/metrics/peer-pairs.ts';
import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { buildDownloads, buildGaps, buildMilestones } from './build-downloads.ts';
import { buildChoking, buildInterest, buildMatrix, buildRanks, buildSharing } from './build-exchange.ts';
import { buildPeerSets, buildRates, buildTraffic } from './build-lines.ts';
import { buildRarity } from './build-rarity.ts';
import type { ReportQuantities } from './model-quantities.ts';

export function buildQuantities(
  trace: Trace,
  times: PeerTimes,
  shownUs: number,
  neededUntilUs: number,
): ReportQuantities {
  const attention = foldAttention(trace);
  const pairs = foldPeerPairs(trace);
  return {
    downloads: buildDownloads(trace, times),
    rarity: buildRarity(trace, shownUs),
    milestones: buildMilestones(trace, times),
    interest: buildInterest(trace, attention),
    sharing: buildSharing(trace, times),
    choking: buildChoking(trace, times, attention, pairs),
    matrix: buildMatrix(trace, times, pairs),
    peerSets: buildPeerSets(trace, shownUs, neededUntilUs),
    rates: buildRates(trace, times, shownUs),
    gaps: buildGaps(trace),
    ranks: buildRanks(trace),
    traffic: buildTraffic(trace),
  };
}
