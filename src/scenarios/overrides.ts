/**
 * Values that take the place of those in a scenario file: what `--set` says, and the cells of a sweep. They are laid over
 * the data before it is looked at, so they are held to everything that the file itself is; what is wrong with one is
 * shown where it was written.
 */
import { accept, type Checked, type Complaint, complain, quote, reject } from './complaint.ts';
import { ScenarioError, type ScenarioProblem } from './errors.ts';
import { keysOfLikelyForms } from './issue-branches.ts';
import { nearestPath } from './layers/known-paths.ts';
import type { LaidValue, ScenarioData } from './layers/scenario-data.ts';
import { nearest } from './nearest.ts';
import { asMap } from './rules/plain-data.ts';
import { keysOf, type Schema, schemasAt, takesKey, valueAt } from './schema-walk.ts';
import { resolveSetPath } from './set-path.ts';
import { type Path, ScenarioSource } from './source.ts';

export interface Override extends LaidValue {
  /** Keys with dots between them, as `resolveSetPath` reads them. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * Lays each over the data, in turn; those that have no place in it, or none in `schema`, are said in `problems` and left
 * out.
 */
export function layOverrides(
  data: ScenarioData,
  overrides: readonly Override[],
  schema: Schema,
  problems: ScenarioProblem[],
): void {
  for (const override of overrides) {
    const { path, value, atPath } = override;
    const resolved = resolveSetPath(data.data, path);
    if (!resolved.ok) {
      const { suggestion, offset, length } = resolved.complaint;
      const whole =
        suggestion === undefined
          ? nearestPath(path, data.data, schema)
          : `${path.slice(0, offset)}${suggestion}${path.slice(offset + length)}`;
      problems.push(atPath({ ...resolved.complaint, suggestion: whole }));
      continue;
    }
    const unknown = unknownKey(path, resolved.value, data.data, schema);
    if (unknown === undefined) data.lay(resolved.value, value, override);
    else problems.push(atPath(unknown));
  }
}

/** What to say of a key on the way that no form of a scenario has. */
function unknownKey(dotted: string, path: Path, data: unknown, schema: Schema): Complaint | undefined {
  if (path[0] === 'extends') {
    return complain('"extends" cannot be set', { expected: 'a file of its own that extends another' });
  }
  const words = dotted.split('.');
  for (const [depth, step] of path.entries()) {
    const forms = schemasAt(schema, path.slice(0, depth));
    if (forms.some((form) => takesKey(form, step))) continue;
    const keys = keysOfLikelyForms(forms, Object.keys(asMap(valueAt(data, path.slice(0, depth)))));
    const near = nearest(String(step), forms.flatMap(keysOf));
    return complain(
      `${depth === 0 ? 'a scenario' : quote(words.slice(0, depth).join('.'))} has no key "${step}"`,
      {
        offset: words.slice(0, depth).reduce((sum, word) => sum + word.length + 1, 0),
        length: words[depth]?.length ?? 0,
        expected: keys.length === 0 ? undefined : `one of ${keys.join(', ')}`,
        suggestion:
          near === undefined ? nearestPath(dotted, data, schema) : words.with(depth, near).join('.'),
      },
    );
  }
  return undefined;
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
  const source = new ScenarioSource(text, option, { path: '', from: equals + 1 });
  const start = text.indexOf(path);
  const [fault] = source.problems;
  if (fault !== undefined) return reject(`${quote(text)}: ${fault.message}`, { expected: fault.expected });
  const atPath = (complaint: Complaint): ScenarioProblem =>
    source.atOffset({
      ...complaint,
      offset: start + complaint.offset,
      length: complaint.length || path.length - complaint.offset,
    });
  return accept({
    path,
    value: source.data ?? null,
    atPath,
    atValue: (complaint, within) => source.atValue(within, complaint),
    atKey: (complaint, within) => (within.length === 0 ? atPath(complaint) : source.atKey(within, complaint)),
  });
}

/** Several of them. Throws `ScenarioError` when one cannot be read. */
export function parseSettings(texts: readonly string[], option = '--set'): Override[] {
  const problems: ScenarioProblem[] = [];
  const overrides: Override[] = [];
  for (const text of texts) {
    const parsed = parseSetting(text, option);
    if (parsed.ok) overrides.push(parsed.value);
    else problems.push(new ScenarioSource(text, option).atOffset(parsed.complaint));
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return overrides;
}
