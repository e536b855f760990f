/**
 * A fork of a scenario: the same, with one more event from a given time on. Because runs are deterministic, running the
 * fork from the start is the same as stopping the run at that time, changing one thing and going on.
 */
import { parse } from 'yaml';
import type { Checked } from './complaint.ts';
import { quote, reject } from './complaint.ts';
import { parseScenario } from './parse.ts';
import type { Scenario } from './scenario.ts';
import type { StrategyNames } from './schema.ts';
import { ScenarioSource } from './source.ts';
import type { ReadFile } from './traces.ts';

/**
 * The scenario in `text`, which must be without faults, with the event that `change` writes ("crash: { group: crowd }")
 * at the time `at`. What is wrong with the change is thrown as a `ScenarioError` about the file `--change`, or returned
 * where it is no map.
 */
export function forkScenario(
  text: string,
  at: string,
  change: string,
  strategies: StrategyNames,
  readFile?: ReadFile,
): Checked<Scenario> {
  const event = readChange(change);
  if (!event.ok) return event;
  const data = new ScenarioSource(text, 'scenario').data as Record<string, unknown>;
  const events = [...(Array.isArray(data.events) ? data.events : []), { at, ...event.value }];
  const forked = JSON.stringify({ ...data, events }, undefined, 2);
  return { ok: true, value: parseScenario(forked, '--change', strategies, readFile) };
}

function readChange(change: string): Checked<Record<string, unknown>> {
  const expected = 'one event without its time, such as "crash: { group: crowd, pick: 25% }"';
  try {
    const value: unknown = parse(change);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ok: true, value: value as Record<string, unknown> };
    }
    return reject(`${quote(change)} is not a map`, { expected });
  } catch {
    return reject(`${quote(change)} is not YAML`, { expected });
  }
}
