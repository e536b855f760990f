import { test } from 'vitest';
import { syntheticTrace } from '../support/synthetic-trace.ts';
import { foldAvailability } from '../../src/trace/metrics/availability.ts';
import { foldBounds } from '../../src/trace/metrics/bounds.ts';
import { foldPeerTimes } from '../../src/trace/metrics/peer-times.ts';
import { encodeTrace, decodeTrace } from '../../src/trace/file-format.ts';
import { seedCopies } from '../../src/trace/metrics/totals.ts';
test('x', () => {
  let t0 = performance.now();
  const t = syntheticTrace({staySec: 20});
  console.log('gen', performance.now()-t0, t.events.count, t.endUs, t.digest, t.samples.rows);
  t0 = performance.now();
  const b = encodeTrace(t); console.log(b.length, performance.now()-t0);
  const d = decodeTrace(b); console.log(d.ok);
  const a = foldAvailability(t); console.log(a.count, a.min[a.count-1], Math.max(...a.min), a.neededUntilUs);
  const bo = foldBounds(t)!; console.log({...bo, curveUs: 0});
  console.log(Math.max(...foldPeerTimes(t).completedUs.filter(x=>!Number.isNaN(x))), seedCopies(t));
});
