import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMPUTING, inTurns, WAITING } from './turns.ts';

describe('turns', () => {
  it.each(Object.keys({ ...WAITING, ...COMPUTING }))('know a file that there is: %s', (path) => {
    expect(existsSync(`test/${path}`)).toBe(true);
  });

  it('give every file once, two that wait at a time among others, the longest first', () => {
    const [pex, parity, resume] = Object.keys(WAITING) as [string, string, string];
    const [play, report] = Object.keys(COMPUTING) as [string, string];
    const others = Array.from({ length: 100 }, (_, number) => `core/${number}.test.ts`);
    const order = inTurns([...others, resume, play, report, parity, pex], (path) => path);
    expect(order.slice(0, 4)).toEqual([pex, parity, play, report]);
    expect(order.toSorted()).toEqual([...others, resume, play, report, parity, pex].toSorted());
    // It begins when the second of those before it is over, as the others have it.
    const before = order.indexOf(resume) - 4;
    expect(before).toBeGreaterThan(30);
    expect(before).toBeLessThan(70);
    expect(order.filter((path) => path.startsWith('core/'))).toEqual(others);
  });
});
