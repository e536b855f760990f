/** What a run gives as its own baseline is what its expectations then find there. */
import { expect, it } from 'vitest';
import { lookupIn } from '../../../src/scenarios/baseline/baseline.ts';
import { measureBaselines } from '../../../src/scenarios/baseline/measure.ts';
import { compileExpectation, ordinary } from '../../../src/scenarios/expectations/expectation.ts';
import { judge } from '../../../src/scenarios/expectations/judge.ts';
import { groupsOnly } from '../../../src/scenarios/expectations/labels.ts';
import { TraceMetrics } from '../../../src/scenarios/expectations/trace-metrics.ts';
import { smallTrace } from '../../trace/metrics/small-trace.ts';

const source = new TraceMetrics(smallTrace());

function compile(text: string) {
  const compiled = compileExpectation(ordinary(text), text, 1, groupsOnly([['crowd', 3]]));
  if (!compiled.ok) throw new Error(compiled.complaints[0]?.message);
  return compiled.value;
}

it('measures each expression once, and says why where there is nothing', () => {
  const expectations = [
    'sum( peer.sent{group = crowd} ) <= 110% of baseline',
    'sum(peer.sent{group=crowd}) within baseline',
    'max(peer.sent) > baseline(min(peer.download_time)) / 1s * 1 B',
    'max(peer.download_time) < baseline',
  ].map(compile);
  expect(measureBaselines(expectations, source)).toEqual([
    { expression: 'sum(peer.sent{group=crowd})', unit: 'bytes', value: 200, reasons: [] },
    { expression: 'min(peer.download_time)', unit: 'us', value: 2e6, reasons: [] },
    {
      expression: 'max(peer.download_time)',
      unit: 'us',
      value: undefined,
      reasons: ['1 of 3 peers have no peer.download_time: not complete at the end'],
    },
  ]);
});

it.each([
  // kept, expectation, status
  [200, 'sum(peer.sent{group=crowd}) == baseline', 'held'],
  [181, 'sum(peer.sent{group=crowd}) <= 110% of baseline', 'failed'],
  [182, 'sum(peer.sent{group=crowd}) <= 110% of baseline', 'held'],
  [180, 'sum(peer.sent{group=crowd}) within baseline', 'failed'],
  [191, 'sum(peer.sent{group=crowd}) within baseline', 'held'],
  [180, 'sum(peer.sent{group=crowd}) within 12% of baseline', 'held'],
  [210, 'sum(peer.sent{group=crowd}) within 4% of baseline', 'failed'],
])('%i kept: %s: %s', (value, text, status) => {
  const baselines = lookupIn({
    version: 1,
    scenario: 'small',
    seed: 1,
    values: [{ expression: 'sum(peer.sent{group=crowd})', unit: 'bytes', value, tolerance: 0.05 }],
  });
  expect(judge([compile(text)], source, { baselines })[0]?.status).toBe(status);
});

it('takes no value that is kept in another unit', () => {
  const values = [{ expression: 'sum(peer.sent{group=crowd})', unit: 'us', value: 1, tolerance: 0 }];
  const baselines = lookupIn({ version: 1, scenario: 'small', seed: 1, values });
  expect(judge([compile('sum(peer.sent{group=crowd}) > baseline')], source, { baselines })[0]).toMatchObject({
    status: 'no-data',
    reason: 'the baseline of sum(peer.sent{group=crowd}) is in "us", not in "bytes"',
  });
});
