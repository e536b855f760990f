/**
 * Values that take the place of those in a scenario file: what `--set` says, and the cells of a sweep. They are laid over
 * the data before it is looked at, so they are held to everything that the file itself is; what is wrong with one is
 * shown where it was written.
 */
import { parse } from 'yaml';
import { accept, type Checked, type Complaint, complain, quote, reject } from './complaint.ts';
import type { ScenarioProblem } from './errors.ts';
import { resolveSetPath } from './set-path.ts';
import { ScenarioSource } from './source.ts';

export interface Override {
  /** Keys with dots between them, as `resolveSetPath` reads them. */
  readonly path: string;
  readonly value: unknown;
  /** Where it was written: what is wrong with the path, and with the value. */
  readonly atPath: (complaint: Complaint) => ScenarioProblem;
  readonly atValue: (complaint: Complaint) => ScenarioProblem;
}

/** Lays each over the source, in turn; those that have no place are said in `problems` and left out. */
export function layOverrides(
  source: ScenarioSource,
  overrides: readonly Override[],
  problems: ScenarioProblem[],
): void {
  for (const { path, value, atPath, atValue } of overrides) {
    const resolved = resolveSetPath(source.data, path);
    if (resolved.ok) source.lay(resolved.value, value, atValue);
    else problems.push(atPath(resolved.complaint));
  }
}

/** "peers.crowd.count=40" as an override: the value is YAML. `option` names it in messages. */
export function parseSetting(text: string, option = '--set'): Checked<Override> {
  const equals = text.indexOf('=');
  const path = text.slice(0, equals).trim();
  if (equals < 0 || path === '') {
    return reject(`${quote(text)} sets nothing`, {
      expected: 'a path, "=" and a value: peers.crowd.engine.picker=random',
    });
  }
  const valueText = text.slice(equals + 1).trim();
  let value: unknown;
  try {
    value = parse(valueText, { version: '1.2' });
  } catch {
    return reject(`the value of ${quote(text)} is not YAML`, {
      expected: 'a value as the file would have it',
    });
  }
  const ofPath = new ScenarioSource(path, option);
  const ofValue = new ScenarioSource(valueText, `${option} ${path}`);
  return accept({
    path,
    value,
    atPath: (complaint) => ofPath.atValue([], complaint),
    atValue: (complaint) => ofValue.atValue([], complain(complaint.message, complaint)),
  });
}
