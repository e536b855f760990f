/**
 * Makes a failing draft smaller while it goes on failing in the same way: fewer peers, pieces and events, a shorter run,
 * fewer settings. Greedy: each step that still fails is kept, big steps are tried first, until no step is left that fails.
 */
import { type DraftEvent, type DraftGroup, peerCount, type ScenarioDraft } from './draft.ts';

export interface Shrunk {
  readonly draft: ScenarioDraft;
  /** Runs that it took. */
  readonly tries: number;
}

/** `fails`: whether the draft fails in the way that is looked for. At most `triesMax` calls of it. */
export function shrink(
  draft: ScenarioDraft,
  fails: (smaller: ScenarioDraft) => boolean,
  triesMax: number,
): Shrunk {
  let current = draft;
  let tries = 0;
  for (let found = true; found && tries < triesMax; ) {
    found = false;
    for (const smaller of smallerOnes(current)) {
      if (tries >= triesMax) break;
      tries++;
      if (!fails(smaller)) continue;
      current = smaller;
      found = true;
      break;
    }
  }
  return { draft: current, tries };
}

/** What a draft may be made of one step smaller, biggest steps first. */
function* smallerOnes(draft: ScenarioDraft): Generator<ScenarioDraft> {
  yield* fewerEvents(draft);
  yield* fewerPeers(draft);
  yield* fewerPieces(draft);
  yield* fewerSettings(draft);
  yield* shorter(draft);
}

function* fewerEvents(draft: ScenarioDraft): Generator<ScenarioDraft> {
  const { events, ...rest } = draft;
  if (events === undefined) return;
  yield rest;
  for (let index = 0; index < events.length && events.length > 1; index++) {
    yield { ...draft, events: events.filter((_, other) => other !== index) };
  }
}

function* fewerPeers(draft: ScenarioDraft): Generator<ScenarioDraft> {
  const { peers } = draft;
  for (const group of peers) {
    if (peers.length > 1)
      yield withPeers(
        draft,
        peers.filter((other) => other !== group),
      );
  }
  for (const group of peers) {
    const counts = new Set([1, group.count >> 1, group.count - 1]);
    for (const count of counts) {
      if (count < 1 || count >= group.count) continue;
      yield withPeers(
        draft,
        peers.map((other) => (other === group ? { ...group, count } : other)),
      );
    }
  }
}

/** Events that name who is not there any more would be errors: they go, too. */
function withPeers(draft: ScenarioDraft, peers: readonly DraftGroup[]): ScenarioDraft {
  const { events, ...rest } = draft;
  const names = new Set([
    'tracker',
    ...peers.flatMap(({ group, count }) => [
      group,
      ...Array.from({ length: count }, (_, index) => `${group}-${index + 1}`),
    ]),
  ]);
  const left = events?.filter((event) => namesIn(event).every((name) => names.has(name))) ?? [];
  return { ...rest, peers, ...(left.length > 0 ? { events: left } : {}) };
}

/** Whom an event names. */
function namesIn(event: DraftEvent): string[] {
  return Object.values(event).flatMap((verb) => {
    if (typeof verb !== 'object' || verb === null) return [];
    const { group, peer, from, to, groups } = verb as Record<string, unknown>;
    return [group, peer, from, to, groups].flat(3).filter((name) => typeof name === 'string');
  });
}

function* fewerPieces(draft: ScenarioDraft): Generator<ScenarioDraft> {
  const pieceBytes = Number.parseInt(draft.torrent.piece, 10) * 1024;
  const bytes = Number.parseInt(draft.torrent.size, 10);
  const pieces = Math.ceil(bytes / pieceBytes);
  for (const fewer of new Set([1, 2, pieces >> 2, pieces >> 1, pieces - 1])) {
    if (fewer < 1 || fewer >= pieces) continue;
    yield { ...draft, torrent: { ...draft.torrent, size: `${fewer * pieceBytes} B` } };
  }
  if (bytes % pieceBytes !== 0 && pieces > 1) {
    yield { ...draft, torrent: { ...draft.torrent, size: `${pieces * pieceBytes} B` } };
  }
}

/** Every key that is not needed goes; a link gets the plainest of figures. */
function* fewerSettings(draft: ScenarioDraft): Generator<ScenarioDraft> {
  for (const key of ['internet', 'discovery', 'payload'] as const) {
    if (draft[key] === undefined) continue;
    const { [key]: _, ...rest } = draft;
    yield rest;
  }
  for (const [index, group] of draft.peers.entries()) {
    const put = (changed: DraftGroup): ScenarioDraft => ({
      ...draft,
      peers: draft.peers.map((other, at) => (at === index ? changed : other)),
    });
    for (const key of Object.keys(group)) {
      if (['group', 'count', 'have', 'link'].includes(key)) continue;
      const { [key]: _, ...rest } = group;
      yield put(rest as DraftGroup);
      const value = group[key];
      if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
      for (const inner of Object.keys(value)) {
        const { [inner]: __, ...left } = value as Record<string, unknown>;
        if (Object.keys(left).length > 0 && (key === 'engine' || key === 'disk'))
          yield put({ ...group, [key]: left });
      }
    }
    const { down, up, ...more } = group.link;
    for (const key of Object.keys(more)) {
      const { [key]: _, ...left } = more as Record<string, unknown>;
      yield put({ ...group, link: { down, up, ...left } });
    }
    if (down !== '8 Mbit/s') yield put({ ...group, link: { ...group.link, down: '8 Mbit/s' } });
    if (up !== '8 Mbit/s') yield put({ ...group, link: { ...group.link, up: '8 Mbit/s' } });
  }
  for (const [index, event] of (draft.events ?? []).entries()) {
    for (const [key, verb] of Object.entries(event)) {
      if (typeof verb !== 'object' || verb === null || !('for' in verb)) continue;
      const { for: _, ...left } = verb as Record<string, unknown>;
      const events = (draft.events ?? []).map((other, at) =>
        at === index ? { ...event, [key]: left } : other,
      );
      yield { ...draft, events };
    }
  }
}

function* shorter(draft: ScenarioDraft): Generator<ScenarioDraft> {
  const { time } = draft;
  const untilMinutes = Number.parseInt(time.until, 10);
  const healMinutes = time.heal === undefined ? 0 : Number.parseInt(time.heal, 10);
  for (const minutes of new Set([healMinutes + 1, untilMinutes >> 1, untilMinutes - 1])) {
    if (minutes > healMinutes && minutes < untilMinutes)
      yield { ...draft, time: { ...time, until: `${minutes}m` } };
  }
  if (time.heal !== undefined) {
    const { heal: _, ...rest } = time;
    yield { ...draft, time: rest };
  }
}

/** How large a draft is, for people. */
export function sizeOf(draft: ScenarioDraft): string {
  const peers = peerCount(draft);
  const events = draft.events?.length ?? 0;
  const pieces = Math.ceil(
    Number.parseInt(draft.torrent.size, 10) / (Number.parseInt(draft.torrent.piece, 10) * 1024),
  );
  const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;
  return `${counted(peers, 'peer')}, ${counted(pieces, 'piece')}, ${counted(events, 'event')}`;
}
