/** The same scenario on both networks: what the simulation says must come true on sockets. */
import { describe, expect, test } from 'vitest';
import {
  agrees,
  compareNetworks,
  comparePeers,
  peersAgree,
  type RealRuns,
} from '../../src/scenarios/parity/parity.ts';
import { runPlan } from '../../src/scenarios/run/run-plan.ts';
import { simulateLibrary } from '../scenarios/run/simulate-file.ts';
import { NAMESPACE_AGENT, NAMESPACES } from '../support/namespaces.ts';

// At the same time: each mostly waits for its lines, and the machine has time for all.
describe.concurrent('the median completion on real networks is within 10 % of the simulated one', () => {
  test.each(['parity-small', 'parity-homes', 'parity-trouble'])('%s', async (name) => {
    const { plan, trace } = simulateLibrary(name);
    const real = await runPlan(plan, { network: 'sockets' });
    const rows = compareNetworks(trace, [{ network: 'sockets', traces: [real.trace] }]);
    const of = (figure: string) => rows.find(({ name: row }) => row === figure);
    expect(of('complete_share')?.real[0]?.median).toBe(1);
    expect(Math.abs(of('completion_time_p50_us')?.real[0]?.difference ?? Number.NaN)).toBeLessThan(0.1);
    expect(Math.abs(of('sent_sum_bytes')?.real[0]?.difference ?? Number.NaN)).toBeLessThan(0.1);
  });

  const SMALLER = ['torrent.size=2 MiB', 'torrent.piece=64 KiB', 'peers.leechers.count=5'];
  test.skipIf(!NAMESPACES)('parity-kernel, smaller, in network namespaces', async () => {
    const { plan, trace } = simulateLibrary('parity-kernel', { set: SMALLER });
    const real = await runPlan(plan, { network: 'namespaces', agentFile: NAMESPACE_AGENT });
    const runs: RealRuns[] = [{ network: 'namespaces', traces: [real.trace] }];
    const peers = comparePeers(trace, runs);
    expect(peers).toHaveLength(5);
    expect(agrees(compareNetworks(trace, runs), 0.1)).toBe(true);
    expect(peersAgree(peers, 0.2)).toBe(true);
  });
});
