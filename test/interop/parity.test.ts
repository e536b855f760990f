/** The same scenario on both networks: what the simulation says must come true on sockets. */
import { expect, test } from 'vitest';
import { runPlan } from '../../src/scenarios/run/run-plan.ts';
import { medianCompletionUs, simulateLibrary } from '../scenarios/run/simulate-file.ts';

test('parity-small: the median completion on sockets is within 15 % of the simulated one', async () => {
  const { plan, trace } = simulateLibrary('parity-small');
  const real = await runPlan(plan, { network: 'sockets' });
  const ratio = medianCompletionUs(real.trace) / medianCompletionUs(trace);
  expect(ratio).toBeGreaterThan(0.85);
  expect(ratio).toBeLessThan(1.15);
});
