/**
 * What is chosen, in words: of a peer whom it serves and why, who serves it, what it fetches and asks for next; of a piece who
 * had it from whom, as a tree. Says what the record says, and with the record's own explanations where it has some.
 */
import { formatBytes, formatCount, formatDuration, formatRate } from '../charts/format.ts';
import { element } from '../report/elements.ts';
import type { SwarmDelivery, SwarmHistory, SwarmInstant } from './swarm-history.ts';
import { describePiece, eventSentence, greyReason, pieceName, roleOf, unchokeWords } from './swarm-words.ts';

/** Events of a peer or a piece that are listed. */
const EVENTS = 5;
/** Peers of a family tree that are listed. */
const FAMILY = 400;

export function peerPanel(history: SwarmHistory, instant: SwarmInstant, peer: number): HTMLElement[] {
  const { cast } = history;
  const who = cast.peers[peer];
  const { pieceCount } = cast.torrent;
  if (who === undefined) return [];
  const name = (other: number): string => cast.peers[other]?.id ?? 'somebody outside';
  const traits = [
    who.behaviour === 'honest' ? '' : who.behaviour,
    who.nat === 'open' ? '' : `${who.nat} NAT`,
    who.standsFor > 1 ? `stands for ${formatCount(who.standsFor, 'peer')} that are not drawn` : '',
  ].filter((text) => text !== '');
  const serves = instant.unchokesOf(peer).map(({ remote, reason, sinceUs }) => {
    const wants = instant.isInterested(remote, peer) ? '' : '; it wants nothing now';
    return `${name(remote)}: ${unchokeWords(reason)}, for ${formatDuration(instant.timeUs - sinceUs)}${wants}`;
  });
  const servedBy = [...cast.peers.keys()].flatMap((other) => {
    const unchoke = instant.unchokeOf(other, peer);
    return unchoke === undefined ? [] : [`${name(other)}: ${unchokeWords(unchoke.reason)}`];
  });
  const incoming = instant.transfers.filter(({ to }) => to === peer);
  const outgoing = instant.transfers.filter(({ from }) => from === peer);
  const fetches = incoming.map(
    ({ piece, from, bytesPerSec }) =>
      `${pieceName(cast, piece)} from ${name(from)}, ${formatRate(bytesPerSec)}`,
  );
  const why = history.explain?.({ peer, timeUs: instant.timeUs }) ?? [];
  const picks = history
    .eventsUntil(instant.timeUs, 40, { peer })
    .filter((event) => event.kind === 'picked' && event.peer === peer)
    .slice(0, 3)
    .map((event) => `${formatDuration(event.timeUs)}: ${eventSentence(history, event)}`);
  const waiting = instant.interestsOf(peer) - servedBy.length;
  return [
    element('h3', {}, [[who.id, ...traits].join(' · ')]),
    element('p', {}, [
      `${greyReason(instant, peer) ?? roleOf(instant, peer)}; ${instant.heldCountOf(peer)} of ${formatCount(pieceCount, 'piece')}. ` +
        `Its line: ${formatRate(instant.upOf(peer))} up, ${formatRate(instant.downOf(peer))} down. ` +
        `Sends ${formatRate(total(outgoing))}, receives ${formatRate(total(incoming))}.`,
    ]),
    ...why.flatMap(({ title, sentences }) => list(title, sentences)),
    ...list('It serves', serves, 'Nobody.'),
    ...list(
      'It is served by',
      servedBy,
      instant.interestsOf(peer) > 0 ? 'Nobody: all in whom it is interested choke it.' : 'Nobody.',
    ),
    ...(waiting > 0 && servedBy.length > 0
      ? [element('p', {}, [`It is interested in ${formatCount(waiting, 'more peer')} that choke it.`])]
      : []),
    ...list('It fetches', fetches, instant.isComplete(peer) ? 'Nothing: it has everything.' : 'Nothing now.'),
    ...list('What it picked last', picks),
  ];
}

export function piecePanel(history: SwarmHistory, instant: SwarmInstant, piece: number): HTMLElement[] {
  const family = history.familyOf(piece, instant.timeUs);
  const { pieceLengthBytes, pieceStride, totalBytes } = history.cast.torrent;
  const bytes = Math.min(pieceLengthBytes, totalBytes - piece * pieceStride * pieceLengthBytes);
  const events = history
    .eventsUntil(instant.timeUs, EVENTS, { piece })
    .map((event) => `${formatDuration(event.timeUs)}: ${eventSentence(history, event)}`);
  const under = instant.transfers.filter((transfer) => transfer.piece === piece).length;
  const moving =
    under === 0 ? '' : ` ${formatCount(under, 'peer')} ${under === 1 ? 'fetches' : 'fetch'} it now.`;
  return [
    element('h3', {}, [`${pieceName(history.cast, piece)}, of ${formatBytes(bytes)}`]),
    element('p', {}, [`${describePiece(instant, piece)}.${moving}`]),
    ...familyTree(history, piece, family),
    ...list('What happened to it last', events),
  ];
}

/** Who had it from whom: an item for each holder, below the one that gave it its last block. */
function familyTree(history: SwarmHistory, piece: number, family: readonly SwarmDelivery[]): HTMLElement[] {
  const { cast } = history;
  if (family.length === 0) return [element('p', {}, ['Nobody has had it yet.'])];
  const items = new Map<number, HTMLElement>();
  const lists = new Map<number, HTMLElement>();
  const root = element('ul', { className: 'swarm-family' }, []);
  for (const { peer, from, timeUs } of family.slice(0, FAMILY)) {
    const when = from < 0 ? 'had it from the start' : `at ${formatDuration(timeUs)}`;
    const item = element('li', {}, [`${cast.peers[peer]?.id ?? ''}, ${when}`]);
    if (from >= 0 && history.explain !== undefined) item.append(whyButton(history, piece, peer, timeUs));
    items.set(peer, item);
    const parent = items.get(from);
    if (parent === undefined) {
      root.append(item);
      continue;
    }
    const below = lists.get(from) ?? element('ul', {}, []);
    if (!lists.has(from)) parent.append(below);
    lists.set(from, below);
    below.append(item);
  }
  const more = family.length - FAMILY;
  return [
    element('h4', {}, ['Who had it from whom']),
    root,
    ...(more > 0 ? [element('p', {}, [`${formatCount(more, 'more peer')} had it later.`])] : []),
  ];
}

/** Says, where it stands, why the peer chose the piece and who gave it. */
function whyButton(history: SwarmHistory, piece: number, peer: number, timeUs: number): HTMLElement {
  const button = element('button', { className: 'why' }, ['why?']);
  button.type = 'button';
  button.setAttribute('aria-label', `Why ${history.cast.peers[peer]?.id ?? ''} got it so`);
  button.addEventListener('click', () => {
    const parts = history.explain?.({ peer, piece, timeUs }) ?? [];
    // The first part is about the piece and the peer; the others are about the instant.
    const sentences = parts[0]?.sentences ?? [];
    button.replaceWith(element('span', { className: 'because' }, [` ${sentences.join(' ')}`]));
  });
  return button;
}

function list(title: string, texts: readonly string[], none?: string): HTMLElement[] {
  if (texts.length === 0 && none === undefined) return [];
  const heading = element('h4', {}, [title]);
  if (texts.length === 0) return [heading, element('p', {}, [none ?? ''])];
  return [
    heading,
    element(
      'ul',
      {},
      texts.map((text) => element('li', {}, [text])),
    ),
  ];
}

function total(transfers: readonly { readonly bytesPerSec: number }[]): number {
  return transfers.reduce((sum, { bytesPerSec }) => sum + bytesPerSec, 0);
}
