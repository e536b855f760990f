/** The piece table against a model: each piece in one place, each block in one state, the free ones counted right. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_LENGTH, PieceGeometry } from '../../src/core/metainfo/piece-geometry.ts';
import { PieceTable } from '../../src/core/pieces/piece-table.ts';
import { FakeRandom } from '../support/fake-world.ts';

const PIECES = 5;
const geometry = new PieceGeometry(4 * 3 * BLOCK_LENGTH + BLOCK_LENGTH + 5, 3 * BLOCK_LENGTH);

/** Requests that are out for each block, or 'received'. */
type Blocks = (number | 'received')[];

interface Model {
  readonly verified: Set<number>;
  readonly active: Map<number, { blocks: Blocks; exclusive: boolean }>;
}

type Step = readonly ['start' | 'take' | 'release' | 'receive' | 'again' | 'verify' | 'fail', number, number];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom(
    'start',
    'take',
    'take',
    'take',
    'release',
    'receive',
    'receive',
    'again',
    'verify',
    'fail',
  ),
  fc.integer({ min: 0, max: PIECES - 1 }),
  fc.integer({ min: 0, max: 2 }),
) as fc.Arbitrary<Step>;

const source = {};

/** Takes the step on both sides where it is allowed. */
function apply(table: PieceTable, model: Model, [name, piece, block]: Step): void {
  const known = model.active.get(piece);
  const active = table.activePiece(piece);
  if (name === 'start') {
    if (known !== undefined || model.verified.has(piece)) return;
    table.start(piece);
    model.active.set(piece, { blocks: Array(geometry.blocksIn(piece)).fill(0), exclusive: false });
    return;
  }
  if (known === undefined || active === undefined) return;
  const { blocks } = known;
  const state = blocks[block];
  if (name === 'take') {
    const taken = table.takeFree(active);
    expect(taken).toBe(blocks.indexOf(0));
    if (taken >= 0) blocks[taken] = 1;
  } else if (name === 'again' && typeof state === 'number' && state > 0) {
    active.addRequest(block);
    blocks[block] = state + 1;
  } else if (name === 'release' && typeof state === 'number' && state > 0) {
    table.release(piece, block);
    blocks[block] = state - 1;
    if (!known.exclusive && blocks.every((one) => one === 0)) model.active.delete(piece);
  } else if (name === 'receive' && typeof state === 'number') {
    table.receive(active, block, source);
    blocks[block] = 'received';
  } else if (blocks.every((one) => one === 'received')) {
    if (name === 'verify') {
      table.verify(piece);
      model.active.delete(piece);
      model.verified.add(piece);
    } else if (name === 'fail') {
      table.restartExclusively(active);
      model.active.set(piece, { blocks: Array(blocks.length).fill(0), exclusive: true });
    }
  }
}

function expectSame(table: PieceTable, model: Model): void {
  let free = 0;
  for (let piece = 0; piece < PIECES; piece++) {
    const active = table.activePiece(piece);
    const places = [table.have.has(piece), active !== undefined, table.rarity.isListed(piece)];
    expect(places.filter(Boolean)).toHaveLength(1);
    expect(places.slice(0, 2)).toEqual([model.verified.has(piece), model.active.has(piece)]);
    const known = model.active.get(piece);
    if (active === undefined || known === undefined) continue;
    const { blocks } = known;
    free += blocks.filter((state) => state === 0).length;
    expect(active.free).toBe(blocks.filter((state) => state === 0).length);
    expect(active.missing).toBe(blocks.filter((state) => state !== 'received').length);
    expect(blocks.map((_, block) => active.isReceived(block))).toEqual(
      blocks.map((state) => state === 'received'),
    );
    expect(blocks.map((_, block) => active.requestsFor(block))).toEqual(
      blocks.map((state) => (state === 'received' ? 0 : state)),
    );
    expect(active.exclusive).toBe(known.exclusive);
  }
  expect(table.hasFreeBlocks).toBe(free > 0);
  expect(table.active).toHaveLength(model.active.size);
  expect(table.isEndgame).toBe(table.rarity.length === 0 && free === 0 && model.active.size > 0);
  expect(new Set(table.verifiedLog.pieces.subarray(0, table.verifiedLog.length))).toEqual(model.verified);
}

describe('the piece table', () => {
  it('agrees with the model after every step of any history', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const table = new PieceTable(geometry, new FakeRandom('pieces'));
        const model: Model = { verified: new Set(), active: new Map() };
        for (const next of steps) {
          apply(table, model, next);
          expectSame(table, model);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('keeps an exclusive piece started, even when nothing of it is asked for any more', () => {
    const table = new PieceTable(geometry, new FakeRandom('pieces'));
    const active = table.start(2);
    while (table.takeFree(active) >= 0);
    for (let block = 0; block < active.blockCount; block++) table.receive(active, block, source);
    table.restartExclusively(active);
    table.release(2, table.takeFree(active));
    expect(table.activePiece(2)).toBe(active);
    expect(table.rarity.isListed(2)).toBe(false);
  });

  it('numbers blocks within the torrent, and finds them by place and exact length', () => {
    const table = new PieceTable(geometry, new FakeRandom('pieces'));
    for (let piece = 0; piece < PIECES; piece++) {
      for (let block = 0; block < geometry.blocksIn(piece); block++) {
        const id = table.blockId(piece, block);
        expect([table.pieceOf(id), table.blockOf(id)]).toEqual([piece, block]);
        const length = geometry.blockLength(piece, block);
        expect(table.findBlock(piece, block * BLOCK_LENGTH, length)).toBe(block);
        expect(table.findBlock(piece, block * BLOCK_LENGTH, length + 1)).toBe(-1);
        expect(table.findBlock(piece, block * BLOCK_LENGTH, length - 1)).toBe(-1);
        expect(table.findBlock(piece, block * BLOCK_LENGTH + 1, length)).toBe(-1);
      }
    }
  });

  it('finds nothing for any place outside the torrent', () => {
    const table = new PieceTable(geometry, new FakeRandom('pieces'));
    const uint32 = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(uint32, uint32, uint32, (piece, begin, length) => {
        const block = table.findBlock(piece, begin, length);
        if (block >= 0) expect(begin + length <= geometry.pieceLengthOf(piece)).toBe(true);
      }),
    );
    expect(table.findBlock(PIECES, 0, BLOCK_LENGTH)).toBe(-1);
    expect(table.findBlock(0xffffffff, 0, BLOCK_LENGTH)).toBe(-1);
    expect(table.findBlock(0, 3 * BLOCK_LENGTH, BLOCK_LENGTH)).toBe(-1);
    expect(table.findBlock(0, 0xffffc000, BLOCK_LENGTH)).toBe(-1);
  });
});
