/** Peers, their states and what happens to them, in plain words. Text only. */
import { formatCount, formatDuration, formatRate, formatShare } from '../charts/format.ts';
import type {
  SwarmCast,
  SwarmEvent,
  SwarmHistory,
  SwarmInstant,
  SwarmUnchokeReason,
} from './swarm-history.ts';

/** The number of a piece in its torrent. */
export function pieceName({ torrent }: SwarmCast, piece: number): string {
  return `piece ${piece * torrent.pieceStride}`;
}

/** In one or two words: what a peer is at this instant. */
export function roleOf(instant: SwarmInstant, peer: number): string {
  const presence = instant.presenceOf(peer);
  if (presence === 'waiting') return WAITING;
  if (presence === 'left') return 'left';
  if (presence === 'crashed') return 'crashed';
  if (presence === 'away') return 'switched off';
  if (instant.isCapped(peer)) return 'cap used up';
  if (instant.isComplete(peer)) return 'seed';
  return isStarved(instant, peer) ? 'choked by all' : 'leecher';
}

/** Of one that has not come yet. */
export const WAITING = 'not here yet';

/** It wants something, and nobody serves it. */
export function isStarved(instant: SwarmInstant, peer: number): boolean {
  return (
    instant.thereOf(peer) === 1 &&
    !instant.isComplete(peer) &&
    instant.interestsOf(peer) > 0 &&
    instant.unchokersOf(peer) === 0
  );
}

/** Why a peer is drawn in grey; undefined for one that is drawn in colours. */
export function greyReason(instant: SwarmInstant, peer: number): string | undefined {
  const presence = instant.presenceOf(peer);
  if (presence === 'there') return instant.isCapped(peer) ? 'data cap used up' : undefined;
  if (presence === 'waiting') return WAITING;
  const role = roleOf(instant, peer);
  const reason = instant.absenceOf(peer);
  if (reason === '') return role;
  return reason.startsWith(role) ? reason : `${role}: ${reason}`;
}

/** A sentence for those who do not see the ring. */
export function describePeer({ cast }: SwarmHistory, instant: SwarmInstant, peer: number): string {
  const { pieceCount } = cast.torrent;
  const who = cast.peers[peer];
  const held = `${instant.heldCountOf(peer)} of ${formatCount(pieceCount, 'piece')}`;
  const behaviour = who === undefined || who.behaviour === 'honest' ? '' : `, ${who.behaviour}`;
  return `${who?.id ?? ''}${behaviour}: ${greyReason(instant, peer) ?? roleOf(instant, peer)}, ${held}`;
}

/** "home-3 got piece 17 from seed": what happened, without when. */
export function eventSentence({ cast }: SwarmHistory, event: SwarmEvent): string {
  const name = (peer: number): string => cast.peers[peer]?.id ?? 'somebody outside';
  const who = name(event.peer);
  const other = name(event.remote);
  const piece = pieceName(cast, event.piece);
  switch (event.kind) {
    case 'joined':
      return `${who} comes`;
    case 'left':
      return event.text === '' ? `${who} goes` : `${who} goes: ${event.text}`;
    case 'unchoked':
      return `${who} unchokes ${other} (${UNCHOKES[event.text as SwarmUnchokeReason] ?? event.text})`;
    case 'choked':
      return `${who} chokes ${other}`;
    case 'picked':
      return `${who} picks ${piece} from ${other}: ${event.text}`;
    case 'verified':
      return event.remote < 0 ? `${who} holds ${piece}` : `${who} has ${piece}, its last block from ${other}`;
    case 'failed':
      return `${who}: ${piece} fails its check`;
    case 'snubbed':
      return `${who} is snubbed by ${other}: it unchokes and sends nothing`;
    case 'endgame':
      return `${who} is in its endgame: every missing block is asked for`;
    case 'completed':
      return `${who} is complete`;
    case 'line':
      return `${who}: its line changes (${LINES[event.text] ?? event.text})`;
    case 'fault began':
      return `begins: ${event.text}`;
    case 'fault ended':
      return `is over: ${event.text}`;
  }
}

const UNCHOKES: Readonly<Record<SwarmUnchokeReason, string>> = {
  regular: 'earned',
  optimistic: 'optimistic: for nothing',
  seed: "a seed's turn",
};

const LINES: Readonly<Record<string, string>> = {
  cap: 'data cap used up',
  'cap renewed': 'data cap renewed',
  schedule: 'timetable',
  fault: 'an event of the scenario',
};

/** Why a slot is whose, in words. */
export function unchokeWords(reason: SwarmUnchokeReason): string {
  return UNCHOKES[reason];
}

/** "12 of 30 peers hold it" and so on, for a piece at an instant. */
export function describePiece(instant: SwarmInstant, piece: number): string {
  const copies = formatCount(instant.copiesOf(piece), 'copy', 'copies');
  const rare = instant.copiesOf(piece) === instant.fewestCopies ? ', as rare as any' : '';
  return `${copies} at ${formatDuration(instant.timeUs)}${rare}`;
}

/** The swarm in one sentence. */
export function describeSwarm(history: SwarmHistory, instant: SwarmInstant): string {
  const { peers, torrent } = history.cast;
  let there = 0;
  let seeds = 0;
  let starved = 0;
  let grey = 0;
  for (const peer of peers.keys()) {
    there += instant.thereOf(peer);
    seeds += instant.completeOf(peer);
    if (isStarved(instant, peer)) starved++;
    const presence = instant.presenceOf(peer);
    if (presence === 'away' || presence === 'crashed' || (presence === 'there' && instant.isCapped(peer)))
      grey++;
  }
  const hasCrowds = peers.some(({ standsFor }) => standsFor > 1);
  const rate = instant.transfers.reduce((sum, { bytesPerSec }) => sum + bytesPerSec, 0);
  const parts = [
    `${formatCount(there, 'peer')} here`,
    `${formatCount(seeds, 'seed')}`,
    ...(starved > 0 ? [`${starved} choked by all`] : []),
    ...(grey > 0 ? [`${grey} off or capped`] : []),
    `${instant.transfers.length === 0 ? 'nothing moves' : `${formatRate(rate)} ${hasCrowds ? 'to and from those drawn' : 'in all'}`}`,
  ];
  return `${parts.join(' · ')}. ${rarestSentence(instant, torrent.pieceCount, history)}`;
}

function rarestSentence(instant: SwarmInstant, pieceCount: number, { cast }: SwarmHistory): string {
  const { fewestCopies, rarestCount } = instant;
  if (rarestCount === pieceCount) {
    return fewestCopies === 0
      ? 'No peer that is here holds anything.'
      : `Every piece has ${formatCount(fewestCopies, 'copy', 'copies')}.`;
  }
  const share = formatShare(rarestCount / pieceCount);
  const copies = fewestCopies === 0 ? 'no copy at all' : formatCount(fewestCopies, 'copy', 'copies');
  if (rarestCount > 1) return `Rarest: ${formatCount(rarestCount, 'piece')} (${share}) with ${copies}.`;
  const piece = rarestPieces(instant, pieceCount, 1)[0] ?? 0;
  if (fewestCopies !== 1) return `Rarest: ${pieceName(cast, piece)}, ${copies}.`;
  const holder = [...cast.peers.keys()].find(
    (peer) => instant.presenceOf(peer) === 'there' && instant.has(peer, piece),
  );
  return `Rarest: ${pieceName(cast, piece)}, one copy${holder === undefined ? '' : `, with ${cast.peers[holder]?.id}`}.`;
}

/** The first so many of the rarest pieces. */
export function rarestPieces(instant: SwarmInstant, pieceCount: number, most: number): number[] {
  const found: number[] = [];
  const fewest = instant.fewestCopies;
  for (let piece = 0; piece < pieceCount && found.length < most; piece++) {
    if (instant.copiesOf(piece) === fewest) found.push(piece);
  }
  return found;
}
