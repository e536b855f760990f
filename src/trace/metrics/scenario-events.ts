/** The events of the scenario as spans of the run: what a report shades and names, and what `events.csv` lists. */
import { EventKind, type Trace } from '../trace.ts';

export interface ScenarioEvent {
  /** Its number in the plan. */
  readonly index: number;
  readonly label: string;
  readonly fromUs: number;
  /** Equal to `fromUs` for what happens and does not last; the end of the run for what was not over then. */
  readonly toUs: number;
  /** Whether its end was seen. */
  readonly over: boolean;
}

/** What these verbs do is done at once. */
const INSTANT = /^(?:leave|engine) /;

/** In the order in which they began. */
export function foldScenarioEvents({ events, strings, endUs }: Trace): ScenarioEvent[] {
  const all: ScenarioEvent[] = [];
  /** Place in `all` of what still lasts, by number. */
  const lasting = new Map<number, number>();
  for (let row = 0; row < events.count; row++) {
    const kind = events.kind[row];
    const index = events.a[row] as number;
    const timeUs = events.timeUs[row] as number;
    if (kind === EventKind.faultBegan) {
      const label = strings[events.c[row] as number] as string;
      const instant = INSTANT.test(label);
      if (!instant) lasting.set(index, all.length);
      all.push({ index, label, fromUs: timeUs, toUs: instant ? timeUs : endUs, over: instant });
    } else if (kind === EventKind.faultEnded) {
      const place = lasting.get(index);
      const began = all[place ?? -1];
      if (place === undefined || began === undefined) continue;
      lasting.delete(index);
      all[place] = { ...began, toUs: timeUs, over: true };
    }
  }
  return all;
}
