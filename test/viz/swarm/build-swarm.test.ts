/** What a report carries of a swarm: everything of a small one, a stated part of a large one, and that exactly. */
import { describe, expect, it } from 'vitest';
import { Holdings } from '../../../src/trace/metrics/holdings.ts';
import { foldPeerTimes } from '../../../src/trace/metrics/peer-times.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import {
  buildSwarm,
  DRAWN_MOST,
  SWARM_BYTES_MOST,
  swarmBytesBeside,
} from '../../../viz/swarm/build-swarm.ts';
import { FoldedHistory } from '../../../viz/swarm/folded-history.ts';
import { recordFromTrace } from '../../../viz/swarm/record-from-trace.ts';
import type { SwarmData } from '../../../viz/swarm/swarm-data.ts';
import { unpackSwarm } from '../../../viz/swarm/unpack-swarm.ts';
import { SECOND, simulate, smallPlan } from '../../support/small-plan.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { eventfulTrace } from '../eventful-trace.ts';

const build = (trace: Trace, bytes = SWARM_BYTES_MOST): SwarmData =>
  JSON.parse(JSON.stringify(buildSwarm(trace, foldPeerTimes(trace), { bytes, drawn: DRAWN_MOST })));
const historyOf = (trace: Trace, data: SwarmData): FoldedHistory =>
  new FoldedHistory(unpackSwarm(data, trace.header.torrent, trace.header.groups));

const ENGINES = simulate(
  smallPlan([
    {},
    {},
    {},
    { arriveUs: 5 * SECOND },
    { absences: [{ fromUs: 8 * SECOND, toUs: 20 * SECOND }] },
  ]),
);

describe.each([
  ['a small swarm of engines', ENGINES],
  ['a run in which everything happens', eventfulTrace()],
])('%s', (_, trace) => {
  it('is carried whole: the same state at every instant', () => {
    const data = build(trace);
    const whole = new FoldedHistory(recordFromTrace(trace));
    const carried = historyOf(trace, data);
    expect(data.pieceStride).toBe(1);
    expect(data.untilUs).toBe(trace.endUs);
    // Those that never came are none of it; places of the others are mapped.
    for (let step = 0; step <= 20; step++) {
      const timeUs = Math.round((step / 20) * trace.endUs);
      const [one, other] = [whole.at(timeUs), carried.at(timeUs)];
      expect(other.fewestCopies).toBe(one.fewestCopies);
      expect(other.transfers.length).toBe(one.transfers.length);
      for (const [place, peer] of data.indices.entries()) {
        expect(other.presenceOf(place)).toBe(one.presenceOf(peer));
        expect(other.absenceOf(place)).toBe(one.absenceOf(peer));
        expect(other.heldCountOf(place)).toBe(one.heldCountOf(peer));
        expect(other.unchokersOf(place)).toBe(one.unchokersOf(peer));
        expect(other.interestsOf(place)).toBe(one.interestsOf(peer));
        expect(other.roundTimerOf(place)).toEqual(one.roundTimerOf(peer));
        const mapped = other.unchokesOf(place).map(({ remote, reason, sinceUs }) => ({
          remote: data.indices[remote],
          reason,
          sinceUs,
        }));
        const sorted = (list: readonly { remote: number | undefined }[]): unknown =>
          [...list].sort((a, b) => (a.remote ?? 0) - (b.remote ?? 0));
        expect(sorted(mapped)).toEqual(sorted(one.unchokesOf(peer)));
      }
    }
    const text = (history: FoldedHistory): (string | number)[] =>
      history.eventsUntil(trace.endUs, 50).flatMap((event) => [event.timeUs, event.kind, event.text]);
    expect(text(carried)).toEqual(text(whole));
  });
});

describe('a crowd', () => {
  const trace = syntheticTrace({ peers: 150, pieces: 40, staySec: 20 });
  const data = build(trace);
  const carried = historyOf(trace, data);

  it('draws a bounded number one by one, the first seed and some of every group', () => {
    expect(data.indices.length).toBeLessThanOrEqual(DRAWN_MOST);
    expect(data.indices.length).toBeGreaterThan(DRAWN_MOST - trace.header.groups.length - 1);
    expect(data.indices).toContain(0);
    const groups = new Set(data.peers.slice(0, data.indices.length).map(({ group }) => group));
    expect(groups.size).toBe(trace.header.groups.length);
    const stands = data.peers.reduce((sum, { standsFor }) => sum + standsFor, 0);
    expect(stands).toBe(trace.header.peers.length);
  });

  it('counts the others: who is there and what is held, at the end of each slice', () => {
    const { crowds } = data;
    if (crowds === undefined) throw new Error('no crowds');
    const holdings = new Holdings(trace);
    let row = 0;
    let hidden = 0;
    for (const slice of [10, 40, 80, crowds.slices]) {
      const timeUs = slice * crowds.sliceUs;
      while (row < trace.events.count && (trace.events.timeUs[row] as number) <= timeUs)
        holdings.apply(row++);
      const instant = carried.at(timeUs);
      // 40 pieces have a column each, so that copies are exact.
      for (let piece = 0; piece < 40; piece++) expect(instant.copiesOf(piece)).toBe(holdings.copies[piece]);
      expect(instant.fewestCopies).toBe(holdings.min);
      const there = [...carried.cast.peers.keys()].reduce((sum, peer) => sum + instant.thereOf(peer), 0);
      expect(there).toBe(holdings.present.reduce((sum, present) => sum + present, 0));
      for (let place = data.indices.length; place < data.peers.length; place++) {
        hidden += instant.thereOf(place);
        const { group } = data.peers[place] as { group: number };
        const members = trace.header.peers
          .map((peer, index) => ({ ...peer, index }))
          .filter((peer) => peer.group === group && !data.indices.includes(peer.index))
          .filter((peer) => holdings.present[peer.index] === 1);
        const holding = members.filter((peer) => holdings.has(peer.index, 7)).length;
        expect(instant.shareOf(place, 7)).toBeCloseTo(holding / Math.max(1, members.length), 4);
      }
    }
    expect(hidden).toBeGreaterThan(20);
  });

  it('takes back what a member of the crowd was to others when it goes', () => {
    const gone = carried.at(trace.endUs);
    for (const place of data.indices.keys()) {
      expect(gone.unchokersOf(place)).toBeGreaterThanOrEqual(0);
      expect(gone.interestsOf(place)).toBeGreaterThanOrEqual(0);
    }
  });

  it('leaves out more where the map takes the room, and never takes more bytes than there are', () => {
    const tight = build(syntheticTrace({ peers: 300, pieces: 256, staySec: 20 }), swarmBytesBeside(2 ** 20));
    const bytes = (tight.events.length + tight.transfers.length) * 0.75;
    expect(bytes).toBeLessThanOrEqual(600_000 + 64);
    expect(tight.indices.length).toBeGreaterThan(5);
    expect((data.events.length + data.transfers.length) * 0.75).toBeLessThan(SWARM_BYTES_MOST);
  });
});
