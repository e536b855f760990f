/** What a peer was doing at an instant, and what it waited for when nothing came; and its longest wait. */
import { EventKind } from '../trace.ts';
import { type Moment, momentAt } from './moment.ts';
import type { Story } from './story.ts';
import { counted, durationText, listed, rateText } from './words.ts';

export function whatHappened(story: Story, peer: number, atUs: number, moment: Moment): string[] {
  const who = story.name(peer);
  const at = durationText(atUs);
  const { presence, present, held, ties, completeSinceUs } = moment;
  if (presence === undefined) return [`${who} had not come yet at ${at}.`];
  if (!present) {
    const since = durationText(presence.sinceUs);
    return [
      `${who} was not there at ${at}: it had left at ${since}${presence.reason === '' ? '' : ` (${presence.reason})`}.`,
    ];
  }
  const { pieceCount } = story.trace.header.torrent;
  const sentences = [
    `At ${at} ${who} had ${held.size} of ${counted(pieceCount, 'piece')} and was connected to ${counted(ties.size, 'peer')}.`,
  ];
  if (held.size === pieceCount) {
    const came = story.trace.header.peers[peer]?.have === 'all';
    const since = completeSinceUs === undefined ? '' : ` since ${durationText(completeSinceUs)}`;
    return [
      ...sentences,
      `It ${came ? 'had come with everything' : `was complete${since}`} and waited for nothing.`,
    ];
  }
  const receiving = receivedAt(story, peer, atUs);
  if (receiving.length > 0) return [...sentences, `It was receiving ${listed(receiving, 8)}.`];
  return [...sentences, whyNothing(story, moment)];
}

function receivedAt(story: Story, peer: number, atUs: number): string[] {
  const { transfers } = story;
  if (!transfers.keeps(peer)) return [];
  const { downloader, uploader, piece, bytes } = transfers.columns;
  return transfers
    .between(atUs, atUs)
    .filter((row) => downloader[row] === peer && (bytes[row] as number) > 0)
    .map((row) => {
      const rate = transfers.bytesPerSec(row);
      const speed = rate > 0 ? ` at ${rateText(rate)}` : '';
      return `piece ${piece[row]} from ${story.name(uploader[row] as number)}${speed}`;
    });
}

function whyNothing(story: Story, { ties }: Moment): string {
  if (ties.size === 0) return 'Nothing was coming in: it was connected to nobody.';
  const wanted = [...ties].filter(([, { interested }]) => interested);
  if (wanted.length === 0) {
    return 'Nothing was coming in: nobody that it was connected to had a piece that it lacked.';
  }
  const serving = wanted.filter(([, { servedSinceUs }]) => servedSinceUs !== undefined);
  const names = (list: typeof wanted): string => listed(list.map(([remote]) => story.name(remote)));
  if (serving.length > 0) {
    return `Nothing was coming in at that instant although ${names(serving)} had it unchoked: what it had asked for was still to be sent, or it asked for nothing, its line, a limit or its disk being full.`;
  }
  const one = wanted.length === 1;
  return `Nothing was coming in: ${one ? 'the one peer' : `all ${wanted.length} peers`} that it wanted something of (${names(wanted)}) had it choked.`;
}

/** The longest time in which nothing came while it was there and lacked something. */
export function longestWait(story: Story, peer: number): { fromUs: number; toUs: number } | undefined {
  const { transfers, trace } = story;
  if (!transfers.keeps(peer)) return undefined;
  const { events, endUs, header } = trace;
  if (header.peers[peer]?.have === 'all') return undefined;
  let busyUntilUs: number | undefined;
  let longest: { fromUs: number; toUs: number } | undefined;
  const waited = (toUs: number): void => {
    if (busyUntilUs === undefined || toUs <= busyUntilUs) return;
    if (longest === undefined || toUs - busyUntilUs > longest.toUs - longest.fromUs) {
      longest = { fromUs: busyUntilUs, toUs };
    }
  };
  const changes = presenceChanges(story, peer);
  const { firstUs, lastUs, bytes } = transfers.columns;
  let next = 0;
  const upTo = (untilUs: number): void => {
    for (; next < changes.length && (changes[next]?.timeUs as number) <= untilUs; next++) {
      const { timeUs, there } = changes[next] as (typeof changes)[number];
      if (there) busyUntilUs = Math.max(busyUntilUs ?? 0, timeUs);
      else {
        waited(timeUs);
        busyUntilUs = undefined;
      }
    }
  };
  for (const row of transfers.to(peer)) {
    if ((bytes[row] as number) === 0) continue;
    upTo(firstUs[row] as number);
    waited(firstUs[row] as number);
    if (busyUntilUs !== undefined) busyUntilUs = Math.max(busyUntilUs, lastUs[row] as number);
  }
  upTo(Number.POSITIVE_INFINITY);
  const isComplete = momentAt(trace, peer, events.count === 0 ? 0 : endUs).completeSinceUs !== undefined;
  if (!isComplete) waited(endUs);
  return longest;
}

/** When it came, went, and had everything: from then on it waits for nothing. */
function presenceChanges(story: Story, peer: number): { timeUs: number; there: boolean }[] {
  const { events } = story.trace;
  const changes: { timeUs: number; there: boolean }[] = [];
  for (let row = 0; row < events.count; row++) {
    if (events.peer[row] !== peer) continue;
    const kind = events.kind[row];
    const there = kind === EventKind.joined;
    if (there || kind === EventKind.left || kind === EventKind.completed) {
      changes.push({ timeUs: events.timeUs[row] as number, there });
    }
  }
  return changes;
}
