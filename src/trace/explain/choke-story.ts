/** Why a peer had another choked or unchoked at an instant, from what its choker held of all that wanted a slot. */
import type { ChokeMeasure } from '../../core/decisions.ts';
import type { ChokerState, Judged } from '../decisions/decisions.ts';
import type { Moment, Tie } from './moment.ts';
import type { Story } from './story.ts';
import { counted, durationText, listed, ordinal, rateText, sizeText } from './words.ts';

/** What each measure is called, as what is compared. */
const MEASURED: Readonly<Record<ChokeMeasure, string>> = {
  order: 'the order in which its choker named them',
  'download-rate': 'what each had sent it lately',
  'upload-rate': 'how fast each took',
  'unchoked-at': 'who was unchoked last',
  'from-middle': 'how far each was from the middle of its download',
  owed: 'what it owed to each',
  worth: 'what each gave for what it cost',
};

/** Why one had no rank, by what the choker goes by. */
const NOTHING: Readonly<Record<ChokeMeasure, string>> = {
  order: 'was not named',
  'download-rate': 'had sent it nothing lately',
  'upload-rate': 'had taken nothing lately',
  'unchoked-at': 'waited for its turn',
  'from-middle': 'was not ranked',
  owed: 'had never given it anything',
  worth: 'was not ranked',
};

/** Why `decider` served or did not serve `remote` at `atUs`; `moment` is the decider's then. */
export function whyServed(
  story: Story,
  decider: number,
  remote: number,
  atUs: number,
  moment: Moment,
): string[] {
  const [who, whom] = [story.name(decider), story.name(remote)];
  const at = durationText(atUs);
  const tie = moment.ties.get(remote);
  if (!moment.present) return [`${who} was not there at ${at}.`];
  if (tie === undefined) return [`${who} and ${whom} were not connected at ${at}.`];
  const standing = story.decisions.standings(decider, atUs).get(remote);
  const choker = story.decisions.choker(decider, atUs);
  const serves = tie.servesSinceUs !== undefined;
  const said = serves
    ? `${who} had ${whom} unchoked at ${at}, since ${durationText(tie.servesSinceUs)}`
    : `${who} had ${whom} choked at ${at}`;
  if (!story.decisions.keeps(decider)) {
    return [`${said}. Why is not in this trace: ${noReasons(story)}.`];
  }
  if (choker === undefined) {
    return [`${said}: its choker had not decided anything yet, because nobody wanted anything of it.`];
  }
  const recent = standing !== undefined && standing.timeUs >= tie.sinceUs ? standing : undefined;
  if (serves)
    return [`${said}: ${whyUnchoked(recent, choker)}.`, ...rivals(story, decider, atUs, moment, remote)];
  return [
    `${said}: ${whyChoked(tie, recent, choker, whom)}.`,
    ...rivals(story, decider, atUs, moment, remote),
  ];
}

function whyUnchoked(standing: Judged | undefined, choker: ChokerState): string {
  if (standing === undefined || standing.outcome === undefined) return 'its choker gave it a slot';
  const { rank, measure, value, chance, timeUs } = standing;
  if (chance === 'drawn') {
    const lot = choker.seeding ? 'the slot that goes to one of the waiting' : 'a slot that nobody had earned';
    return `chance gave it ${lot}, drawn at ${durationText(timeUs)}`;
  }
  if (chance === 'kept') return 'it kept the slot that chance had given it';
  if (rank > 0) return rankText(rank, measure, value);
  return `its choker (${choker.choker}) gave it a slot`;
}

function whyChoked(
  tie: Tie,
  standing: Judged | undefined,
  { choker, slots, seeding }: ChokerState,
  whom: string,
): string {
  if (!tie.remoteInterested) return `${whom} wanted nothing of it`;
  if (standing === undefined) {
    return choker === 'never'
      ? 'its choker unchokes nobody'
      : `no slot was free when ${whom} began to want something, and its next round was still to come`;
  }
  const { rank, measure, value, snubbed } = standing;
  const held = `its choker (${choker}) has ${counted(slots, 'slot')}`;
  if (choker === 'never') return 'its choker unchokes nobody';
  if (rank > 0) {
    return `${rankText(rank, measure, value)}, and ${held}`;
  }
  if (snubbed) return `${whom} had sent nothing for long although it was asked (snubbed), and ${held}`;
  if (seeding && measure !== 'upload-rate' && measure !== 'from-middle') {
    return `it has everything and serves those that wait in turn, by chance; ${held}, and the draw had not fallen on ${whom}`;
  }
  if (measure === 'order') return `${held}, and none went to ${whom}`;
  return `${whom} ${NOTHING[measure]}, so it had no rank, and chance drew others; ${held}`;
}

/** "ranked 2nd by what each had sent it lately (17.8 KiB/s)". */
function rankText(rank: number, measure: ChokeMeasure, value: number): string {
  const figure = valueText(measure, value);
  return `ranked ${ordinal(rank)} by ${MEASURED[measure]}${figure === '' ? '' : ` (${figure})`}`;
}

/** Who had the slots. */
function rivals(story: Story, decider: number, atUs: number, moment: Moment, remote: number): string[] {
  const standings = story.decisions.standings(decider, atUs);
  const served = [...moment.ties].filter(
    ([other, tie]) => other !== remote && tie.servesSinceUs !== undefined,
  );
  const wanting = [...moment.ties.values()].filter(({ remoteInterested }) => remoteInterested).length;
  if (served.length === 0) return [`It served nobody else; ${wantingText(wanting)}.`];
  const names = served
    .map(([other]) => ({ other, standing: standings.get(other) }))
    .sort((left, right) => place(left.standing) - place(right.standing) || left.other - right.other)
    .map(({ other, standing }) => `${story.name(other)}${slotText(standing)}`);
  return [`The other slots had ${listed(names)}; ${wantingText(wanting)}.`];
}

function place(standing: Judged | undefined): number {
  return standing === undefined || standing.rank === 0 ? Number.MAX_SAFE_INTEGER : standing.rank;
}

function slotText(standing: Judged | undefined): string {
  if (standing?.outcome === undefined) return '';
  const { rank, measure, value, chance } = standing;
  if (chance !== 'none') return ' (by chance)';
  const figure = valueText(measure, value);
  return rank > 0 ? ` (${ordinal(rank)}${figure === '' ? '' : `, ${figure}`})` : '';
}

/** "95 KiB/s". */
function valueText(measure: ChokeMeasure, value: number): string {
  switch (measure) {
    case 'download-rate':
    case 'upload-rate':
      return rateText(value);
    case 'unchoked-at':
      return `at ${durationText(value * 1000)}`;
    case 'from-middle':
      return `${value} %`;
    case 'owed':
      return sizeText(value);
    case 'worth':
      return String(value / 1000);
    case 'order':
      return '';
  }
}

function wantingText(count: number): string {
  return count === 1 ? 'one peer wanted something of it' : `${count} peers wanted something of it`;
}

function noReasons(story: Story): string {
  const { everyNth } = story.trace.decisions;
  return everyNth === 0
    ? 'it was recorded by an earlier version of swarmlab'
    : `a run as large as this one keeps the reasons of every ${ordinal(everyNth)} peer only`;
}
