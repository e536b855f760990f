/**
 * Why things went as they did in a run, in plain sentences, from what its trace recorded. Pure: works in a page as well.
 *
 * How to use it: make one `Story` of a trace and keep it (its indices are made once, when they are first needed), then ask
 * as often as you like:
 *
 *     const story = new Story(trace);
 *     explain(story, { peer: 3, piece: 12 })                    // why chosen, who gave it, its way from its origin
 *     explain(story, { peer: 3, atUs: 310e6 })                  // what it did or waited for, who served it and why
 *     explain(story, { peer: 3, atUs: 310e6, remote: 0 })       // why each had the other choked or unchoked
 *     explain(story, { peer: 3 })                               // its course, and its longest wait
 *
 * Peers and pieces are indices; they have to exist. The answer is a list of parts, each with a heading and sentences. A trace
 * that does not hold a reason (an earlier version, a run so large that it keeps a part) says so in a sentence.
 */
import { EventKind } from '../trace.ts';
import { whyServed } from './choke-story.ts';
import { type Moment, momentAt } from './moment.ts';
import { descent, whatBecame, whoGave, whyChosen } from './piece-story.ts';
import type { Story } from './story.ts';
import { longestWait, whatHappened } from './wait-story.ts';
import { counted, durationText, listed, sizeText } from './words.ts';

export { Story } from './story.ts';

export interface Question {
  readonly peer: number;
  readonly piece?: number | undefined;
  /** An instant of the run, in microseconds. */
  readonly atUs?: number | undefined;
  readonly remote?: number | undefined;
}

export interface ExplainedPart {
  readonly title: string;
  readonly sentences: readonly string[];
}

/** Whom it names one by one where nobody in particular was asked about. */
const MOST_NAMED = 5;

export function explain(story: Story, { peer, piece, atUs, remote }: Question): ExplainedPart[] {
  // At its very end everybody leaves.
  const endUs = Math.max(0, story.trace.endUs - 1);
  const parts: ExplainedPart[] = [];
  if (piece !== undefined) parts.push(...ofPiece(story, peer, piece, atUs ?? endUs));
  if (atUs !== undefined || remote !== undefined) {
    const instantUs = atUs ?? lastTogether(story, peer, remote as number) ?? endUs;
    const moment = momentAt(story.trace, peer, instantUs);
    if (piece === undefined || remote === undefined) {
      parts.push({
        title: `${story.name(peer)} at ${durationText(instantUs)}`,
        sentences: whatHappened(story, peer, instantUs, moment),
      });
    }
    parts.push(...ofSlots(story, peer, instantUs, moment, remote));
  }
  if (parts.length === 0) parts.push(...ofCourse(story, peer));
  return parts.filter(({ sentences }) => sentences.length > 0);
}

function ofPiece(story: Story, peer: number, piece: number, atUs: number): ExplainedPart[] {
  const sentences = [
    ...whyChosen(story, peer, piece, atUs),
    ...whoGave(story, peer, piece, atUs),
    ...whatBecame(story, peer, piece, atUs),
  ];
  const origin = story.origin(peer, piece);
  if (origin === undefined || origin.timeUs > atUs) {
    sentences.push(`${story.name(peer)} did not have piece ${piece} at ${durationText(atUs)}.`);
    sentences.push(whoHad(story, peer, piece, atUs));
  }
  return [
    { title: `Piece ${piece} and ${story.name(peer)}`, sentences },
    {
      title: `Where piece ${piece} came from`,
      sentences: origin === undefined || origin.timeUs > atUs ? [] : descent(story, peer, piece),
    },
  ];
}

/** Who could have given a piece that the peer lacked. */
function whoHad(story: Story, peer: number, piece: number, atUs: number): string {
  const { present, ties } = momentAt(story.trace, peer, atUs);
  if (!present) return 'It was not there then.';
  const holders = [...ties].filter(([remote]) => {
    const origin = remote < 0 ? undefined : story.origin(remote, piece);
    return origin !== undefined && origin.timeUs <= atUs;
  });
  if (holders.length === 0) return 'Nobody that it was connected to had it either.';
  const serving = holders.filter(([, { servedSinceUs }]) => servedSinceUs !== undefined);
  const have = `Of those that it was connected to, ${listed(holders.map(([remote]) => story.name(remote)))} had it`;
  return serving.length === 0
    ? `${have}; all of them had it choked.`
    : `${have}; ${listed(serving.map(([remote]) => story.name(remote)))} had it unchoked.`;
}

function ofSlots(
  story: Story,
  peer: number,
  atUs: number,
  moment: Moment,
  remote: number | undefined,
): ExplainedPart[] {
  if (!moment.present) return [];
  const who = story.name(peer);
  if (remote !== undefined) {
    const other = story.name(remote);
    return [
      {
        title: `Whether ${other} served ${who}`,
        sentences:
          remote < 0 ? [] : whyServed(story, remote, peer, atUs, momentAt(story.trace, remote, atUs)),
      },
      {
        title: `Whether ${who} served ${other}`,
        sentences: whyServed(story, peer, remote, atUs, moment),
      },
    ];
  }
  const wanted = [...moment.ties].filter(([other, tie]) => other >= 0 && tie.interested);
  const first = [...wanted].sort(
    ([, left], [, right]) =>
      Number(right.servedSinceUs !== undefined) - Number(left.servedSinceUs !== undefined),
  );
  const serving = [...moment.ties].filter(([, tie]) => tie.servesSinceUs !== undefined);
  const firstSentence = (decider: number, other: number): string =>
    whyServed(
      story,
      decider,
      other,
      atUs,
      decider === peer ? moment : momentAt(story.trace, decider, atUs),
    )[0] ?? '';
  return [
    {
      title: `Who served ${who}, and who did not`,
      sentences: first.slice(0, MOST_NAMED).map(([other]) => firstSentence(other, peer)),
    },
    {
      title: `Whom ${who} served`,
      sentences: serving.slice(0, MOST_NAMED).map(([other]) => firstSentence(peer, other)),
    },
  ];
}

/** Its whole course in a few sentences. */
function ofCourse(story: Story, peer: number): ExplainedPart[] {
  const { trace } = story;
  const who = story.name(peer);
  const last = momentAt(trace, peer, trace.endUs);
  const received = trace.totals.receivedBytes[peer] as number;
  const sent = trace.totals.sentBytes[peer] as number;
  const { pieceCount } = trace.header.torrent;
  const sentences = [
    last.presence === undefined
      ? `${who} never came.`
      : `${who} had ${last.held.size} of ${counted(pieceCount, 'piece')} at the end${last.completeSinceUs === undefined ? '' : `, all of them since ${durationText(last.completeSinceUs)}`}; it had received ${sizeText(received)} and sent ${sizeText(sent)}.`,
  ];
  const givers = mainPartners(story, peer);
  if (givers.length > 0) sentences.push(`Most of what it received came from ${listed(givers)}.`);
  const wait = longestWait(story, peer);
  if (wait === undefined) return [{ title: `The course of ${who}`, sentences }];
  const middleUs = Math.floor((wait.fromUs + wait.toUs) / 2);
  return [
    { title: `The course of ${who}`, sentences },
    {
      title: `The longest wait of ${who}`,
      sentences: [
        `From ${durationText(wait.fromUs)} to ${durationText(wait.toUs)} nothing came (${durationText(wait.toUs - wait.fromUs)}).`,
        ...whatHappened(story, peer, middleUs, momentAt(trace, peer, middleUs)),
      ],
    },
  ];
}

function mainPartners(story: Story, peer: number): string[] {
  const { count, uploader, downloader, bytes } = story.trace.pairs;
  const given: { readonly uploader: number; readonly bytes: number }[] = [];
  for (let row = 0; row < count; row++) {
    if (downloader[row] !== peer || bytes[row] === 0) continue;
    given.push({ uploader: uploader[row] as number, bytes: bytes[row] as number });
  }
  given.sort((left, right) => right.bytes - left.bytes || left.uploader - right.uploader);
  return given.slice(0, 3).map((each) => `${story.name(each.uploader)} (${sizeText(each.bytes)})`);
}

/** When the two were last connected; undefined: never. */
function lastTogether(story: Story, peer: number, remote: number): number | undefined {
  const { events } = story.trace;
  for (let row = events.count - 1; row >= 0; row--) {
    // Of a pair whose connection ended, the instant before that.
    if (events.peer[row] !== peer || events.a[row] !== remote) continue;
    const kind = events.kind[row];
    if (kind === EventKind.disconnected) return Math.max(0, (events.timeUs[row] as number) - 1);
    if (kind === EventKind.connected) return Math.max(0, story.trace.endUs - 1);
  }
  return undefined;
}
