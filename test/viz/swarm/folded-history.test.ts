/** The state of a swarm at an instant is a fold of the trace from its start, however that instant is come to. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Holdings } from '../../../src/trace/metrics/holdings.ts';
import { EventKind, type Trace } from '../../../src/trace/trace.ts';
import { FoldedHistory } from '../../../viz/swarm/folded-history.ts';
import { castOf, recordFromTrace, transfersOf } from '../../../viz/swarm/record-from-trace.ts';
import type { SwarmHistory, SwarmInstant } from '../../../viz/swarm/swarm-history.ts';
import { SwarmRecord } from '../../../viz/swarm/swarm-record.ts';
import { SECOND, simulate, smallPlan } from '../../support/small-plan.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { eventfulTrace } from '../eventful-trace.ts';

const ENGINES = simulate(
  smallPlan([
    {},
    {},
    {},
    { arriveUs: 5 * SECOND },
    { absences: [{ fromUs: 8 * SECOND, toUs: 20 * SECOND }] },
    { behaviour: 'free-rider' },
  ]),
);
const TRACES: readonly (readonly [string, Trace])[] = [
  ['a small swarm of engines', ENGINES],
  ['a run in which everything happens', eventfulTrace()],
  ['a made-up crowd', syntheticTrace({ peers: 8, pieces: 24, staySec: 20 })],
];

/** Everything that an instant says, as plain data. */
function everything({ cast }: SwarmHistory, instant: SwarmInstant): unknown {
  const { pieceCount } = cast.torrent;
  const peers = [...cast.peers.keys()];
  return {
    rare: [instant.fewestCopies, instant.rarestCount],
    copies: Array.from({ length: pieceCount }, (_, piece) => instant.copiesOf(piece)),
    transfers: [...instant.transfers].sort(
      (one, other) => one.fromUs - other.fromUs || one.to - other.to || one.piece - other.piece,
    ),
    peers: peers.map((peer) => ({
      presence: instant.presenceOf(peer),
      absence: instant.absenceOf(peer),
      capped: instant.isCapped(peer),
      line: [instant.upOf(peer), instant.downOf(peer)],
      held: Array.from({ length: pieceCount }, (_, piece) => instant.has(peer, piece)),
      heldCount: instant.heldCountOf(peer),
      connected: peers.filter((remote) => instant.isConnected(peer, remote)),
      interested: peers.filter((remote) => instant.isInterested(peer, remote)),
      unchokes: instant.unchokesOf(peer),
      unchokers: instant.unchokersOf(peer),
      interests: instant.interestsOf(peer),
      timers: [instant.roundTimerOf(peer), instant.optimisticTimerOf(peer)],
    })),
  };
}

/** The same facts as the trace tells them, one after another, without any state that is carried along. */
function told(trace: Trace, timeUs: number): { present: number[]; copies: number[]; unchokes: string[] } {
  const { events, header } = trace;
  const holdings = new Holdings(trace);
  const unchokes = new Set<string>();
  for (let row = 0; row < events.count && (events.timeUs[row] as number) <= timeUs; row++) {
    holdings.apply(row);
    const [peer, remote] = [events.peer[row] as number, events.a[row] as number];
    switch (events.kind[row]) {
      case EventKind.unchoked:
        unchokes.add(`${peer} ${remote}`);
        break;
      case EventKind.choked:
      case EventKind.disconnected:
        unchokes.delete(`${peer} ${remote}`);
        break;
      case EventKind.left:
        if (remote !== 1) for (const other of header.peers.keys()) unchokes.delete(`${peer} ${other}`);
        break;
    }
  }
  return {
    present: [...header.peers.keys()].filter((peer) => holdings.present[peer] === 1),
    copies: [...holdings.copies],
    unchokes: [...unchokes].sort((one, other) => (one < other ? -1 : 1)),
  };
}

describe.each(TRACES)('the history of %s', (_, trace) => {
  const instants = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

  it('says at any instant, after any others, what a fold from the start says', () => {
    const wandering = new FoldedHistory(recordFromTrace(trace), 8);
    fc.assert(
      fc.property(instants, (shares) => {
        for (const share of shares) {
          const timeUs = Math.round(share * trace.endUs);
          const fresh = new FoldedHistory(recordFromTrace(trace), Number.POSITIVE_INFINITY);
          expect(everything(wandering, wandering.at(timeUs))).toEqual(everything(fresh, fresh.at(timeUs)));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('agrees with the metrics on who is there, and on copies and unchokes', () => {
    const history = new FoldedHistory(recordFromTrace(trace));
    fc.assert(
      fc.property(instants, (shares) => {
        for (const share of shares) {
          const timeUs = Math.round(share * trace.endUs);
          const instant = history.at(timeUs);
          const { present, copies, unchokes } = told(trace, timeUs);
          const peers = [...history.cast.peers.keys()];
          expect(peers.filter((peer) => instant.presenceOf(peer) === 'there')).toEqual(present);
          expect(copies.map((__, piece) => instant.copiesOf(piece))).toEqual(copies);
          expect(instant.fewestCopies).toBe(Math.min(...copies));
          expect(instant.rarestCount).toBe(copies.filter((count) => count === Math.min(...copies)).length);
          const pairs = peers.flatMap((peer) =>
            instant.unchokesOf(peer).map(({ remote }) => `${peer} ${remote}`),
          );
          expect(pairs.sort((one, other) => (one < other ? -1 : 1))).toEqual(unchokes);
          for (const peer of peers) {
            const served = peers.filter((other) => instant.unchokeOf(other, peer) !== undefined);
            expect(instant.unchokersOf(peer)).toBe(served.length);
            const wanted = peers.filter((other) => instant.isInterested(peer, other));
            expect(instant.interestsOf(peer)).toBe(wanted.length);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('lists the transfers under way, each with the rate that brings its bytes in its time', () => {
    const history = new FoldedHistory(recordFromTrace(trace));
    const all = transfersOf(trace);
    for (const share of [0.1, 0.9, 0.35, 0.2, 0.5]) {
      const timeUs = Math.round(share * trace.endUs);
      const under = all.filter(({ fromUs, toUs }) => fromUs <= timeUs && toUs > timeUs);
      const { transfers } = history.at(timeUs);
      expect(transfers.length).toBe(under.length);
      for (const { fromUs, toUs, bytesPerSec, progress } of transfers) {
        const row = under.find((one) => one.fromUs === fromUs && one.toUs === toUs);
        expect((bytesPerSec * (toUs - fromUs)) / 1e6).toBeCloseTo(row?.bytes ?? Number.NaN, 3);
        expect(progress).toBeCloseTo((timeUs - fromUs) / (toUs - fromUs), 9);
      }
    }
  });

  it('steps through all events forwards and backwards alike', () => {
    const history = new FoldedHistory(recordFromTrace(trace));
    const forwards: number[] = [];
    for (let next = history.eventAfter(-1); next !== undefined; next = history.eventAfter(next.timeUs))
      forwards.push(next.timeUs);
    const backwards: number[] = [];
    for (
      let before = history.eventBefore(Number.POSITIVE_INFINITY);
      before !== undefined;
      before = history.eventBefore(before.timeUs)
    )
      backwards.unshift(before.timeUs);
    expect(forwards.length).toBeGreaterThan(5);
    expect(backwards).toEqual(forwards);
    expect(forwards).toEqual([...new Set(forwards)]);
    const wide = history.eventAfter(-1, true);
    expect(wide?.kind).toBe('joined');
  });

  it('tells who had a piece from whom, nobody before the one that gave it', () => {
    const history = new FoldedHistory(recordFromTrace(trace));
    const family = history.familyOf(0, trace.endUs);
    expect(family.length).toBeGreaterThan(1);
    const holders = new Set<number>();
    for (const { peer, from } of family) {
      if (from >= 0) expect(holders.has(from)).toBe(true);
      expect(holders.has(peer)).toBe(false);
      holders.add(peer);
    }
  });
});

describe('a record that grows', () => {
  it('says the same of an instant as the whole one', () => {
    const whole = recordFromTrace(ENGINES);
    const growing = new SwarmRecord(castOf(ENGINES.header), ENGINES.strings);
    const history = new FoldedHistory(growing, 8);
    const fresh = new FoldedHistory(whole);
    let transfer = 0;
    for (let row = 0; row < whole.eventCount; row++) {
      const timeUs = whole.timeUs[row] as number;
      growing.addEvent(
        timeUs,
        whole.kind[row] as number,
        whole.peer[row] as number,
        whole.a[row] as number,
        whole.b[row] as number,
        whole.c[row] as number,
      );
      for (; (whole.transferFromUs[transfer] ?? Number.POSITIVE_INFINITY) <= timeUs; transfer++) {
        growing.addTransfer(
          whole.transferFrom[transfer] as number,
          whole.transferTo[transfer] as number,
          whole.transferPiece[transfer] as number,
          whole.transferFromUs[transfer] as number,
          whole.transferToUs[transfer] as number,
          whole.transferBytes[transfer] as number,
        );
      }
      const isLastOfInstant = whole.timeUs[row + 1] !== timeUs;
      if (row % 37 === 0 && isLastOfInstant)
        expect(everything(history, history.at(timeUs))).toEqual(everything(fresh, fresh.at(timeUs)));
      if (row % 101 === 0) history.at(timeUs / 2);
    }
    expect(history.endUs).toBe(growing.endUs);
  });

  it('shows a transfer that goes on with what it has brought so far', () => {
    const record = new SwarmRecord(castOf(ENGINES.header));
    const row = record.addTransfer(0, 1, 3, SECOND, Number.POSITIVE_INFINITY, 0);
    record.updateTransfer(row, Number.POSITIVE_INFINITY, 32_768);
    record.knownUntil(2 * SECOND);
    const history = new FoldedHistory(record);
    expect(history.at(2 * SECOND).transfers).toMatchObject([
      { from: 0, to: 1, piece: 3, bytesPerSec: 32_768, progress: 0.5 },
    ]);
    record.updateTransfer(row, 3 * SECOND, 65_536);
    expect(history.at(2 * SECOND).transfers).toMatchObject([{ bytesPerSec: 32_768, toUs: 3 * SECOND }]);
    expect(history.at(3 * SECOND).transfers).toEqual([]);
  });
});
