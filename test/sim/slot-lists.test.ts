/** The lists of slots, against arrays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PLACE, SlotLists } from '../../src/sim/slot-lists.ts';
import { LEVELS, NONE, RING_SLOTS } from '../../src/sim/time-slots.ts';

function read(lists: SlotLists, slot: number): [number, number][] {
  const found: [number, number][] = [];
  for (let place = lists.take(slot); place !== NO_PLACE; place = lists.after(place)) {
    found.push([lists.handleAt(place), lists.timeAt(place)]);
  }
  return found;
}

describe('slot lists', () => {
  it('keep handles and times in order, in lists of any length', () => {
    const lists = new SlotLists();
    for (let length = 0; length < 40; length++) {
      const expected = Array.from({ length }, (_, index): [number, number] => [index, 2 ** 52 + index]);
      for (const [handle, timeUs] of expected) lists.append(length, handle, timeUs);
      expect(read(lists, length)).toEqual(expected);
      expect(read(lists, length)).toEqual([]);
    }
  });

  it('a list of nothing but gaps counts as filled until it is taken', () => {
    const lists = new SlotLists();
    for (let index = 0; index < 20; index++) lists.remove(lists.append(5, index, index));
    expect(lists.gapCount).toBe(20);
    expect(lists.firstFrom(0, 0, RING_SLOTS)).toBe(5);
    expect(lists.take(5)).toBe(NO_PLACE);
    expect(lists.gapCount).toBe(0);
    expect(lists.firstFrom(0, 0, RING_SLOTS)).toBe(NONE);
  });

  it('equal arrays under any sequence of changes, also while a list is read', () => {
    const slots = [0, 1, RING_SLOTS - 1, RING_SLOTS, LEVELS * RING_SLOTS - 1];
    const step = fc.record({
      kind: fc.constantFrom('append' as const, 'append' as const, 'remove' as const, 'move' as const),
      which: fc.nat({ max: 4 }),
      count: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 120, size: 'max' }), (steps) => {
        const lists = new SlotLists();
        const model = slots.map((): { handle: number; timeUs: number; place: number }[] => []);
        let handle = 0;
        let gaps = 0;
        const append = (which: number, timeUs: number, handle: number): void => {
          const place = lists.append(slots[which] as number, handle, timeUs);
          model[which]?.push({ handle, timeUs, place });
        };
        for (const { kind, which, count } of steps) {
          const list = model[which] as (typeof model)[0];
          for (let index = 0; index < count && kind === 'append'; index++)
            append(which, handle * 3, handle++);
          for (let index = 0; index < count && kind === 'remove' && list.length > 0; index++) {
            const [left] = list.splice((index * 7) % list.length, 1);
            lists.remove(left?.place as number);
            gaps++;
          }
          expect(lists.gapCount).toBe(gaps);
          if (kind !== 'move') continue;
          // What is read goes to another list at once, or to the end of the same.
          const before = model[which] as (typeof model)[0];
          model[which] = [];
          let index = 0;
          let same = true;
          const slot = slots[which] as number;
          for (let place = lists.take(slot); place !== NO_PLACE; place = lists.after(place)) {
            const [handle, timeUs] = [lists.handleAt(place), lists.timeAt(place)];
            same &&= before[index]?.handle === handle && before[index]?.timeUs === timeUs;
            append((which + (count % 5)) % 5, timeUs, handle);
            index++;
          }
          expect(same && index === before.length).toBe(true);
          gaps = lists.gapCount;
        }
        for (const [which, slot] of slots.entries()) {
          expect(read(lists, slot)).toEqual(model[which]?.map(({ handle, timeUs }) => [handle, timeUs]));
        }
        expect(lists.gapCount).toBe(0);
      }),
      { numRuns: 40, seed: 22 },
    );
  });
});
