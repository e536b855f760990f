import { describe, expect, it } from 'vitest';
import type { ChokeJudgement } from '../../../src/core/decisions.ts';
import { DecisionLog } from '../../../src/trace/decisions/decision-log.ts';
import { Decisions } from '../../../src/trace/decisions/decisions.ts';
import { decodeTrace, encodeTrace } from '../../../src/trace/file-format.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace, TraceHeader } from '../../../src/trace/trace.ts';

const HEADER: TraceHeader = {
  version: 1,
  scenario: 'decisions',
  seed: 1,
  sampleUs: 1e6,
  startsAtUs: 0,
  torrent: { name: 'a', totalBytes: 1000, pieceLengthBytes: 100, pieceCount: 10 },
  groups: ['all'],
  peers: ['a', 'b', 'c', 'd'].map((id) => ({
    id,
    group: 0,
    upBytesPerSec: 1,
    downBytesPerSec: 1,
    have: 'none',
    behaviour: 'honest',
    nat: 'open',
  })),
};

const CHOKED: ChokeJudgement = {
  outcome: undefined,
  hadSlot: false,
  interested: true,
  snubbed: false,
  unchokesUs: false,
  rank: 0,
  measure: 'order',
  value: 0,
  chance: 'none',
};

function recorded(recording = true): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(HEADER, () => nowUs, recording);
  const [a, b] = [recorder.observer(0), recorder.observer(1)];
  a.piecePicked(1, 3, 'random-first');
  a.decisions?.pickReasons(2, 5, 10, true);
  nowUs = 10;
  b.piecePicked(0, 4, 'mine');
  a.piecePicked(2, 7, 'rarest-first');
  a.decisions?.pickReasons(1, 1, 9, false);
  nowUs = 20;
  b.decisions?.pieceJoined(2, 7, 'none-rarer', 3, 4);
  b.decisions?.endgameAsked(2, 8);
  b.decisions?.endgameAsked(2, 8);
  b.decisions?.endgameAsked(3, 8);
  a.decisions?.chokeRound('tit-for-tat', 4, false);
  a.decisions?.judged(1, CHOKED);
  a.decisions?.judged(2, {
    ...CHOKED,
    outcome: 'regular',
    hadSlot: true,
    unchokesUs: true,
    rank: 300,
    measure: 'download-rate',
    value: 12_345.6,
  });
  nowUs = 30;
  a.decisions?.chokeRound('tit-for-tat', 4, false);
  a.decisions?.judged(1, CHOKED);
  a.decisions?.judged(2, { ...CHOKED, snubbed: true, chance: 'kept', measure: 'owed', value: -(2 ** 40) });
  nowUs = 40;
  a.decisions?.chokeRound('tit-for-tat', 4, true);
  a.decisions?.judged(1, { ...CHOKED, outcome: 'optimistic', chance: 'drawn' });
  return recorder.finish(50);
}

const trace = recorded();
const decisions = new Decisions(trace);

describe('Decisions', () => {
  it('gives the reasons of each pick, and none where none were told', () => {
    expect(decisions.picks(0)).toEqual([
      {
        timeUs: 0,
        remote: 1,
        piece: 3,
        rule: 'random-first',
        reasons: { copies: 2, equallyRare: 5, candidates: 10, allowedFast: true },
      },
      {
        timeUs: 10,
        remote: 2,
        piece: 7,
        rule: 'rarest-first',
        reasons: { copies: 1, equallyRare: 1, candidates: 9, allowedFast: false },
      },
    ]);
    expect(decisions.picks(1)).toEqual([
      { timeUs: 10, remote: 0, piece: 4, rule: 'mine', reasons: undefined },
    ]);
    expect(decisions.picks(3)).toEqual([]);
  });

  it('gives who helped with what was begun, endgame once for a remote and a piece', () => {
    expect(decisions.joins(1)).toEqual([
      { timeUs: 20, remote: 2, piece: 7, reason: 'none-rarer', copies: 3, other: 4 },
      { timeUs: 20, remote: 2, piece: 8, reason: 'endgame', copies: -1, other: -1 },
      { timeUs: 20, remote: 3, piece: 8, reason: 'endgame', copies: -1, other: -1 },
    ]);
  });

  it('gives what a choker held of a remote, where something changed', () => {
    expect(decisions.judgements(0, 1)).toEqual([
      { timeUs: 20, remote: 1, ...CHOKED },
      { timeUs: 40, remote: 1, ...CHOKED, outcome: 'optimistic', chance: 'drawn' },
    ]);
    expect(decisions.judgements(0, 2)).toMatchObject([
      { timeUs: 20, outcome: 'regular', hadSlot: true, rank: 300, measure: 'download-rate', value: 12_346 },
      { timeUs: 30, snubbed: true, chance: 'kept', measure: 'owed', value: 1 - 2 ** 31 },
    ]);
    const at = decisions.standings(0, 35);
    expect([...at.keys()]).toEqual([1, 2]);
    expect(at.get(1)?.timeUs).toBe(20);
    expect(at.get(2)?.timeUs).toBe(30);
    expect(decisions.standings(0, 19).size).toBe(0);
  });

  it('gives the choker as it was', () => {
    expect(decisions.choker(0, 19)).toBeUndefined();
    expect(decisions.choker(0, 39)).toEqual({ timeUs: 20, choker: 'tit-for-tat', slots: 4, seeding: false });
    expect(decisions.choker(0, 40)).toMatchObject({ timeUs: 40, seeding: true });
  });

  it('is in the file and in no digest', () => {
    expect(decodeTrace(encodeTrace(trace))).toEqual({ ok: true, value: trace });
    let nowUs = 0;
    const silent = new TraceRecorder(HEADER, () => nowUs);
    silent.observer(0).piecePicked(1, 3, 'random-first');
    nowUs = 10;
    silent.observer(1).piecePicked(0, 4, 'mine');
    silent.observer(0).piecePicked(2, 7, 'rarest-first');
    expect(silent.finish(50).digest).toBe(trace.digest);
    expect(recorded(false).decisions.picks.count).toBe(0);
  });
});

describe('DecisionLog', () => {
  it('keeps those of fewer peers when a table is full, and always all of them', () => {
    const log = new DecisionLog(16);
    for (let round = 0; round < 10; round++) {
      for (let peer = 0; peer < 4; peer++) {
        log.picked(peer);
        log.pickReasons(peer, round, 1, 1, false);
        log.judged(round, peer, 9, { ...CHOKED, value: round });
        log.chokeRound(round, peer, 'x', round, false);
      }
    }
    const kept = log.finish();
    expect(kept.everyNth).toBe(4);
    expect([...kept.picks.copies]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...kept.judgements.peer]).toEqual(Array(10).fill(0));
    expect([...kept.judgements.value]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...kept.chokers.slots]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('keeps nothing rather than too much', () => {
    const log = new DecisionLog(4);
    for (let round = 0; round < 100; round++) log.picked(0);
    const kept = log.finish();
    expect([kept.everyNth, kept.picks.count]).toEqual([0, 0]);
  });
});

describe('a trace file with decisions that do not fit', () => {
  type Tables = Trace['decisions'];
  const cases: readonly (readonly [string, (tables: Tables) => Tables])[] = [
    ['there are not as many reasons for picks as picks', (t) => ({ ...t, everyNth: 2 })],
    ['a decision of an unknown peer', (t) => ({ ...t, joins: { ...t.joins, peer: t.joins.peer.fill(4) } })],
    [
      'a decision about an unknown peer',
      (t) => ({ ...t, judgements: { ...t.judgements, remote: t.judgements.remote.fill(-2) } }),
    ],
    [
      'a decision about an unknown piece',
      (t) => ({ ...t, joins: { ...t.joins, piece: t.joins.piece.fill(10) } }),
    ],
    [
      'a decision without a reason',
      (t) => ({ ...t, joins: { ...t.joins, reason: t.joins.reason.fill(99) } }),
    ],
    [
      'an unknown measure',
      (t) => ({ ...t, judgements: { ...t.judgements, measure: t.judgements.measure.fill(99) } }),
    ],
    ['a choker without a name', (t) => ({ ...t, texts: [] })],
    [
      'a decision lies after the end of the run',
      (t) => ({ ...t, joins: { ...t.joins, timeUs: t.joins.timeUs.fill(51) } }),
    ],
  ];
  it.each(cases)('is refused: %s', (problem, change) => {
    const forged = structuredClone(trace);
    const decoded = decodeTrace(encodeTrace({ ...forged, decisions: change(forged.decisions) }));
    expect(decoded.ok ? 'no problem' : decoded.error.message).toBe(problem);
  });
});
