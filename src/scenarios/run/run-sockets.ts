/** Runs a plan on real sockets and in real time, from the start to its trace. */

import { invariant } from '../../core/result.ts';
import { NodeHasher } from '../../host/node-hasher.ts';
import { TraceRecorder } from '../../trace/recorder.ts';
import type { Plan } from '../plan.ts';
import { planContent } from './planned-content.ts';
import { LoopbackMachines } from './run-loopback-machines.ts';
import { RunFailure, type RunOptions, type RunOutcome } from './run-options.ts';
import { simulatedOnly } from './socket-limits.ts';
import { Swarm } from './swarm.ts';
import { traceHeader } from './trace-header.ts';

const PROGRESS_MS = 250;

export async function runOnSockets(plan: Plan, { onProgress, signal }: RunOptions): Promise<RunOutcome> {
  const impossible = simulatedOnly(plan);
  invariant(impossible.length === 0, `real sockets cannot do what was planned: ${impossible.join(', ')}`);
  const hasher = new NodeHasher();
  const machines = new LoopbackMachines(plan, hasher);
  const { clock } = machines;
  const content = planContent(plan.torrent, hasher);
  let startUs = 0;
  const elapsedUs = (): number => Math.min(plan.endUs, Math.max(0, clock.now() - startUs));
  const recorder = new TraceRecorder(traceHeader(plan), elapsedUs);
  let swarm: Swarm | undefined;
  let progress: NodeJS.Timeout | undefined;
  try {
    const interrupted = await new Promise<boolean>((resolve, reject) => {
      swarm = new Swarm(plan, content, machines, recorder, {
        onStarted: () => {
          startUs = clock.now();
          clock.schedule(startUs + plan.endUs, () => resolve(false));
        },
        onOver: () => resolve(false),
        onFailed: (message) => reject(new RunFailure(message)),
      });
      signal?.addEventListener('abort', () => resolve(true), { once: true });
      progress = setInterval(() => {
        const { complete, peers } = (swarm as Swarm).progress;
        onProgress?.({ nowUs: elapsedUs(), endUs: plan.endUs, events: 0, complete, peers });
      }, PROGRESS_MS);
      swarm.start();
    });
    return { trace: recorder.finish(elapsedUs()), interrupted, events: 0, checks: [], verdicts: [] };
  } finally {
    await swarm?.stop();
    clearInterval(progress);
  }
}
