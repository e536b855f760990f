import { describe, expect, test } from 'vitest';
import { foldBounds } from '../../../src/trace/metrics/bounds.ts';
import { foldPeerTimes, sortedPresent } from '../../../src/trace/metrics/peer-times.ts';
import { simulateLibrary } from './simulate-file.ts';

const notHeld = ({ verdicts }: ReturnType<typeof simulateLibrary>): string[] =>
  verdicts.filter(({ status }) => status !== 'held').map(({ name }) => name);

describe('the scenarios of the library', () => {
  // With the seed that they name, test/cli/library.test.ts runs them.
  test.each([2, 3])('lower-bound holds with seed %s too', (seed) => {
    expect(notHeld(simulateLibrary('lower-bound', { seed }))).toEqual([]);
  });
});

test('no prefix of finishers is sooner than the least time for so many', () => {
  const { trace } = simulateLibrary('lower-bound');
  const completions = sortedPresent(foldPeerTimes(trace).completedUs);
  const bounds = foldBounds(trace);
  expect(completions).toHaveLength(50);
  completions.forEach((completedUs, index) => {
    expect(completedUs).toBeGreaterThanOrEqual(bounds?.curveUs[index] ?? Number.POSITIVE_INFINITY);
  });
});

test('the laws of the network are looked at all through a run, and its books balance at the end', () => {
  const { run, trace } = simulateLibrary('parity-small');
  run.breakUp();
  // There are no data caps in this scenario.
  for (const { name, evaluations } of run.checks) {
    expect([name, evaluations >= 1]).toEqual([name, name !== 'data cap']);
  }
  expect(run.checks.map(({ name }) => name)).toEqual([
    'conservation',
    'link budget',
    'fair share',
    'data cap',
    'datagram books',
    'nothing left',
    'verified content',
    'served while unchoked',
    'blocks were sent and asked for',
    'availability',
    'holdings only grow',
    'slots within limits',
    'claims are verified',
    'no blame among the honest',
  ]);
  const sum = (column: Float64Array): number => column.reduce((total, bytes) => total + bytes, 0);
  const sent = sum(trace.totals.sentBytes);
  const arrived = sum(trace.totals.receivedBytes) + sum(trace.totals.wastedBytes);
  expect(arrived).toBeLessThanOrEqual(sent);
  // What was given to a stream and had not arrived when the run ended is a few blocks at most.
  expect(sent - arrived).toBeLessThan(0.02 * sent);
});

describe('a run', () => {
  const digest = (seed: number, payload?: 'reference' | 'bytes'): string =>
    simulateLibrary('parity-small', { seed, payload }).trace.digest;

  test('has the same digest again in the same process', () => {
    expect(digest(4)).toBe(digest(4));
  });

  test('has the same digest whether bodies are bytes or references', () => {
    expect(digest(5, 'bytes')).toBe(digest(5, 'reference'));
  });

  test('has another digest with another seed', () => {
    expect(digest(6)).not.toBe(digest(7));
  });
});
