/** The order of events, against a model that sorts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue, type EventTarget } from '../../src/sim/event-queue.ts';

class Log implements EventTarget {
  readonly fired: number[] = [];
  react: ((token: number) => void) | undefined = undefined;

  fire(token: number): void {
    this.fired.push(token);
    this.react?.(token);
  }
}

function drain(queue: EventQueue): void {
  while (queue.size > 0) queue.fireNext();
}

describe('event queue', () => {
  it('fires by time, and events of one time in the order in which they were set', () => {
    const queue = new EventQueue();
    const log = new Log();
    for (const [token, timeUs] of [30, 10, 20, 10, 30, 10, 0].entries()) {
      queue.set(queue.register(log, token), timeUs);
    }
    drain(queue);
    expect(log.fired).toEqual([6, 1, 3, 5, 2, 0, 4]);
  });

  it('an event set again goes behind its equals', () => {
    const queue = new EventQueue();
    const log = new Log();
    const handles = [0, 1, 2].map((token) => queue.register(log, token));
    for (const handle of handles) queue.set(handle, 5);
    queue.set(handles[0] as number, 5);
    drain(queue);
    expect(log.fired).toEqual([1, 2, 0]);
  });

  it('a target may set, clear or release its own and other events while it fires', () => {
    const queue = new EventQueue();
    const log = new Log();
    const handles = [0, 1, 2, 3].map((token) => queue.register(log, token));
    for (const [index, handle] of handles.entries()) queue.set(handle, index);
    log.react = (token) => {
      if (log.fired.length === 1) queue.set(handles[0] as number, 2);
      if (token === 1) queue.clear(handles[2] as number);
      if (token === 3) {
        expect(queue.size).toBe(0);
        expect(queue.timeOf(handles[3] as number)).toBe(Number.POSITIVE_INFINITY);
        queue.release(handles[3] as number);
      }
    };
    drain(queue);
    expect(log.fired).toEqual([0, 1, 0, 3]);
    expect(queue.handleCount).toBe(3);
  });

  it('reuses handles that were released and refuses them until then', () => {
    const queue = new EventQueue();
    const log = new Log();
    const handle = queue.register(log, 1);
    queue.set(handle, 1);
    queue.release(handle);
    expect(() => queue.set(handle, 1)).toThrow(/not in use/);
    expect(() => queue.release(handle)).toThrow(/not in use/);
    expect(queue.register(log, 2)).toBe(handle);
    expect(queue.size).toBe(0);
  });

  it('equals a sorted list under any sequence of changes', () => {
    const handle = fc.nat({ max: 200 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constant('set' as const), handle, fc.nat({ max: 50 })) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('clear' as const), handle, fc.constant(0)) },
      { weight: 2, arbitrary: fc.tuple(fc.constant('fire' as const), fc.constant(0), fc.nat({ max: 60 })) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 800, size: 'max' }), (steps) => {
        const queue = new EventQueue();
        const log = new Log();
        const handles = Array.from({ length: 201 }, (_, token) => queue.register(log, token));
        let model: { token: number; timeUs: number; order: number }[] = [];
        const expected: number[] = [];
        let order = 0;
        const put = (token: number, timeUs: number): void => {
          model = model.filter((entry) => entry.token !== token);
          model.push({ token, timeUs, order: order++ });
          model.sort((a, b) => a.timeUs - b.timeUs || a.order - b.order);
        };
        for (const [kind, token, number] of steps) {
          if (kind === 'set') {
            put(token, number);
            queue.set(handles[token] as number, number);
          } else if (kind === 'clear') {
            model = model.filter((entry) => entry.token !== token);
            queue.clear(handles[token] as number);
          } else if (model.length > 0) {
            const first = model.shift() as (typeof model)[0];
            expected.push(first.token);
            // Sometimes the event sets itself again while it fires.
            const again = number <= 50 ? number : -1;
            log.react = (fired) => {
              if (again >= 0) queue.set(handles[fired] as number, first.timeUs + again);
            };
            queue.fireNext();
            log.react = undefined;
            if (again >= 0) put(first.token, first.timeUs + again);
          }
          expect(queue.size).toBe(model.length);
          expect(queue.nextUs).toBe(model[0]?.timeUs ?? Number.POSITIVE_INFINITY);
          expect(queue.timeOf(handles[token] as number)).toBe(
            model.find((entry) => entry.token === token)?.timeUs ?? Number.POSITIVE_INFINITY,
          );
        }
        drain(queue);
        expect(log.fired).toEqual([...expected, ...model.map((entry) => entry.token)]);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('equals a sorted list over all distances in time, also where events set others while they fire', () => {
    // About the ends of slots and pages of every level, and many at one time.
    const distance = fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 4, arbitrary: fc.nat({ max: 2_000 }) },
      { weight: 4, arbitrary: fc.nat({ max: 2_000_000 }) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom(9, 19, 20, 29, 30, 39, 49), fc.integer({ min: -2, max: 2 }))
          .map(([power, beside]) => Math.max(0, 2 ** power + beside)),
      },
      { weight: 2, arbitrary: fc.nat({ max: 400_000_000 }) },
    );
    const handle = fc.nat({ max: 40 });
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('set' as const), handle, distance }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const), handle, distance }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('renew' as const), handle, distance }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('look' as const), handle, distance }) },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('fire' as const), handle, distance }) },
    );
    let fired = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 600, size: 'max' }), (steps) => {
        const queue = new EventQueue();
        const log = new Log();
        const handles = Array.from({ length: 41 }, (_, token) => queue.register(log, token));
        let model: { token: number; timeUs: number; order: number }[] = [];
        let order = 0;
        let nowUs = 0;
        const clear = (token: number): void => {
          model = model.filter((entry) => entry.token !== token);
        };
        const set = (token: number, timeUs: number): void => {
          clear(token);
          model.push({ token, timeUs, order: order++ });
          model.sort((a, b) => a.timeUs - b.timeUs || a.order - b.order);
          queue.set(handles[token] as number, timeUs);
        };
        const fire = (react: () => void): void => {
          const first = model.shift();
          if (first === undefined) return;
          expect(queue.nextUs).toBe(first.timeUs);
          nowUs = first.timeUs;
          log.react = react;
          queue.fireNext();
          log.react = undefined;
          expect(log.fired.at(-1)).toBe(first.token);
          fired++;
        };
        for (const { kind, handle: token, distance: aheadUs } of steps) {
          if (kind === 'set') set(token, nowUs + aheadUs);
          else if (kind === 'fire') fire(() => set(token, nowUs + aheadUs));
          else if (kind === 'clear') {
            clear(token);
            queue.clear(handles[token] as number);
          } else if (kind === 'renew') {
            clear(token);
            queue.release(handles[token] as number);
            handles[token] = queue.register(log, token);
          } else expect(queue.nextUs).toBe(model[0]?.timeUs ?? Number.POSITIVE_INFINITY);
          expect(queue.size).toBe(model.length);
          expect(queue.timeOf(handles[token] as number)).toBe(
            model.find((entry) => entry.token === token)?.timeUs ?? Number.POSITIVE_INFINITY,
          );
        }
        while (model.length > 0) fire(() => {});
        expect(queue.nextUs).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 60, seed: 12 },
    );
    expect(fired).toBeGreaterThan(5_000);
  });

  it('equals a sorted list where events are moved and cleared far ahead, many times', () => {
    const distance = fc.oneof(
      fc.nat({ max: 3_000 }),
      fc.nat({ max: 3_000_000 }),
      fc
        .tuple(fc.constantFrom(19, 20, 29, 30, 39, 40), fc.integer({ min: -2, max: 2 }))
        .map(([power, beside]) => 2 ** power + beside),
    );
    const step = fc.record({
      kind: fc.constantFrom('move' as const, 'move' as const, 'clear' as const, 'fire' as const),
      token: fc.nat({ max: 99 }),
      distance,
      apart: fc.oneof(fc.constant(0), fc.nat({ max: 1_000 }), fc.nat({ max: 1_000_000 })),
      times: fc.nat({ max: 300 }),
    });
    let fired = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 80, size: 'max' }), (steps) => {
        const queue = new EventQueue();
        const log = new Log();
        const handles = Array.from({ length: 100 }, (_, token) => queue.register(log, token));
        const model = new Map<number, { timeUs: number; order: number }>();
        let order = 0;
        let nowUs = 0;
        const first = (): number | undefined => {
          let found: number | undefined;
          for (const [token, { timeUs, order }] of model) {
            const other = found === undefined ? undefined : model.get(found);
            if (
              other === undefined ||
              timeUs < other.timeUs ||
              (timeUs === other.timeUs && order < other.order)
            )
              found = token;
          }
          return found;
        };
        const fire = (): void => {
          const token = first();
          if (token === undefined) return;
          nowUs = model.get(token)?.timeUs as number;
          model.delete(token);
          expect(queue.nextUs).toBe(nowUs);
          queue.fireNext();
          expect(log.fired.at(-1)).toBe(token);
          fired++;
        };
        for (const { kind, token: from, distance: aheadUs, apart, times } of steps) {
          // Firing a few, moving and clearing hundreds.
          for (let index = 0; index < (kind === 'fire' ? times / 40 : times); index++) {
            const token = (from + index * 7) % 100;
            const handle = handles[token] as number;
            if (kind === 'fire') fire();
            else if (kind === 'clear') {
              model.delete(token);
              queue.clear(handle);
            } else {
              const timeUs = nowUs + aheadUs + index * apart;
              model.set(token, { timeUs, order: order++ });
              queue.set(handle, timeUs);
            }
          }
          expect(queue.size).toBe(model.size);
        }
        while (model.size > 0) fire();
        expect(queue.nextUs).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 20, seed: 13 },
    );
    expect(fired).toBeGreaterThan(2_000);
  });

  it('an event set to Infinity is none', () => {
    const queue = new EventQueue();
    const log = new Log();
    const handle = queue.register(log, 1);
    for (const timeUs of [5, Number.POSITIVE_INFINITY, 1e9, Number.POSITIVE_INFINITY])
      queue.set(handle, timeUs);
    expect(queue.size).toBe(0);
    expect(queue.nextUs).toBe(Number.POSITIVE_INFINITY);
    queue.set(handle, 7);
    drain(queue);
    expect(log.fired).toEqual([1]);
  });

  it('refuses a time that is no time', () => {
    const queue = new EventQueue();
    const handle = queue.register(new Log());
    expect(() => queue.set(handle, Number.NaN)).toThrow(/an event at NaN us/);
  });

  it('names whom the earliest event is for', () => {
    const queue = new EventQueue();
    const log = new Log();
    queue.set(queue.register(new Log(), 4), 700_000);
    queue.set(queue.register(log, 3), 600_000);
    expect(queue.nextUs).toBe(600_000);
    expect(queue.nextTarget).toBe(log);
    expect(queue.nextToken).toBe(3);
  });
});
