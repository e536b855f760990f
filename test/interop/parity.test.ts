/** The same scenario on both networks: what the simulation says must come true on sockets. */
import { describe, expect, test } from 'vitest';
import { compareNetworks } from '../../src/scenarios/parity/parity.ts';
import { runPlan } from '../../src/scenarios/run/run-plan.ts';
import { simulateLibrary } from '../scenarios/run/simulate-file.ts';

// At the same time: each mostly waits for its lines, and the machine has time for all.
describe.concurrent('the median completion on sockets is within 10 % of the simulated one', () => {
  test.each(['parity-small', 'parity-homes', 'parity-trouble'])('%s', async (name) => {
    const { plan, trace } = simulateLibrary(name);
    const real = await runPlan(plan, { network: 'sockets' });
    const rows = compareNetworks(trace, [real.trace]);
    const of = (figure: string) => rows.find(({ name: row }) => row === figure);
    expect(of('complete_share')?.realMedian).toBe(1);
    expect(Math.abs(of('completion_time_p50_us')?.difference ?? Number.NaN)).toBeLessThan(0.1);
    expect(Math.abs(of('sent_sum_bytes')?.difference ?? Number.NaN)).toBeLessThan(0.1);
  });
});
