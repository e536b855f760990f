/** Numbers for targets: one for all handles of whoever has many, and none that is lost or used twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventTarget, EventTargets } from '../../src/sim/event-targets.ts';

const target = (): EventTarget => ({ fire: () => {} });

describe('event targets', () => {
  it('one that takes two in a row has one number, also when others take some in between later', () => {
    const targets = new EventTargets();
    const many = target();
    const first = targets.take(many);
    const numbers = [targets.take(many)];
    for (let index = 0; index < 10; index++) {
      targets.take(target());
      numbers.push(targets.take(many));
    }
    expect(new Set(numbers)).toEqual(new Set([first]));
  });

  it('gives out a number again when all that have it have let go', () => {
    const targets = new EventTargets();
    const [one, other] = [target(), target()];
    const number = targets.take(one);
    expect(targets.take(one)).toBe(number);
    targets.release(number);
    expect(targets.at(number)).toBe(one);
    targets.release(number);
    expect(targets.take(other)).toBe(number);
    expect(targets.at(number)).toBe(other);
  });

  it('finds whoever took a number, under any sequence of takes and releases', () => {
    const step = fc.record({ release: fc.boolean(), which: fc.nat({ max: 5 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 200, size: 'max' }), (steps) => {
        const targets = new EventTargets();
        const all = Array.from({ length: 6 }, target);
        const taken: { number: number; by: EventTarget }[] = [];
        for (const { release, which } of steps) {
          const by = all[which] as EventTarget;
          if (!release) taken.push({ number: targets.take(by), by });
          else if (taken.length > 0) {
            const [left] = taken.splice(which % taken.length, 1);
            targets.release(left?.number as number);
          }
          expect(taken.every(({ number, by }) => targets.at(number) === by)).toBe(true);
        }
      }),
      { numRuns: 50, seed: 21 },
    );
  });
});
