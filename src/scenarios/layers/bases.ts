/** A scenario with all that it extends: the chain of its bases, each read once, the outermost first to be overridden. */
import { complain, quote } from '../complaint.ts';
import type { ScenarioProblem } from '../errors.ts';
import type { NamedFiles, NamedText } from '../named-files.ts';
import { isMap } from '../rules/plain-data.ts';
import type { Schema } from '../schema-walk.ts';
import { ScenarioSource } from '../source.ts';
import { type Layer, mergeLayers } from './merge.ts';

/** A longer chain is refused, and so is a circle. */
const MAX_BASES = 10;

const KEY = 'extends';
const EXPECTED = 'the path of a scenario file, or a name of the library';

export interface Layers {
  /** Undefined where the text holds no map. */
  readonly layer: Layer | undefined;
  /** The text itself. */
  readonly source: ScenarioSource;
  /** Something that is extended, by it or by a base of it, cannot be had. */
  readonly baseIsAmiss: boolean;
}

/** What is wrong with texts and names is added to `problems`. */
export function readWithBases(
  root: NamedText,
  files: NamedFiles,
  schema: Schema,
  problems: ScenarioProblem[],
): Layers {
  const source = read(root, problems);
  const chain: Layer[] = [];
  const seen = [root];
  let current = source;
  while (isMap(current.data)) {
    chain.push({ data: current.data, place: { source: current, path: [] } });
    const base = nextBase(current, current.data[KEY], seen, files, problems);
    if (base === undefined) break;
    seen.push(base);
    current = read(base, problems);
    if (!isMap(current.data) && current.problems.length === 0) {
      problems.push(
        current.atKey([], complain('the base is not a map of keys and values', { expected: 'a scenario' })),
      );
    }
  }
  const layer = chain.reduceRight<Layer | undefined>(
    (below, own) => (below === undefined ? own : mergeLayers(withoutOwn(below), own, schema)),
    undefined,
  );
  const isWhole = isMap(current.data) && current.data[KEY] === undefined;
  return { layer, source, baseIsAmiss: chain.length > 0 && !isWhole };
}

function read({ text, file, path }: NamedText, problems: ScenarioProblem[]): ScenarioSource {
  const source = new ScenarioSource(text, file, { path });
  problems.push(...source.problems);
  return source;
}

function nextBase(
  source: ScenarioSource,
  named: unknown,
  seen: readonly NamedText[],
  files: NamedFiles,
  problems: ScenarioProblem[],
): NamedText | undefined {
  if (named === undefined) return undefined;
  if (typeof named !== 'string' || named === '') {
    const complaint = complain(`${quote(named)} stands where the name of a base should`, {
      expected: EXPECTED,
    });
    problems.push(source.atValue([KEY], complaint));
    return undefined;
  }
  const from = (seen.at(-1) as NamedText).path;
  const found = files.readBase(named, from);
  if (!found.ok) {
    problems.push(source.atValue([KEY], found.complaint));
    return undefined;
  }
  const { path, file } = found.value;
  const circle = seen.findIndex((one) => one.path === path);
  if (circle >= 0) {
    const way = [...seen.slice(circle).map((one) => one.file), file].join(' extends ');
    const message = `${quote(named)} extends itself: ${way}`;
    problems.push(source.atValue([KEY], complain(message, { expected: 'a base that stands alone' })));
    return undefined;
  }
  if (seen.length > MAX_BASES) {
    const expected = `at most ${MAX_BASES} files, one upon the other`;
    problems.push(source.atValue([KEY], complain('too many bases', { expected })));
    return undefined;
  }
  return found.value;
}

/** Of a base without what is its own affair: what it extends, and what it keeps for its anchors. */
function withoutOwn(layer: Layer): Layer {
  const entries = Object.entries(layer.data as object).filter(
    ([key]) => key !== KEY && !key.startsWith('x-'),
  );
  return { ...layer, data: Object.fromEntries(entries) };
}
