/**
 * A fork of a scenario: the same, with one more event from a given time on. Because runs are deterministic, running the
 * fork from the start is the same as stopping the run at that time, changing one thing and going on.
 */
import { complain, quote } from './complaint.ts';
import { ScenarioError } from './errors.ts';
import type { LaidValue } from './layers/scenario-data.ts';
import { isMap } from './rules/plain-data.ts';
import { ScenarioSource } from './source.ts';

/**
 * The event that `change` writes ("crash: { group: crowd }") at the time `at`. Throws a `ScenarioError` about `--change`
 * where it is no map.
 */
export function forkEvent(at: string, change: string): LaidValue & { readonly value: unknown } {
  const ofTime = new ScenarioSource(JSON.stringify(at), '--at');
  const ofChange = new ScenarioSource(change, '--change');
  const { data, problems } = ofChange;
  if (problems.length > 0) throw new ScenarioError(problems);
  if (!isMap(data)) {
    const expected = 'one event without its time, such as "crash: { group: crowd, pick: 25% }"';
    throw new ScenarioError([ofChange.atValue([], complain(`${quote(data)} is not an event`, { expected }))]);
  }
  return {
    value: { at, ...data },
    atPath: (complaint) => ofChange.atKey([], complaint),
    atValue: (complaint, within) =>
      within[0] === 'at' && !Object.hasOwn(data, 'at')
        ? ofTime.atValue([], complaint)
        : ofChange.atValue(within, complaint),
    atKey: (complaint, within) => ofChange.atKey(within, complaint),
  };
}
