/**
 * The profile of one simulated run: events, messages and time by kind, and the processor's time by part of the program.
 * All of it is about this machine and this moment; nothing of the run depends on it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EventCount, EventTally } from '../../scenarios/run/event-tally.ts';
import { type MessageCount, MessageTally } from '../../scenarios/run/message-tally.ts';
import type { RunProbe } from '../../scenarios/run/run-options.ts';
import { CodeAreas } from './code-areas.ts';
import { type CpuProfile, CpuProfiler, type SelfTime, selfTimes } from './cpu-profiler.ts';

export interface RunProfile {
  /** Blocks that arrived, wanted or not: what the rest is put in proportion to. */
  readonly blocks: number;
  readonly events: readonly EventCount[];
  readonly messages: readonly MessageCount[];
  /** Self time by part of the program, in microseconds; the largest first. */
  readonly areas: readonly { readonly area: string; readonly us: number }[];
  /** The functions with the largest self time. */
  readonly functions: readonly FunctionTime[];
}

export interface FunctionTime {
  readonly name: string;
  /** Source file, or empty. */
  readonly source: string;
  readonly us: number;
}

const FUNCTIONS_SHOWN = 40;

export class RunProfiler {
  readonly #events = new EventTally(() => performance.now() * 1e6);
  readonly #messages = new MessageTally();
  readonly #cpu = new CpuProfiler();

  get probe(): RunProbe {
    return { events: this.#events, messages: this.#messages };
  }

  start(): void {
    this.#cpu.start();
  }

  stop(): { readonly profile: RunProfile; readonly cpuProfile: CpuProfile } {
    const cpuProfile = this.#cpu.stop();
    const areas = new CodeAreas(bundleText);
    const times = selfTimes(cpuProfile).filter(({ us }) => us > 0);
    const profile = {
      blocks: this.#messages.blocks,
      events: this.#events.counts,
      messages: this.#messages.counts,
      areas: summed(times, ({ place }) => areas.areaOf(place)).map(([area, us]) => ({ area, us })),
      functions: functionsOf(times, areas),
    };
    return { profile, cpuProfile };
  }
}

/** The program is several bundles in one folder: commands load what they share. */
function bundleText(url: string): string | undefined {
  const isOurs = url.startsWith(new URL('.', import.meta.url).href) && url.endsWith('.js');
  return isOurs ? readFileSync(fileURLToPath(url), 'utf8') : undefined;
}

function functionsOf(times: readonly SelfTime[], areas: CodeAreas): FunctionTime[] {
  const ours = times.filter(({ place }) => areas.sourceOf(place) !== '');
  return summed(ours, ({ place }) => `${place.functionName || '(anonymous)'}\n${areas.sourceOf(place)}`)
    .slice(0, FUNCTIONS_SHOWN)
    .map(([key, us]) => {
      const [name = '', source = ''] = key.split('\n');
      return { name, source, us };
    });
}

function summed(times: readonly SelfTime[], keyOf: (time: SelfTime) => string): [string, number][] {
  const sums = new Map<string, number>();
  for (const time of times) {
    const key = keyOf(time);
    sums.set(key, (sums.get(key) ?? 0) + time.us);
  }
  return [...sums].sort((left, right) => right[1] - left[1]);
}
