/** Runs a plan on real sockets and in real time, from the start to its trace. */

import type { Timer } from '../../core/ports.ts';
import { invariant } from '../../core/result.ts';
import { NodeHasher } from '../../host/node-hasher.ts';
import { TraceRecorder } from '../../trace/recorder.ts';
import type { Verdict } from '../expectations/verdict.ts';
import type { Plan } from '../plan.ts';
import { NamespaceMachines } from './namespace-machines.ts';
import { planContent } from './planned-content.ts';
import type { RealMachines } from './real-machines.ts';
import { LoopbackMachines } from './run-loopback-machines.ts';
import { RunFailure, type RunOptions, type RunOutcome } from './run-options.ts';
import { watchOver } from './run-watch.ts';
import { impossibleOn } from './socket-limits.ts';
import { Swarm } from './swarm.ts';
import { traceHeader } from './trace-header.ts';

const PROGRESS_MS = 250;

export async function runOnSockets(plan: Plan, options: RunOptions): Promise<RunOutcome> {
  const { onProgress, signal } = options;
  const hasher = new NodeHasher();
  const machines = machinesFor(plan, hasher, options);
  const { clock } = machines;
  const content = planContent(plan.torrent, hasher);
  let startUs = 0;
  const elapsedUs = (): number => Math.min(plan.endUs, Math.max(0, clock.now() - startUs));
  const recorder = new TraceRecorder(traceHeader(plan), elapsedUs);
  const watch = watchOver(plan, recorder, options);
  let stoppedBy: Verdict | undefined;
  let swarm: Swarm | undefined;
  let progress: NodeJS.Timeout | undefined;
  let looking: Timer | undefined;
  try {
    const interrupted = await new Promise<boolean>((resolve, reject) => {
      const lookAt = (sampleUs: number): void => {
        if (watch === undefined || sampleUs > plan.endUs) return;
        looking = clock.schedule(startUs + sampleUs, () => {
          stoppedBy = watch(sampleUs);
          if (stoppedBy === undefined) lookAt(sampleUs + plan.sampleUs);
          else resolve(false);
        });
      };
      swarm = new Swarm(plan, content, machines, recorder, {
        onStarted: () => {
          startUs = clock.now();
          machines.begin(startUs);
          clock.schedule(startUs + plan.endUs, () => resolve(false));
          lookAt(plan.sampleUs);
        },
        onOver: () => resolve(false),
        onFailed: (why) => reject(typeof why === 'string' ? new RunFailure(why) : why),
      });
      signal?.addEventListener('abort', () => resolve(true), { once: true });
      progress = setInterval(() => {
        const { complete, peers } = (swarm as Swarm).progress;
        onProgress?.({ nowUs: elapsedUs(), endUs: plan.endUs, events: 0, complete, peers });
      }, PROGRESS_MS);
      const running = swarm;
      machines.prepare().then(() => running.start(), reject);
    });
    swarm?.reportControl();
    return {
      trace: recorder.finish(elapsedUs()),
      interrupted,
      events: 0,
      checks: [],
      verdicts: [],
      stoppedBy,
      stoodStillUs: clock.stoodStillUs,
    };
  } finally {
    await swarm?.stop();
    await machines.close();
    clearInterval(progress);
    looking?.cancel();
  }
}

function machinesFor(
  plan: Plan,
  hasher: NodeHasher,
  { network, agentFile, draws }: RunOptions,
): RealMachines {
  invariant(network !== 'sim', 'a simulated run has no sockets');
  const impossible = impossibleOn(network, plan);
  invariant(impossible.length === 0, `real sockets cannot do what was planned: ${impossible.join(', ')}`);
  if (network !== 'namespaces') return new LoopbackMachines(plan, hasher, draws);
  invariant(agentFile !== undefined, 'a run in namespaces needs the program of their agents');
  return new NamespaceMachines(plan, hasher, agentFile, draws);
}
