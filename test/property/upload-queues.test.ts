/**
 * The queues of several remotes that share one room: whatever is queued, served, cancelled and dropped in whatever order,
 * each behaves as a list of its own, and when all are over nothing is left in the room.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIECE_COUNT_LIMIT, PIECE_LENGTH_LIMIT } from '../../src/core/metainfo/limits.ts';
import { ConnectionRoom, WAITING_LENGTH } from '../../src/core/peer/connection-room.ts';
import { RequestWindow } from '../../src/core/peer/request-window.ts';
import { UPLOAD_QUEUE_MAX, UploadQueue } from '../../src/core/peer/upload-queue.ts';

type Request = readonly [piece: number, begin: number, length: number];
/** The last piece that a torrent can have, and the last offset in a piece. */
const LAST_PIECE = PIECE_COUNT_LIMIT - 1;
const LAST_BEGIN = PIECE_LENGTH_LIMIT - 1;

class Model {
  readonly queue: UploadQueue;
  readonly list: Request[] = [];

  constructor(room: ConnectionRoom) {
    this.queue = new UploadQueue(room, 0);
  }

  check(): void {
    const [first] = this.list;
    expect(this.queue.length).toBe(this.list.length);
    if (first !== undefined) expect([this.queue.piece, this.queue.begin, this.queue.bytes]).toEqual(first);
  }
}

const request = fc.tuple(
  fc.oneof(fc.nat(3), fc.constant(LAST_PIECE)),
  fc.oneof(
    fc.nat(3).map((block) => block * 16_384),
    fc.constant(LAST_BEGIN),
  ),
  fc.constantFrom(1, 8, 9, 16_377, 16_384),
);
const step = fc.record({ who: fc.nat(2), what: fc.nat(9), request });

function apply({ queue, list }: Model, what: number, [piece, begin, length]: Request): void {
  if (what < 5) {
    expect(queue.push(piece, begin, length)).toBe(true);
    list.push([piece, begin, length]);
  } else if (what < 7) {
    if (list.shift() !== undefined) queue.removeFirst();
  } else if (what < 9) {
    const found = list.findIndex((one) => one[0] === piece && one[1] === begin && one[2] === length);
    expect(queue.cancel(piece, begin, length)).toBe(found >= 0);
    if (found >= 0) list.splice(found, 1);
  } else {
    const dropped: Request[] = [];
    queue.drop(
      (one) => one === piece,
      (...one) => dropped.push(one),
    );
    expect(dropped).toEqual(list.filter((one) => one[0] !== piece));
    const kept = list.filter((one) => one[0] === piece);
    list.splice(0, list.length, ...kept);
  }
}

describe('the queues of remotes', () => {
  it('are lists of their own, and leave no row behind', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const room = new ConnectionRoom();
        const models = [new Model(room), new Model(room), new Model(room)];
        for (const { who, what, request: one } of steps) {
          apply(models[who] as Model, what, one);
          for (const model of models) model.check();
        }
        for (const { queue } of models) queue.end();
        // All rows that there are can be had again, each once.
        const rows = room.waiting.cells.length / WAITING_LENGTH;
        const taken = Array.from({ length: rows }, () => room.waiting.take());
        expect([new Set(taken).size, room.waiting.cells.length / WAITING_LENGTH]).toEqual([rows, rows]);
      }),
    );
  });

  it('and the windows of what we ask them leave none either, whatever is outstanding at the end', () => {
    const room = new ConnectionRoom();
    const windows = [new RequestWindow(room, 0), new RequestWindow(room, 0)];
    for (let block = 0; block < 100; block++) windows[block % 2]?.add(block);
    for (let block = 0; block < 100; block += 3) expect(windows[block % 2]?.remove(block)).toBe(true);
    expect(windows[0]?.list()).toEqual([2, 4, 8, 10, 14, 16].concat(windows[0]?.list().slice(6) ?? []));
    for (const window of windows) window.end();
    const rows = room.outstanding.cells.length / 2;
    const taken = Array.from({ length: rows }, () => room.outstanding.take());
    expect([new Set(taken).size, room.outstanding.cells.length / 2]).toEqual([rows, rows]);
  });

  it.each([
    [PIECE_COUNT_LIMIT, 0, 1],
    [2 ** 32 - 1, 0, 1],
    [0, PIECE_LENGTH_LIMIT, 1],
    [0, 2 ** 32 - 1, 1],
    [0, 0, 0],
    [0, 0, 16_385],
    [0, 0, 2 ** 32 - 1],
  ])('take no block that no torrent has: %i, %i, %i', (piece, begin, length) => {
    const queue = new UploadQueue(new ConnectionRoom(), 0);
    for (const one of [0, LAST_PIECE]) queue.push(one, 0, 1);
    expect([queue.push(piece, begin, length), queue.cancel(piece, begin, length)]).toEqual([false, false]);
    expect(queue.length).toBe(2);
  });

  it('take as many as they may and no more', () => {
    const queue = new UploadQueue(new ConnectionRoom(), 0);
    for (let block = 0; block < UPLOAD_QUEUE_MAX; block++) expect(queue.push(block, 0, 1)).toBe(true);
    expect([queue.push(0, 0, 1), queue.length]).toEqual([false, UPLOAD_QUEUE_MAX]);
    queue.removeFirst();
    expect([queue.push(7, 0, 1), queue.piece]).toEqual([true, 1]);
  });
});
