/**
 * The text of a scenario as YAML 1.2, with the place of every key and value kept: whatever is found wrong later can be
 * shown where it was written. Reading never throws, however broken or hostile the text is.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import { type Complaint, complain } from './complaint.ts';
import type { ScenarioProblem } from './errors.ts';
import { codeFrame } from './frame.ts';
import { nearest } from './nearest.ts';

export type Path = readonly (string | number)[];

/** A longer text is refused unread. In characters. */
const MAX_TEXT = 1 << 20;
/** How far aliases and merge keys are followed to find a place. */
const MAX_HOPS = 20;

interface Place {
  readonly offset: number;
  readonly length: number;
}

export class ScenarioSource {
  /** The content as plain data; undefined when there is none that could be looked at. */
  readonly data: unknown;
  /** What is wrong with the YAML itself. */
  readonly problems: readonly ScenarioProblem[];
  readonly #file: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #document: Document | undefined;

  /** `file` is only a name for messages. */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#text = text;
    const problems: ScenarioProblem[] = [];
    if (text.length > MAX_TEXT) {
      this.problems = [
        this.#problem(
          { offset: 0, length: 1 },
          complain('the file is too long', { expected: 'at most 1 MiB' }),
        ),
      ];
      return;
    }
    let data: unknown;
    try {
      this.#document = parseDocument(text, {
        version: '1.2',
        merge: true,
        uniqueKeys: true,
        prettyErrors: false,
        logLevel: 'error',
        lineCounter: this.#lines,
      });
      let usable = true;
      for (const { code, pos, message } of [...this.#document.errors, ...this.#document.warnings]) {
        if (code === 'DUPLICATE_KEY') problems.push(this.#duplicateKey(pos[0]));
        else
          problems.push(
            this.#problem({ offset: pos[0], length: 1 }, complain(`not valid YAML: ${yamlMessage(message)}`)),
          );
        usable &&= code === 'DUPLICATE_KEY';
      }
      for (const { node, complaint } of unusableNodes(this.#document)) {
        problems.push(this.#problem(placeOf(node), complaint));
        usable = false;
      }
      if (usable) data = this.#document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      // The library throws on alias bombs, unknown aliases, wrong merge keys and nesting deeper than the stack.
      problems.push(
        this.#problem(
          { offset: 0, length: 1 },
          complain(`not valid YAML: ${yamlMessage(String((error as Error)?.message))}`),
        ),
      );
    }
    this.data = data;
    this.problems = problems;
  }

  /** A problem with the value at `path`; the complaint's offset counts within a scalar that holds text. */
  atValue(path: Path, complaint: Complaint): ScenarioProblem {
    const node = this.#nodeAt(path);
    if (node === undefined) return this.atKey(path, complaint);
    const place = placeOf(node);
    if (!isScalar(node) || typeof node.value !== 'string') return this.#problem(place, complaint);
    return this.#problem(this.#within(node.value, place, complaint), complaint);
  }

  /** A problem with the key at the end of `path`, or with the nearest thing around it that exists. */
  atKey(path: Path, complaint: Complaint): ScenarioProblem {
    for (let depth = path.length; depth > 0; depth--) {
      const parent = this.#nodeAt(path.slice(0, depth - 1));
      const step = path[depth - 1] as string | number;
      const key = this.#pairAt(parent, step)?.key;
      const node = key ?? (isSeq(parent) ? (parent.items[step as number] as Node | undefined) : undefined);
      if (node !== undefined) return this.#problem(firstWord(this.#text, placeOf(node)), complaint);
    }
    const root = this.#document?.contents as Node | null | undefined;
    return this.#problem(
      root == null ? { offset: 0, length: 1 } : firstWord(this.#text, placeOf(root)),
      complaint,
    );
  }

  /** The line of the value at `path`, from 1. */
  lineOf(path: Path): number {
    const node = this.#nodeAt(path);
    return node === undefined ? 1 : this.#lines.linePos(placeOf(node).offset).line;
  }

  #problem(place: Place, complaint: Complaint): ScenarioProblem {
    const offset = Math.min(place.offset, this.#text.length);
    const lineStart = this.#text.lastIndexOf('\n', offset - 1) + 1;
    const { line } = this.#text.length > MAX_TEXT ? { line: 1 } : this.#lines.linePos(offset);
    return {
      file: this.#file,
      line: Math.max(1, line),
      column: offset - lineStart + 1,
      message: complaint.message,
      expected: complaint.expected,
      suggestion: complaint.suggestion,
      frame: this.#text.trim() === '' ? '' : codeFrame(this.#text, offset, place.length),
    };
  }

  /** Narrows the place of a scalar to the part that the complaint means, where the text stands there as it is. */
  #within(value: string, place: Place, complaint: Complaint): Place {
    if (complaint.offset === 0 && complaint.length === 0) return place;
    const raw = this.#text.slice(place.offset, place.offset + place.length);
    const start = raw.indexOf(value.trim());
    if (start < 0 || value.includes('\n')) return place;
    const skipped = value.length - value.trimStart().length;
    const offset = place.offset + start + complaint.offset - skipped;
    return { offset, length: complaint.length || Math.max(1, value.length - complaint.offset) };
  }

  #duplicateKey(offset: number): ScenarioProblem {
    const place = firstWord(this.#text, { offset, length: Number.POSITIVE_INFINITY });
    const key = this.#text.slice(place.offset, place.offset + place.length);
    return this.#problem(place, complain(`duplicate key "${key}"`, { expected: 'each key once in its map' }));
  }

  #nodeAt(path: Path): Node | undefined {
    let node: unknown = this.#document?.contents;
    for (const step of path) {
      node = this.#resolve(node);
      if (isSeq(node)) node = node.items[step as number];
      else node = this.#pairAt(node, step)?.value;
    }
    return node == null ? undefined : (node as Node);
  }

  #pairAt(map: unknown, step: string | number, hops = 0): Pair<Node, Node> | undefined {
    const node = this.#resolve(map);
    if (!isMap(node) || hops > MAX_HOPS) return undefined;
    let merged: Pair<Node, Node> | undefined;
    for (const pair of node.items as Pair<Node, Node>[]) {
      if (!isScalar(pair.key)) continue;
      if (String(pair.key.value) === String(step)) return pair;
      if (pair.key.source !== '<<') continue;
      const source = this.#resolve(pair.value);
      for (const one of isSeq(source) ? source.items : [source]) merged ??= this.#pairAt(one, step, hops + 1);
    }
    return merged;
  }

  #resolve(node: unknown): unknown {
    let resolved = node;
    for (let hops = 0; isAlias(resolved) && this.#document !== undefined && hops < MAX_HOPS; hops++) {
      resolved = resolved.resolve(this.#document);
    }
    return resolved;
  }
}

function placeOf(node: Node): Place {
  const [start, end] = node.range ?? [0, 1];
  return { offset: start, length: Math.max(1, end - start) };
}

/** A place cut after its first word: for messages about something that goes on for lines. */
function firstWord(text: string, place: Place): Place {
  const word = /^[^\s:,{}[\]]+/.exec(text.slice(place.offset, place.offset + 200))?.[0] ?? '';
  return { offset: place.offset, length: Math.max(1, Math.min(place.length, word.length)) };
}

/** What the library lets pass or would stumble over without saying where. */
function unusableNodes(document: Document): { node: Node; complaint: Complaint }[] {
  const found: { node: Node; complaint: Complaint }[] = [];
  const anchors = new Map<string, Node>();
  visit(document, {
    Node(_, node) {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
      } else if (!anchors.has(node.source)) {
        const suggestion = nearest(node.source, anchors.keys());
        found.push({
          node,
          complaint: complain(`unknown alias "*${node.source}"`, {
            expected: 'an anchor that stands above it',
            suggestion: suggestion && `*${suggestion}`,
          }),
        });
      }
    },
    Pair(_, pair) {
      if (isMap(pair.key) || isSeq(pair.key)) {
        found.push({ node: pair.key, complaint: complain('a key must be plain text') });
      }
      if (!isScalar(pair.key) || pair.key.source !== '<<') return;
      const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
      for (const source of sources as (Node | null)[]) {
        const merged = isAlias(source) ? anchors.get(source.source) : source;
        if (merged === undefined || isMap(merged)) continue;
        found.push({ node: source ?? pair.key, complaint: complain('only a map can be merged') });
      }
    },
  });
  return found;
}

function yamlMessage(message: string): string {
  if (message.includes('multiple documents')) return 'more than one document in the file';
  if (message.includes('Excessive alias count')) return 'aliases expand to too much';
  if (message.includes('call stack')) return 'nested too deeply';
  return message.charAt(0).toLowerCase() + message.slice(1);
}
