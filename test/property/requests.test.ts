/** The books that are kept of requests, ours and theirs, against models with plain lists. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConnectionRoom } from '../../src/core/peer/connection-room.ts';
import { clampedRequestQueue, RequestWindow } from '../../src/core/peer/request-window.ts';
import { UPLOAD_QUEUE_MAX, UploadQueue } from '../../src/core/peer/upload-queue.ts';

const room = new ConnectionRoom();
const block = fc.integer({ min: 0, max: 30 });

describe('our requests to a peer', () => {
  it('are forgotten exactly when they are answered or given up, and late answers are known once', () => {
    const step = fc.tuple(fc.constantFrom('add', 'remove', 'giveUp', 'takeLate'), block);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const window = new RequestWindow(room, 0);
        const open: number[] = [];
        const late: number[] = [];
        const drop = (list: number[], value: number): boolean => {
          const index = list.indexOf(value);
          if (index >= 0) list.splice(index, 1);
          return index >= 0;
        };
        for (const [name, value] of steps) {
          if (name === 'add') {
            if (open.includes(value)) continue;
            window.add(value);
            open.push(value);
          } else if (name === 'remove') expect(window.remove(value)).toBe(drop(open, value));
          else if (name === 'takeLate') expect(window.takeLate(value)).toBe(drop(late, value));
          else {
            const known = drop(open, value);
            if (known) late.push(value);
            expect(window.giveUp(value)).toBe(known);
          }
          expect(window.list()).toEqual(open);
          expect(window.outstanding).toBe(open.length);
          expect(window.has(value)).toBe(open.includes(value));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('stay within what the peer queues, whatever it delivers and says', () => {
    const step = fc.oneof(
      fc.tuple(fc.constant('block' as const), fc.integer({ min: 0, max: 2_000_000 })),
      fc.tuple(fc.constant('limit' as const), fc.integer({ min: 1, max: 1_000_000 })),
      fc.tuple(fc.constant('shrink' as const), fc.constant(0)),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200, size: 'max' }), (steps) => {
        const window = new RequestWindow(room, 0);
        let limit = 250;
        let now = 0;
        for (const [name, value] of steps) {
          if (name === 'limit') {
            limit = Math.min(500, value);
            window.limitTo(clampedRequestQueue(value));
          } else if (name === 'shrink') window.shrink();
          else {
            now += value;
            window.blockArrived(16_384, now);
          }
          expect(window.target).toBeGreaterThanOrEqual(1);
          expect(window.target).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });
});

describe('their requests to us', () => {
  it('are served in order, cancelled once, and never more than the bound', () => {
    const step = fc.tuple(fc.constantFrom('push', 'push', 'push', 'shift', 'cancel', 'drop', 'flood'), block);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const queue = new UploadQueue(room, 0);
        let model: number[] = [];
        const push = (piece: number): void => {
          expect(queue.push(piece, 0, 16_384)).toBe(model.length < UPLOAD_QUEUE_MAX);
          if (model.length < UPLOAD_QUEUE_MAX) model.push(piece);
        };
        for (const [name, piece] of steps) {
          if (name === 'push') push(piece);
          else if (name === 'flood') for (let count = 0; count < 200; count++) push(piece);
          else if (name === 'shift') {
            expect(queue.length > 0 ? queue.piece : undefined).toBe(model[0]);
            if (model.shift() !== undefined) queue.removeFirst();
          } else if (name === 'cancel') {
            const index = model.indexOf(piece);
            if (index >= 0) model.splice(index, 1);
            expect(queue.cancel(piece, 0, 16_384)).toBe(index >= 0);
          } else {
            const dropped: number[] = [];
            queue.drop(
              (one) => one % 2 === 0,
              (one) => dropped.push(one),
            );
            expect(dropped).toEqual(model.filter((one) => one % 2 !== 0));
            model = model.filter((one) => one % 2 === 0);
          }
          expect(queue.length).toBe(model.length);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('are cancelled by exactly the same place and length', () => {
    const queue = new UploadQueue(room, 0);
    queue.push(1, 16_384, 100);
    expect(queue.cancel(1, 0, 100)).toBe(false);
    expect(queue.cancel(1, 16_384, 101)).toBe(false);
    expect(queue.cancel(2, 16_384, 100)).toBe(false);
    expect(queue.cancel(1, 16_384, 100)).toBe(true);
  });
});
