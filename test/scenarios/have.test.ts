/** What peers hold on arrival: how it is written, what the plan makes of it, and that a run keeps to it. */
import { describe, expect, it } from 'vitest';
import { accept } from '../../src/scenarios/complaint.ts';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { NO_FILES } from '../../src/scenarios/named-files.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import { formatPieceList, parsePieceList, piecesOf, plannedPieces } from '../../src/scenarios/piece-list.ts';
import type { Plan, PlannedPieces } from '../../src/scenarios/plan.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { Holdings } from '../../src/trace/metrics/holdings.ts';
import { foldInitialPieces, piecesAtEnd } from '../../src/trace/metrics/initial-pieces.ts';
import { foldPieceOrigins } from '../../src/trace/metrics/piece-origins.ts';
import type { Trace } from '../../src/trace/trace.ts';
import { nodeHasher } from '../support/fake-world.ts';
import { SMALL, STRATEGIES } from './support.ts';

/** 4 MiB in pieces of 64 KiB are 64. */
const PIECES = 64;
const TEXT = SMALL.replace('size: 4 MiB', 'size: 4 MiB, piece: 64 KiB');

function planOf(have: string, runs: Readonly<Record<string, Trace>> = {}, seed = 1): Plan {
  const text = TEXT.replace('count: 3', `count: 3\n    have: ${have}`);
  const files = { ...NO_FILES, readRun: (named: string) => accept(runs[named] as Trace) };
  return expand(parseScenario(text, 'test.yaml', STRATEGIES, { files }), seed);
}

function crowd(have: string, runs: Readonly<Record<string, Trace>> = {}, seed = 1): PlannedPieces[] {
  return planOf(have, runs, seed)
    .peers.slice(1)
    .map((peer) => peer.have);
}

function errors(have: string, runs: Readonly<Record<string, Trace>> = {}): string {
  try {
    planOf(have, runs);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

function run(plan: Plan): { trace: Trace; simulated: SimulatedRun } {
  const simulated = new SimulatedRun(plan, nodeHasher);
  simulated.advance();
  return { trace: simulated.finish(), simulated };
}

function countOf(pieces: PlannedPieces | undefined): number {
  if (typeof pieces !== 'object') return pieces === 'all' ? PIECES : 0;
  return plannedPieces(pieces.pieces, PIECES).count;
}

describe('have', () => {
  it.each([
    ['all', 'all'],
    ['none', 'none'],
    ['0%', 'none'],
    ['100%', 'all'],
    ['0.5%', 'none'],
    ['[0-63]', 'all'],
    ['[12]', { pieces: '12' }],
    ['[12, 0-9, 10, 20-30, 25-40]', { pieces: '0-10,12,20-40' }],
  ])('%s', (have, expected) => {
    expect(crowd(have)).toEqual([expected, expected, expected]);
  });

  it('of a share is exactly that many pieces, others for each peer and seed, the same for a seed', () => {
    const drawn = crowd('30%');
    expect(drawn.map(countOf)).toEqual([19, 19, 19]);
    expect(new Set(drawn.map((each) => JSON.stringify(each))).size).toBe(3);
    expect(crowd('30%')).toEqual(drawn);
    expect(crowd('30%', {}, 2)).not.toEqual(drawn);
  });

  it('of a share draws every piece alike', () => {
    const drawn = new Array<number>(PIECES).fill(0);
    for (let seed = 1; seed <= 200; seed++) {
      for (const pieces of crowd('25%', {}, seed)) {
        const held = plannedPieces((pieces as { pieces: string }).pieces, PIECES);
        for (let piece = 0; piece < PIECES; piece++)
          if (held.has(piece)) drawn[piece] = (drawn[piece] as number) + 1;
      }
    }
    // 600 draws at 1/4: 150 with a deviation of 10.6; five of them on either side.
    expect(Math.min(...drawn)).toBeGreaterThan(97);
    expect(Math.max(...drawn)).toBeLessThan(203);
  });

  it.each(['al', '30', '130%', '[64]', '[9-3, x]', '[]', '{ rn: a }', '{ run: [a] }'])(
    '%s is refused',
    (have) => {
      expect(errors(have)).toMatchSnapshot();
    },
  );
});

describe('a run of peers that hold a part', () => {
  const plan = planOf('30%');
  const { trace, simulated } = run(plan);

  it('breaks no law, and all complete', () => {
    expect(simulated.progress).toEqual({ complete: 4, peers: 4 });
    const looked = simulated.checks.filter(({ evaluations }) => evaluations > 0).map(({ name }) => name);
    expect(looked).toEqual(expect.arrayContaining(['claims are verified', 'blocks were sent and asked for']));
    expect(() => simulated.breakUp()).not.toThrow();
  });

  it('fetches only what is lacking', () => {
    expect([...trace.totals.receivedBytes].map((bytes) => bytes / 65536)).toEqual([0, 45, 45, 45]);
  });

  it('says what they came with, and counts their copies from their arrival', () => {
    expect(trace.header.peers.map(({ have }) => have)).toEqual(['all', 'some', 'some', 'some']);
    const initial = foldInitialPieces(trace);
    expect(initial[0]).toBeUndefined();
    for (const [index, peer] of plan.peers.entries()) {
      if (index === 0) continue;
      const held = plannedPieces((peer.have as { pieces: string }).pieces, PIECES);
      expect([...(initial[index] as Uint8Array)]).toEqual(
        Array.from({ length: PIECES }, (_, p) => (held.has(p) ? 1 : 0)),
      );
    }
    const holdings = new Holdings(trace);
    const firstDownload = [...trace.events.b].findIndex(
      (giver, row) => trace.events.kind[row] === 9 && giver >= 0,
    );
    for (let row = 0; row < firstDownload; row++) holdings.apply(row);
    expect([...holdings.heldCount]).toEqual([64, 19, 19, 19]);
    expect(holdings.mean).toBeCloseTo((64 + 3 * 19) / 64, 10);
    const origins = foldPieceOrigins(trace, [1]);
    expect([...origins.verifiedUs].filter((timeUs) => timeUs === -1)).toHaveLength(19);
  });

  it('is the same with bytes, and when its plan is replayed from JSON', () => {
    const { digest } = trace;
    expect(run({ ...plan, payload: 'bytes' }).trace.digest).toBe(digest);
    expect(run(JSON.parse(JSON.stringify(plan)) as Plan).trace.digest).toBe(digest);
  });

  it('needs no seed where together they hold everything', () => {
    const text = TEXT.replace('have: all', 'have: [0-39]').replace('count: 3', 'count: 3\n    have: [30-63]');
    const all = run(expand(parseScenario(text, 'test.yaml', STRATEGIES), 1));
    expect(all.simulated.progress).toEqual({ complete: 4, peers: 4 });
  });
});

describe('have from another run', () => {
  const plan = planOf('30%');
  const partial = new SimulatedRun({ ...plan, endUs: 2_000_000 }, nodeHasher);
  partial.advance();
  const trace = partial.finish(false);

  it('is what the peer of that name held at its end, or each of its own name', () => {
    const runs = { earlier: trace };
    const held = [1, 2, 3].map((peer) => piecesAtEnd(trace, peer).reduce((sum, one) => sum + one, 0));
    expect(Math.min(...held)).toBeGreaterThan(19);
    expect(Math.max(...held)).toBeLessThan(64);
    expect(crowd('{ run: earlier }', runs).map(countOf)).toEqual(held);
    expect(crowd('{ run: earlier, peer: crowd-2 }', runs).map(countOf)).toEqual([held[1], held[1], held[1]]);
    expect(crowd('{ run: earlier, peer: seed-1 }', runs)).toEqual(['all', 'all', 'all']);
  });

  it.each([
    ['{ run: earlier, peer: crowd-9 }', {}],
    ['{ run: earlier, peer: nobody }', {}],
    ['{ run: earlier }', { pieceLengthBytes: 32_768 }],
    ['{ run: earlier }', { peers: 2 }],
  ])(
    '%s is refused where %o',
    (have, { pieceLengthBytes, peers }: { pieceLengthBytes?: number; peers?: number }) => {
      const { header } = trace;
      const torrent = { ...header.torrent, ...(pieceLengthBytes && { pieceLengthBytes }) };
      const other = { ...trace, header: { ...header, torrent, peers: header.peers.slice(0, peers) } };
      expect(errors(have, { earlier: other })).toMatchSnapshot();
    },
  );
});

describe('lists of pieces', () => {
  it.each([['0'], ['0-9,12'], ['3-5,7,60-63']])('%s is read and written alike', (text) => {
    expect(formatPieceList(plannedPieces(text, PIECES))).toBe(text);
  });

  it.each(['', '-', '1-', '5-3', 'a', '1,,2', '999999999'])('%j is none', (text) => {
    expect(parsePieceList(text)).toBeUndefined();
  });

  it('leaves out what is beyond the end', () => {
    expect(piecesOf([[60, 99]], PIECES).count).toBe(4);
  });
});
