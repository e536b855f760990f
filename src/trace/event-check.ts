/**
 * Checks that the events of a trace file speak of peers, pieces and texts that exist, so that folds may index by them.
 */
import type { TraceDescription } from './header-check.ts';
import { type EventColumns, EventKind } from './trace.ts';

type Meaning = 'remote' | 'piece' | 'text';

/** What the columns `a`, `b` and `c` of each kind point at; other columns hold plain numbers. */
const MEANINGS: ReadonlyMap<number, readonly (Meaning | undefined)[]> = new Map([
  [EventKind.joined, []],
  [EventKind.left, [undefined, undefined, 'text']],
  [EventKind.connected, ['remote']],
  [EventKind.disconnected, ['remote', undefined, 'text']],
  [EventKind.unchoked, ['remote']],
  [EventKind.choked, ['remote']],
  [EventKind.interestChanged, ['remote']],
  [EventKind.piecePicked, ['remote', 'piece', 'text']],
  [EventKind.pieceVerified, ['piece', 'remote']],
  [EventKind.pieceFailed, ['piece']],
  [EventKind.snubbed, ['remote']],
  [EventKind.endgameEntered, []],
  [EventKind.completed, []],
  [EventKind.announced, [undefined, undefined, 'text']],
  [EventKind.announceFailed, [undefined, 'text', 'text']],
  [EventKind.storageFailed, [undefined, undefined, 'text']],
  [EventKind.lineChanged, [undefined, undefined, 'text']],
  [EventKind.faultBegan, [undefined, undefined, 'text']],
  [EventKind.faultEnded, [undefined, undefined, 'text']],
]);

/** Events of the world and not of a peer. */
const WORLD_KINDS: ReadonlySet<number> = new Set([EventKind.faultBegan, EventKind.faultEnded]);

/** What is wrong with the first event that does not fit the description, or undefined. */
export function checkEvents(events: EventColumns, description: TraceDescription): string | undefined {
  const { header, strings } = description;
  const limits: Readonly<Record<Meaning, number>> = {
    remote: header.peers.length,
    piece: header.torrent.pieceCount,
    text: strings.length,
  };
  const columns = [events.a, events.b, events.c];
  for (let row = 0; row < events.count; row++) {
    const meanings = MEANINGS.get(events.kind[row] as number);
    if (meanings === undefined) return `event ${row} is of unknown kind ${events.kind[row]}`;
    const peer = events.peer[row] as number;
    const lowestPeer = WORLD_KINDS.has(events.kind[row] as number) ? -1 : 0;
    if (peer < lowestPeer || peer >= header.peers.length) return `event ${row} names an unknown peer ${peer}`;
    for (const [index, meaning] of meanings.entries()) {
      if (meaning === undefined) continue;
      const value = columns[index]?.[row] as number;
      const lowest = meaning === 'remote' ? -1 : 0;
      if (value < lowest || value >= limits[meaning])
        return `event ${row} names an unknown ${meaning} ${value}`;
    }
  }
  return undefined;
}
