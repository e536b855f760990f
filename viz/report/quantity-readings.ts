/**
 * One sentence or two for each of the further charts that say what this run's picture shows, computed from its numbers.
 * Text only, so that every claim in a report can be tested.
 */
import { formatCount, formatDuration, formatNumber, formatRate, formatShare } from '../charts/format.ts';
import { quantile, type ReportDistribution } from './distribution.ts';
import type { ReportModel } from './model.ts';

/** "home 9m14s, fibre 2m03s": of each group with a value. */
function byGroup(
  { groups }: ReportModel,
  numberOf: (group: number) => number | null | undefined,
  format: (value: number) => string,
): string {
  return groups
    .flatMap(({ name }, group) => {
      const value = numberOf(group);
      return value === null || value === undefined ? [] : [`${name} ${format(value)}`];
    })
    .join(', ');
}

const median = (distribution: ReportDistribution | undefined): number | null =>
  distribution === undefined || distribution.of === 0 ? null : quantile(distribution, 0.5);

export function readDownloads(model: ReportModel): string {
  const { downloads, milestones } = model.quantities;
  const all = milestones.all.at(-1);
  const half = median(all);
  if (all === undefined || all.of === 0) return 'Nobody had anything to download.';
  if (half === null)
    return `Only ${formatNumber(all.count)} of ${formatCount(all.of, 'downloader')} ever completed.`;
  const medians = byGroup(model, (group) => median(downloads.byGroup[group]), formatDuration);
  const first = `Half of the downloaders were done within ${formatDuration(half)} of their arrival${model.groups.filter(({ downloaders }) => downloaders > 0).length > 1 ? ` (by group: ${medians})` : ''}.`;
  const alone = downloads.server === null ? null : median(downloads.server);
  if (alone === null) return `${first} There was no seed that could have served them alone.`;
  const factor = alone / half;
  return `${first} A server alone would have taken ${formatDuration(alone)}: ${factor >= 1 ? `${formatNumber(factor)} times as long` : `the swarm took ${formatNumber(1 / factor)} times as long`}.`;
}

export function readMilestones({ quantities: { milestones } }: ReportModel): string {
  const [first, , half, , all] = milestones.all.map(median);
  if (first === null || first === undefined) return 'Most downloaders never had a piece.';
  const start = `The median downloader had a first piece ${formatDuration(first)} after its arrival`;
  if (half === null || half === undefined) return `${start} and never held half of the pieces.`;
  if (all === null || all === undefined)
    return `${start}, held half of the pieces after ${formatDuration(half)}, and was never complete.`;
  const second = (all - half) / Math.max(1, all);
  return `${start}, held half of the pieces after ${formatDuration(half)} and all after ${formatDuration(all)}: the second half took ${formatShare(second)} of the time.`;
}

export function readGaps({ quantities: { gaps } }: ReportModel): string {
  const all = median(gaps.all);
  if (all === null) return 'Nobody downloaded two pieces.';
  const start = `The median wait for the next piece was ${formatDuration(all)}`;
  const [first, last] = [median(gaps.first), median(gaps.last)];
  if (first === null || last === null) return `${start}.`;
  const ends = `${formatDuration(first)} among the first ${gaps.edge}, ${formatDuration(last)} among the last`;
  const slow = first > 2 * all ? ': downloads started slowly' : '';
  const stuck = last > 2 * all ? `${slow === '' ? ':' : ', and'} the last pieces were hard to get` : '';
  return `${start}; ${ends}${slow}${stuck}.`;
}

export function readInterest(model: ReportModel): string {
  const { inOthers, ofOthers } = model.quantities.interest;
  const low = (distributions: readonly ReportDistribution[]): string =>
    byGroup(model, (group) => median(distributions[group]), formatShare);
  return `The median downloader was interested in another one for this share of the time they shared: ${low(inOthers)}. Others were interested in it: ${low(ofOthers)}.`;
}

export function readSharing(model: ReportModel): string {
  const { sharing } = model.quantities;
  const ratios = byGroup(
    model,
    (group) => median(sharing.byGroup[group]),
    (value) => formatNumber(value, 2),
  );
  const { uploadFairness } = model.facts;
  const jain =
    uploadFairness === null
      ? 'No downloader sent anything.'
      : `Jain's index of what downloaders sent is ${formatNumber(uploadFairness, 2)}.`;
  return `Median share ratio by group: ${ratios}. ${jain}`;
}

export function readRarity(model: ReportModel): string {
  const { rarity } = model.quantities;
  const sent = model.facts.seedCopies;
  if (rarity.firstFullCopyUs === null)
    return `Some piece was never downloaded by anybody; the first seeds sent ${formatNumber(sent, 2)} copies of the content.`;
  const slice = rarity.seedTimeUs.findLastIndex((us) => us <= (rarity.firstFullCopyUs ?? 0));
  const by = rarity.seedCopies[Math.max(0, slice)] ?? 0;
  return `The first full copy was out at ${formatDuration(rarity.firstFullCopyUs)}, when the first seeds had sent ${formatNumber(by, 2)} copies of the content; in all they sent ${formatNumber(sent, 2)}.`;
}

export function readNeighbours(model: ReportModel): string {
  const { groups } = model.quantities.matrix;
  const present = groups.order.filter((group) => (model.groups[group]?.downloaders ?? 0) > 0);
  const joined = present.reduce((sum, group) => sum + (model.groups[group]?.downloaders ?? 0), 0);
  const parts = present.flatMap((group) => {
    const given = present.reduce((sum, to) => sum + (groups.regularUs[group]?.[to] ?? 0), 0);
    const own = groups.regularUs[group]?.[group] ?? 0;
    const members = model.groups[group]?.downloaders ?? 0;
    if (given === 0 || members < 2 || present.length < 2) return [];
    const chance = (members - 1) / Math.max(1, joined - 1);
    return [
      `${model.groups[group]?.name ?? ''} gave ${formatShare(own / given)} of its regular unchoke time to its own kind (by chance ${formatShare(chance)})`,
    ];
  });
  if (parts.length > 0) return `${parts.join('; ')}.`;
  const total = present.reduce(
    (sum, from) => sum + present.reduce((time, to) => time + (groups.regularUs[from]?.[to] ?? 0), 0),
    0,
  );
  return total === 0
    ? 'No downloader had another one unchoked for what it gave.'
    : `Downloaders had each other unchoked for ${formatDuration(total)} in all, summed over pairs; there is one class of them, so nothing to cluster by.`;
}

export function readChoking(model: ReportModel): string {
  const { leeching, seeding, unchoked, starved } = model.quantities.choking;
  const words = (correlation: number | null): string =>
    correlation === null ? 'cannot be told' : `${formatSigned(correlation)} (${meaningOf(correlation)})`;
  const correlation =
    leeching.pairs > 1
      ? `The correlation of interest and unchokes is ${words(leeching.correlation)} while senders download`
      : `The correlation of interest and unchokes is ${words(seeding.correlation)}`;
  const both =
    leeching.pairs > 1 && seeding.correlation !== null
      ? `, ${formatSigned(seeding.correlation)} once they are complete`
      : '';
  const waits = model.groups.flatMap(({ name }, group) => {
    const [served, waiting] = [unchoked[group] ?? null, starved[group] ?? null];
    return served === null || waiting === null
      ? []
      : [
          `${name} was unchoked by somebody for ${formatShare(served)} and kept waiting for ${formatShare(waiting)}`,
        ];
  });
  return `${correlation}${both}.${waits.length > 0 ? ` Of the time of its downloads, ${waits.join('; ')}.` : ''}`;
}

function meaningOf(correlation: number): string {
  if (correlation > 0.5) return 'who is interested longer is served longer';
  if (correlation > 0.2) return 'who is interested longer is often served longer';
  return correlation < -0.2 ? 'who is interested longer is served less' : 'they hardly go together';
}

function formatSigned(value: number): string {
  const text = formatNumber(Math.abs(value), 2);
  return value < 0 && text !== '0' ? `−${text}` : text;
}

export function readPeerSets(model: ReportModel): string {
  const { degree, most } = model.quantities.peerSets;
  const highest = most.flat().reduce<number>((largest, value) => Math.max(largest, value ?? 0), 0);
  if (highest === 0) return 'Nobody was connected to anybody.';
  const medians = byGroup(
    model,
    (group) => median(degree[group]),
    (value) => formatNumber(value),
  );
  return `Median number of connections of a peer while it was there and anybody needed a piece: ${medians}; at most ${formatCount(highest, 'connection')} at a time.`;
}

export function readRates(model: ReportModel): string {
  const { rates } = model.quantities;
  return `The fastest slice of any peer shown received ${formatRate(rates.mostReceived)}, the fastest sent ${formatRate(rates.mostSent)}, on average over ${formatDuration(rates.sliceUs)}.`;
}

export function readRanks(model: ReportModel): string {
  const { received, sent } = model.quantities.ranks;
  const best = (shares: typeof received, of: number): string =>
    byGroup(model, (group) => shares[group]?.[of - 1], formatShare);
  const gave = best(sent, 5);
  return `The five remotes that gave most accounted for this share of what a downloader got, on average: ${best(received, 5)}.${gave === '' ? '' : ` The five that got most took this share of what it gave: ${gave}.`}`;
}

export function readTraffic(model: ReportModel): string {
  const { traffic } = model.quantities;
  const total = (bytes: readonly number[]): number => bytes.reduce((sum, own) => sum + own, 0);
  const payload = total(traffic.useful);
  if (payload === 0) return 'No payload was received.';
  const vain = total(traffic.wasted) + total(traffic.failedBytes);
  const inVain =
    vain === 0 ? 'nothing came in vain' : `${formatShare(vain / payload)} came in vain on top of it`;
  if (traffic.control === null) return `Of the payload received, ${inVain}.`;
  const control = total(traffic.control.map(total));
  return `For every 100 bytes of payload that were of use, ${formatNumber((control / payload) * 100, 2)} bytes of messages and headers passed between peers; ${inVain}.`;
}
