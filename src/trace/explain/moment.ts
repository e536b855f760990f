/**
 * A peer at an instant, as the events up to then tell it: whether it is there, what it holds, whom it is connected to, who
 * wants something of whom and who serves whom. Read off the trace from its start.
 */
import { EventKind, type Trace } from '../trace.ts';

/** A connection of the peer; what it holds of the remote, and the remote of it. */
export interface Tie {
  readonly sinceUs: number;
  /** The peer wants something of the remote, and the other way round. */
  readonly interested: boolean;
  readonly remoteInterested: boolean;
  /** Since when the peer serves the remote, and the other way round; undefined: it does not. */
  readonly servesSinceUs: number | undefined;
  readonly servedSinceUs: number | undefined;
}

export interface Moment {
  readonly present: boolean;
  /** What it last did: came, or why it left; undefined: it had not come yet. */
  readonly presence: { readonly sinceUs: number; readonly reason: string } | undefined;
  readonly held: ReadonlySet<number>;
  readonly completeSinceUs: number | undefined;
  /** By remote, in the order in which they met. */
  readonly ties: ReadonlyMap<number, Tie>;
}

type Open = { -readonly [Key in keyof Tie]: Tie[Key] } & { connections: number };

/** What is known of a remote although they are not connected (yet): the other end may say it first. */
const FRESH: Omit<Open, 'sinceUs'> = {
  interested: false,
  remoteInterested: false,
  servesSinceUs: undefined,
  servedSinceUs: undefined,
  connections: 0,
};

export function momentAt({ header, events, strings }: Trace, peer: number, atUs: number): Moment {
  const { timeUs, kind, a, b, c } = events;
  const ties = new Map<number, Open>();
  const held = new Set<number>();
  if (header.peers[peer]?.have === 'all')
    for (let piece = 0; piece < header.torrent.pieceCount; piece++) held.add(piece);
  let presence: Moment['presence'];
  let present = false;
  let completeSinceUs: number | undefined;
  const tie = (remote: number, nowUs: number): Open => {
    let open = ties.get(remote);
    if (open === undefined) {
      open = { ...FRESH, sinceUs: nowUs };
      ties.set(remote, open);
    }
    return open;
  };
  for (let row = 0; row < events.count; row++) {
    const nowUs = timeUs[row] as number;
    if (nowUs > atUs) break;
    const who = events.peer[row] as number;
    const other = a[row] as number;
    const what = kind[row] as number;
    if (who === peer) {
      if (what === EventKind.joined) {
        present = true;
        presence = { sinceUs: nowUs, reason: '' };
      } else if (what === EventKind.left) {
        present = false;
        presence = { sinceUs: nowUs, reason: strings[c[row] as number] ?? '' };
        ties.clear();
      } else if (what === EventKind.connected) {
        const open = tie(other, nowUs);
        if (open.connections++ === 0) open.sinceUs = nowUs;
      } else if (what === EventKind.disconnected) {
        const open = ties.get(other);
        if (open !== undefined && --open.connections <= 0) ties.delete(other);
      } else if (what === EventKind.interestChanged) tie(other, nowUs).interested = b[row] === 1;
      else if (what === EventKind.unchoked) tie(other, nowUs).servesSinceUs = nowUs;
      else if (what === EventKind.choked) tie(other, nowUs).servesSinceUs = undefined;
      else if (what === EventKind.pieceVerified) held.add(other);
      else if (what === EventKind.completed) completeSinceUs = nowUs;
    } else if (other === peer && who >= 0) {
      if (what === EventKind.interestChanged) tie(who, nowUs).remoteInterested = b[row] === 1;
      else if (what === EventKind.unchoked) tie(who, nowUs).servedSinceUs = nowUs;
      else if (what === EventKind.choked) tie(who, nowUs).servedSinceUs = undefined;
      else if (what === EventKind.disconnected) {
        const open = ties.get(who);
        if (open !== undefined) Object.assign(open, FRESH, { connections: open.connections });
      }
    } else if (what === EventKind.left && ties.has(who)) {
      const open = ties.get(who) as Open;
      Object.assign(open, FRESH, { connections: open.connections });
    }
  }
  return {
    present,
    presence,
    held,
    completeSinceUs,
    ties: new Map([...ties].filter(([, { connections }]) => connections > 0)),
  };
}
