/** A piece and a peer: why it was chosen, who helped, who gave it, and by which way it came from its origin. */
import type { Joined, Picked } from '../decisions/decisions.ts';
import type { Story } from './story.ts';
import { counted, durationText, listed, rateText, sizeText } from './words.ts';

const RULES: Readonly<Record<string, string>> = {
  'rarest-first': 'as the rarest',
  'random-first': 'by chance, as one of its first pieces',
  random: 'by chance',
  sequential: 'as the first in the order of the content',
  'most-common': 'as the most common',
  'global-rarest': 'as the rarest of the whole swarm',
  suggested: 'because the other suggested it',
  urgent: 'because it was soon to be played',
  'in-window': 'as the rarest of those soon to be played',
};

const JOINS: Readonly<Record<Joined['reason'], string>> = {
  'strict-priority': 'its picker always finishes what is begun first',
  'first-pieces': 'it had too few pieces yet to begin another',
  'many-started': 'too many pieces were begun already',
  'none-rarer': 'nothing that could be started was rarer',
  'none-earlier': 'nothing that could be started came earlier',
  'none-to-start': 'there was nothing else to start with it',
  'none-more-urgent': 'nothing that could be started had as high a priority',
  picked: 'its picker wanted that one next',
  endgame: 'every missing block had been asked for once, so the last ones were asked of several (endgame)',
};

/** Why and when the peer chose the piece, up to `atUs`; of several tries the last. */
export function whyChosen(story: Story, peer: number, piece: number, atUs: number): string[] {
  const picks = story.decisions.picks(peer).filter((pick) => pick.piece === piece && pick.timeUs <= atUs);
  const pick = picks.at(-1);
  if (pick === undefined) return [];
  const again =
    picks.length > 1 ? ` (for the ${picks.length} times that it was begun, this is the last)` : '';
  const sentences = [
    `${story.name(peer)} chose piece ${piece} at ${durationText(pick.timeUs)}, to fetch it from ${story.name(pick.remote)}, ${ruleText(pick)}${again}.`,
  ];
  sentences.push(...reasonsOf(story, peer, pick));
  const joins = story.decisions
    .joins(peer)
    .filter((join) => join.piece === piece && join.timeUs >= pick.timeUs && join.timeUs <= atUs);
  const seen = new Set<string>();
  for (const { remote, reason, timeUs, copies, other } of joins) {
    if (seen.has(`${remote} ${reason}`)) continue;
    seen.add(`${remote} ${reason}`);
    const compared =
      other >= 0 && copies >= 0 ? ` (${counted(copies, 'copy', 'copies')} against ${other})` : '';
    sentences.push(
      `From ${durationText(timeUs)} on it asked ${story.name(remote)} for blocks of it too: ${JOINS[reason]}${compared}.`,
    );
  }
  return sentences;
}

function ruleText({ rule }: Picked): string {
  return RULES[rule] ?? `by the rule "${rule}" of its picker`;
}

function reasonsOf(story: Story, peer: number, { reasons, remote }: Picked): string[] {
  if (reasons === undefined) {
    return story.decisions.keeps(peer)
      ? []
      : [
          'How rare it was then is not in this trace: a run as large as this one keeps the reasons of some peers only.',
        ];
  }
  const { copies, equallyRare, candidates, allowedFast } = reasons;
  const others = equallyRare - 1;
  const sentences = [
    `It then had ${counted(copies, 'copy', 'copies')} among the peers that it was connected to; of the ${counted(candidates, 'piece')} that could be started ${others === 0 ? 'no other was' : others === 1 ? 'one other was' : `${others} others were`} as rare.`,
  ];
  if (allowedFast) {
    sentences.push(
      `${story.name(remote)} had it choked, but allows this piece all the same (allowed fast, BEP 6).`,
    );
  }
  return sentences;
}

/** From whom its blocks came; wanted ones up to `atUs`. */
export function whoGave(story: Story, peer: number, piece: number, atUs: number): string[] {
  const { transfers } = story;
  if (!transfers.keeps(peer)) return story.noTransfers(peer);
  const { columns } = transfers;
  const rows = [...transfers.ofPieceTo(piece, peer)].filter(
    (row) => (columns.firstUs[row] as number) <= atUs,
  );
  if (rows.length === 0) return [];
  const parts = rows.map((row) => {
    const blocks = counted(columns.blocks[row] as number, 'block');
    const rate = transfers.bytesPerSec(row);
    const speed = rate > 0 ? `, ${rateText(rate)}` : '';
    const from = durationText(columns.firstUs[row] as number);
    const to = durationText(columns.lastUs[row] as number);
    return `${blocks} from ${story.name(columns.uploader[row] as number)} (${sizeText(columns.bytes[row] as number)}, ${from} to ${to}${speed})`;
  });
  return [`What came of it: ${listed(parts, 8)}.`];
}

/** What became of the piece: verified when, failed how often. */
export function whatBecame(story: Story, peer: number, piece: number, atUs: number): string[] {
  const failures = story.failures(peer, piece).filter((timeUs) => timeUs <= atUs);
  const sentences: string[] = [];
  if (failures.length > 0) {
    sentences.push(
      `It failed its hash check at ${listed(failures.map(durationText), 5)} and was fetched again, from one peer alone.`,
    );
  }
  const origin = story.origin(peer, piece);
  if (origin === undefined || origin.timeUs > atUs) return sentences;
  if (origin.giver < 0 && !story.cameOver(peer, piece)) {
    sentences.push(`${story.name(peer)} came with it: it was not downloaded.`);
  } else {
    sentences.push(`It was whole and right at ${durationText(origin.timeUs)}.`);
  }
  return sentences;
}

/** The way of the piece from the peer back to whoever came with it. */
export function descent(story: Story, peer: number, piece: number): string[] {
  const steps: string[] = [];
  const seen = new Set<number>();
  let at = peer;
  for (;;) {
    seen.add(at);
    const origin = story.origin(at, piece);
    const giver = origin === undefined ? -1 : story.mainGiver(at, piece);
    if (origin === undefined || giver < 0) {
      const came = origin !== undefined && !story.cameOver(at, piece);
      if (steps.length === 0) return [];
      steps.push(came ? `${story.name(at)} came with it` : `${story.name(at)} had it from outside the run`);
      break;
    }
    steps.push(`${story.name(at)} had it at ${durationText(origin.timeUs)} from ${story.name(giver)}`);
    if (seen.has(giver)) break;
    at = giver;
  }
  return [`The way of piece ${piece}: ${steps.join('; ')}.`];
}
