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
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Complaint, complain } from './complaint.ts';
import type { ScenarioProblem } from './errors.ts';
import { codeFrame, Lines } from './frame.ts';
import { findNodeFaults } from './node-faults.ts';

export type Path = readonly (string | number)[];

/** A longer text is refused unread. In characters. */
const MAX_TEXT = 256 * 1024;
/** How far aliases and merge keys are followed to find a place. */
const MAX_HOPS = 20;

interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Where things stand that an author wrote, by their path in the data. */
export interface Places {
  /** A problem with the value at `path`; the complaint's offset counts within a scalar that holds text. */
  atValue(path: Path, complaint: Complaint): ScenarioProblem;
  /** A problem with the key at the end of `path`, or with the nearest thing around it that exists. */
  atKey(path: Path, complaint: Complaint): ScenarioProblem;
  /** The line of the value at `path`, from 1. */
  lineOf(path: Path): number;
  /** The file in which the value at `path` stands, as messages name it. */
  fileOf(path: Path): string;
  /** Its path in the file system, which other paths in it count from; empty: the command line. */
  pathOf(path: Path): string;
}

export interface SourceOptions {
  /** Path of the file; its name for messages where absent. */
  readonly path?: string;
  /** What stands before this offset, on the first line, is shown and not read. */
  readonly from?: number;
  /** A longer text is refused unread, in characters; default 256 Ki. */
  readonly maxText?: number;
}

export class ScenarioSource implements Places {
  /** The content as plain data; undefined when there is none that could be looked at. */
  readonly data: unknown;
  /** What is wrong with the YAML itself. */
  readonly problems: readonly ScenarioProblem[];
  readonly #file: string;
  readonly #path: string;
  readonly #text: string;
  readonly #lines: Lines;
  readonly #document: Document | undefined;
  /** The pairs of maps that were looked into, by key. */
  readonly #pairs = new Map<Node, ReadonlyMap<string, Pair<Node, Node>>>();

  /** `file` is only a name for messages. */
  constructor(text: string, file: string, { path = file, from = 0, maxText = MAX_TEXT }: SourceOptions = {}) {
    this.#file = file;
    this.#path = path;
    this.#text = text;
    this.#lines = new Lines(text);
    const problems: ScenarioProblem[] = [];
    if (text.length > maxText) {
      this.problems = [
        this.#problem(
          { offset: 0, length: 1 },
          complain('the file is too long', { expected: `at most ${maxText / 1024} KiB` }),
        ),
      ];
      return;
    }
    let data: unknown;
    try {
      this.#document = parseDocument(' '.repeat(from) + text.slice(from), {
        version: '1.2',
        merge: true,
        // Looked for in `findNodeFaults`: the library would compare each key with each other.
        uniqueKeys: false,
        prettyErrors: false,
        logLevel: 'error',
      });
      const faults = [...this.#document.errors, ...this.#document.warnings];
      for (const { pos, message } of faults) {
        const complaint = complain(`not valid YAML: ${yamlMessage(message)}`);
        problems.push(this.#problem({ offset: pos[0], length: 1 }, complaint));
      }
      const nodeFaults = findNodeFaults(this.#document);
      for (const { node, complaint } of nodeFaults) {
        problems.push(this.#problem(placeOf(node), complaint));
      }
      const usable = faults.length === 0 && !nodeFaults.some((fault) => fault.fatal);
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

  atValue(path: Path, complaint: Complaint): ScenarioProblem {
    const node = this.#nodeAt(path);
    if (node === undefined) return this.atKey(path, complaint);
    const place = placeOf(node);
    if (!isScalar(node) || typeof node.value !== 'string') return this.#problem(place, complaint);
    return this.#problem(this.#within(node.value, place, complaint), complaint);
  }

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

  lineOf(path: Path): number {
    const node = this.#nodeAt(path);
    return node === undefined ? 1 : this.#lines.place(placeOf(node).offset).line;
  }

  fileOf(): string {
    return this.#file;
  }

  pathOf(): string {
    return this.#path;
  }

  /** A problem with a part of the text itself. */
  atOffset(complaint: Complaint): ScenarioProblem {
    const { offset } = complaint;
    return this.#problem({ offset, length: complaint.length || this.#text.length - offset }, complaint);
  }

  #problem(place: Place, complaint: Complaint): ScenarioProblem {
    const offset = Math.min(place.offset, this.#text.length);
    return {
      file: this.#file,
      ...this.#lines.place(offset),
      message: complaint.message,
      expected: complaint.expected,
      suggestion: complaint.suggestion,
      frame: this.#text.trim() === '' ? '' : codeFrame(this.#lines, offset, place.length),
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
    const own = this.#pairsOf(node as YAMLMap<Node, Node>);
    const pair = own.get(String(step));
    if (pair !== undefined) return pair;
    const merged = own.get('<<')?.value;
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const found = this.#pairAt(source, step, hops + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #pairsOf(map: YAMLMap<Node, Node>): ReadonlyMap<string, Pair<Node, Node>> {
    const known = this.#pairs.get(map);
    if (known !== undefined) return known;
    const pairs = new Map<string, Pair<Node, Node>>();
    for (const pair of map.items) {
      const key = isScalar(pair.key) ? (pair.key.source === '<<' ? '<<' : String(pair.key.value)) : '';
      if (!pairs.has(key)) pairs.set(key, pair);
    }
    this.#pairs.set(map, pairs);
    return pairs;
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

function yamlMessage(message: string): string {
  if (message.includes('multiple documents')) return 'more than one document in the file';
  if (message.includes('Excessive alias count')) return 'aliases expand to too much';
  if (message.includes('call stack')) return 'nested too deeply';
  return message.charAt(0).toLowerCase() + message.slice(1);
}
