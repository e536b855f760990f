/** The strips of presence of a report: bounded in peers and in spans, whatever the run's size. */
import { wantsToComplete } from '../../src/trace/metrics/behaviour.ts';
import type { PeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { foldPresence, type PresenceSpan, type PresenceState } from '../../src/trace/metrics/presence.ts';
import type { Trace } from '../../src/trace/trace.ts';
import type { PresenceLetter, ReportPresence } from './model.ts';
import { inOrder, thin } from './peer-order.ts';

/** More rows than this are finer than a screen. */
export const PRESENCE_ROWS = 1200;
/** Most spans of all rows together; about a megabyte of text. */
export const PRESENCE_SPANS = 80_000;
/** A row with more spans is shown in so many slices of time, each with the state in its middle. */
export const PRESENCE_SLICES = 1000;

const LETTERS: Readonly<Record<PresenceState, PresenceLetter>> = {
  downloading: 'd',
  complete: 's',
  capped: 'c',
  away: 'a',
  crashed: 'x',
  left: 'l',
};

export function buildPresence(trace: Trace, times: PeerTimes): ReportPresence {
  const all = foldPresence(trace);
  const joined = inOrder(trace, times);
  const groupOf = (peer: number): number => trace.header.peers[peer]?.group ?? 0;
  let peerStride = Math.max(1, Math.ceil(joined.length / PRESENCE_ROWS));
  for (;;) {
    const peers = thin(joined, peerStride, groupOf);
    const strips = peers.map((peer) => bounded(all[peer] ?? [], trace.endUs));
    const total = strips.reduce((sum, spans) => sum + spans.length, 0);
    if (total > PRESENCE_SPANS && peers.length > trace.header.groups.length) {
      peerStride *= 2;
      continue;
    }
    return {
      peers,
      peerStride,
      states: strips.map((spans, row) => {
        const honest = wantsToComplete(trace.header.peers[peers[row] as number]?.behaviour ?? '');
        return spans.map(({ state }) => letterOf(state, honest)).join('');
      }),
      timesUs: strips.map((spans) => [spans[0]?.fromUs ?? trace.endUs, ...spans.map(({ toUs }) => toUs)]),
    };
  }
}

function letterOf(state: PresenceState, honest: boolean): PresenceLetter {
  return !honest && (state === 'downloading' || state === 'complete') ? 'm' : LETTERS[state];
}

function bounded(spans: readonly PresenceSpan[], endUs: number): readonly PresenceSpan[] {
  if (spans.length <= PRESENCE_SLICES) return spans;
  const sliceUs = endUs / PRESENCE_SLICES;
  const coarse: PresenceSpan[] = [];
  let place = 0;
  for (let slice = 0; slice < PRESENCE_SLICES; slice++) {
    const middleUs = (slice + 0.5) * sliceUs;
    while ((spans[place]?.toUs ?? endUs) <= middleUs && place < spans.length - 1) place++;
    const span = spans[place] as PresenceSpan;
    if (span.fromUs > middleUs) continue;
    const toUs = Math.round((slice + 1) * sliceUs);
    const last = coarse[coarse.length - 1];
    if (last?.state === span.state) coarse[coarse.length - 1] = { ...last, toUs };
    else coarse.push({ state: span.state, fromUs: last?.toUs ?? Math.round(slice * sliceUs), toUs });
  }
  return coarse;
}
