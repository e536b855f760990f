/** V8's sampling profiler, from node's inspector: starts, stops, and gives the profile as Chrome's tools read it. */
import { type Profiler, Session } from 'node:inspector';

export type CpuProfile = Profiler.Profile;

/** Time between two samples. */
const INTERVAL_US = 1000;

export class CpuProfiler {
  readonly #session = new Session();

  start(): void {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
    this.#session.post('Profiler.start');
  }

  /** To be called once, after `start`. */
  stop(): CpuProfile {
    let profile: CpuProfile | undefined;
    // On the thread that is profiled the answer comes before `post` returns.
    this.#session.post('Profiler.stop', (error, answer) => {
      if (error !== null) throw error;
      profile = answer.profile;
    });
    this.#session.disconnect();
    if (profile === undefined) throw new Error('the profiler has not answered');
    return profile;
  }
}

export interface SelfTime {
  readonly place: Profiler.Profile['nodes'][number]['callFrame'];
  readonly us: number;
}

/** The time that each function took itself, without those that it called. A function may be there more than once. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: CpuProfile): SelfTime[] {
  const usOf = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    usOf.set(id, (usOf.get(id) ?? 0) + Math.max(0, timeDeltas[index] ?? 0));
  }
  return nodes.map(({ id, callFrame }) => ({ place: callFrame, us: usOf.get(id) ?? 0 }));
}
