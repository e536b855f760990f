/**
 * One sentence or two for each chart that say what this run's picture shows, computed from its numbers. Text only, so
 * that every claim in a report can be tested.
 */
import { formatCount, formatDuration, formatNumber, formatRate, formatShare } from '../charts/format.ts';
import type { ReportModel, ReportTally } from './model.ts';

export function readCopies(model: ReportModel): string {
  const { facts } = model;
  if (facts.fewestCopies === null) return 'No peer that holds pieces was ever there.';
  const fewest = `${formatCount(facts.fewestCopies, 'copy', 'copies')}`;
  if (facts.fewestCopies === 0) {
    return `At ${formatDuration(facts.fewestCopiesUs ?? 0)} a piece had no copy left, while peers still needed it.`;
  }
  if (facts.twoCopiesFromUs === null) {
    return `The rarest piece never rose above ${fewest}: had that one peer left, the swarm could not have finished.`;
  }
  if (facts.fewestCopies >= 2) return `Every piece had at least ${fewest} throughout.`;
  return `No piece ever died out. From ${formatDuration(facts.twoCopiesFromUs)} on every piece had at least two copies, so the swarm no longer hung on any single peer.`;
}

export function readGrid(model: ReportModel): string {
  const { copies } = model;
  const peak = Math.max(0, ...copies.mean);
  const half = copies.mean.findIndex((mean) => mean >= peak / 2);
  if (peak === 0 || half < 0) return 'No piece had a copy at any time.';
  const gaps = copies.max.map((max, slice) => (slice < copies.first ? 0 : max - (copies.min[slice] ?? 0)));
  const gap = Math.max(0, ...gaps);
  const widest = gaps.indexOf(gap);
  const pace =
    gap > peak / 2
      ? `one after another: at ${formatDuration((widest + 1) * copies.sliceUs)} one piece had ${formatNumber(copies.max[widest] ?? 0)} copies while another had ${formatNumber(copies.min[widest] ?? 0)}`
      : `side by side: the most and the least common piece were never more than ${formatCount(gap, 'copy', 'copies')} apart`;
  return `On average pieces reached half of their most copies (${formatNumber(peak / 2)} of ${formatNumber(peak)}) at ${formatDuration((half + 1) * copies.sliceUs)}. They spread ${pace}.`;
}

export function readMap(model: ReportModel): string {
  const total = model.givenPieces.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'No piece was delivered.';
  const bySeeds = model.givenBySeeds;
  const each = bySeeds / model.torrent.pieceCount;
  return `Peers that arrived with the file gave ${formatShare(bySeeds / total)} of the ${formatCount(total, 'piece')} delivered, each piece ${formatNumber(each)} times on average; the crowd gave itself the other ${formatShare(1 - bySeeds / total)}.`;
}

export function readCompletion(model: ReportModel): string {
  const { facts } = model;
  if (facts.downloaders === 0) return 'Nobody had anything to download.';
  if (facts.lastCompletedUs === null)
    return `None of ${formatCount(facts.downloaders, 'downloader')} completed.`;
  const half =
    facts.halfCompletedUs === null
      ? ''
      : `Half of the downloaders were done at ${formatDuration(facts.halfCompletedUs)}, `;
  if (facts.completed < facts.downloaders) {
    const missing = facts.downloaders - facts.completed;
    return `${half === '' ? '' : `${half}but `}${formatCount(missing, 'downloader')} of ${formatNumber(facts.downloaders)} did not complete.`;
  }
  const last = `${half}the last at ${formatDuration(facts.lastCompletedUs)}`;
  const ratio = completionRatio(model);
  return ratio === undefined ? `${last}.` : `${last}: ${ratio.toFixed(2)} times the least possible.`;
}

/** Time from the first arrival to the last completion over its lower bound; undefined where one is missing. */
export function completionRatio(model: ReportModel): number | undefined {
  const { facts } = model;
  if (facts.completed < facts.downloaders || facts.downloaders === 0) return undefined;
  if (facts.lastCompletedUs === null || facts.boundUs === null || facts.firstArrivalUs === null)
    return undefined;
  const least = facts.boundUs - facts.firstArrivalUs;
  return least <= 0 ? undefined : (facts.lastCompletedUs - facts.firstArrivalUs) / least;
}

export function readUse(model: ReportModel): string {
  const used = model.groups.filter((group) => group.capacityBytes > 0);
  if (used.length === 0) return 'No uplink was there to be used.';
  const parts = used.map((group) => `${group.name} ${formatShare(group.usedBytes / group.capacityBytes)}`);
  return `While anybody still needed a piece, the groups used this share of their uplinks: ${parts.join(', ')}. ${readPeak(model)}`;
}

function readPeak({ use }: ReportModel): string {
  const total = (rates: readonly (readonly number[])[], slice: number): number =>
    rates.reduce((sum, group) => sum + (group[slice] ?? 0), 0);
  const sent = Array.from({ length: use.count }, (_, slice) => total(use.sent, slice));
  const most = Math.max(0, ...sent);
  if (most === 0) return 'Nobody sent anything.';
  const slice = sent.indexOf(most);
  return `The swarm sent most at ${formatDuration(slice * use.sliceUs)}: ${formatRate(most)}, when its uplinks together had ${formatRate(total(use.uplink, slice))}.`;
}

export function readPresence(model: ReportModel): string {
  const { presence, facts } = model;
  const having = (letters: string): number =>
    presence.states.filter((states) => [...states].some((letter) => letters.includes(letter))).length;
  const { endUs } = model;
  const throughout = presence.states.filter(
    (states, row) => /^[dsmc]+$/.test(states) && presence.timesUs[row]?.at(-1) === endUs,
  ).length;
  const shown = presence.peers.length;
  const of =
    presence.peerStride > 1
      ? `${formatNumber(shown)} peers shown of ${formatNumber(facts.joined)}`
      : formatCount(facts.joined, 'peer');
  const parts = [
    ...(having('a') > 0
      ? [`${having('a')} ${having('a') === 1 ? 'was' : 'were'} switched off for a time`]
      : []),
    ...(having('x') > 0 ? [`${having('x')} crashed`] : []),
    ...(having('c') > 0 ? [`${having('c')} used up a data cap`] : []),
    ...(having('l') > 0 ? [`${having('l')} left for good`] : []),
  ];
  const stayed =
    throughout === shown
      ? 'all stayed from their arrival to the end of the run'
      : throughout === 0
        ? 'none stayed from its arrival to the end of the run'
        : `${throughout} stayed from ${throughout === 1 ? 'its' : 'their'} arrival to the end of the run`;
  return `Of ${of}, ${[stayed, ...parts].join(', ')}.`;
}

export function readHappened(model: ReportModel): string {
  const { events, eventsLeftOut, labels, tallies } = model.happenings;
  const count = events.length + eventsLeftOut;
  const peersIn = (what: ReportTally['what']): number =>
    tallies.reduce((sum, tally) => sum + (tally.what === what ? tally.times : 0), 0);
  const crashed = peersIn('crashed');
  const off = peersIn('switched off');
  const parts = [
    ...(count > 0
      ? [
          `the scenario made ${formatCount(count, 'event')}${labels.length < count ? ` of ${formatCount(labels.length, 'kind')}` : ''}`,
        ]
      : []),
    ...(off > 0 ? [`machines were switched off ${formatCount(off, 'time')}`] : []),
    ...(crashed > 0 ? [`machines crashed ${formatCount(crashed, 'time')}`] : []),
  ];
  const text = parts.length === 0 ? 'only lines changed' : parts.join(', ');
  const numbers = count > 0 ? ' Its events stand with their numbers over the charts of time.' : '';
  const more = eventsLeftOut > 0 ? ` The last ${eventsLeftOut} are in events.csv only.` : '';
  return `In this run ${text}.${numbers}${more}`;
}

export function readPopulation(model: ReportModel): string {
  const { timeUs, leechers, seeds, away } = model.population;
  const most = Math.max(0, ...leechers);
  if (most === 0) return 'There was never a leecher.';
  const at = timeUs[leechers.indexOf(most)] ?? 0;
  const last = timeUs.length - 1;
  const mostAway = Math.max(0, ...away);
  const absent =
    mostAway === 0
      ? ''
      : ` Most were away at ${formatDuration(timeUs[away.indexOf(mostAway)] ?? 0)}: ${mostAway} of those that had come.`;
  return `The crowd was largest at ${formatDuration(at)}, with ${formatCount(most, 'leecher')}.${absent} At the end ${formatCount(seeds[last] ?? 0, 'seed')} and ${formatCount(leechers[last] ?? 0, 'leecher')} were there.`;
}

/** "All 4 expectations held", "1 of 4 expectations failed", or that there was none. */
export function readVerdict(model: ReportModel): string {
  const { verdicts } = model.info;
  const failed = verdicts.filter((verdict) => verdict.outcome !== 'held').length;
  if (verdicts.length === 0) return 'Nothing was expected of this run';
  if (failed > 0) return `${failed} of ${formatCount(verdicts.length, 'expectation')} failed`;
  return verdicts.length === 1 ? 'The expectation held' : `All ${verdicts.length} expectations held`;
}
