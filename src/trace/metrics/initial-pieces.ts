/**
 * Which pieces a peer held at the beginning and at the end, for those that are neither empty nor complete. A peer says
 * what it finds on its disk when it arrives; before its first departure that is what it came with.
 */
import { Departure, EventKind, type Trace } from '../trace.ts';

/** Of each peer that arrived with some of the content, one byte a piece, 1 for those it had; undefined for others. */
export function foldInitialPieces(trace: Trace): readonly (Uint8Array | undefined)[] {
  const { events, header } = trace;
  const pieces = header.peers.map(({ have }) =>
    have === 'some' ? new Uint8Array(header.torrent.pieceCount) : undefined,
  );
  if (pieces.every((own) => own === undefined)) return pieces;
  const wentAway = new Uint8Array(header.peers.length);
  for (let row = 0; row < events.count; row++) {
    const peer = events.peer[row] as number;
    if (events.kind[row] === EventKind.left) wentAway[peer] = 1;
    const found = events.kind[row] === EventKind.pieceVerified && events.b[row] === -1;
    const own = pieces[peer];
    if (found && own !== undefined && wentAway[peer] === 0) own[events.a[row] as number] = 1;
  }
  return pieces;
}

/**
 * What a peer held when the run ended, one byte a piece. Of one that was away then, what it held when it went; a crash may
 * have cost it some of that, which shows only when it comes back.
 */
export function piecesAtEnd(trace: Trace, peer: number): Uint8Array {
  const { events, header } = trace;
  const held = new Uint8Array(header.torrent.pieceCount);
  if (header.peers[peer]?.have === 'all') held.fill(1);
  let away = false;
  for (let row = 0; row < events.count; row++) {
    if (events.peer[row] !== peer) continue;
    const kind = events.kind[row];
    if (kind === EventKind.left && events.a[row] !== Departure.endOfRun) away = true;
    if (kind === EventKind.joined && away) {
      // It says anew what it has.
      held.fill(0);
      away = false;
    }
    if (kind === EventKind.pieceVerified) held[events.a[row] as number] = 1;
  }
  return held;
}
