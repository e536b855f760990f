/**
 * Faults of a YAML document that the library lets pass, or stumbles over without saying where: duplicate keys, keys that
 * are not text, aliases of nothing, merges of what is no map. Takes time in proportion to the document.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
} from 'yaml';
import { type Complaint, complain } from './complaint.ts';
import { nearest } from './nearest.ts';

export interface NodeFault {
  readonly node: Node;
  readonly complaint: Complaint;
  /** Whether the document cannot be turned into data. */
  readonly fatal: boolean;
}

/** With more anchors than this, none is suggested for an unknown alias. */
const MAX_SUGGESTED_ANCHORS = 100;

export function findNodeFaults(document: Document): NodeFault[] {
  const faults: NodeFault[] = [];
  const anchors = new Map<string, Node>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) faults.push(unknownAlias(node, node.source, anchors));
        return;
      }
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) faults.push(...duplicateKeys(node as YAMLMap<Node, Node>));
    },
    Pair(_, pair) {
      if (isMap(pair.key) || isSeq(pair.key)) {
        faults.push({ node: pair.key, complaint: complain('a key must be plain text'), fatal: true });
      }
      if (isScalar(pair.key) && pair.key.source === '<<') {
        faults.push(...wrongMerges(pair as Pair<Node, Node | null>, anchors));
      }
    },
  });
  return faults;
}

function unknownAlias(node: Node, name: string, anchors: ReadonlyMap<string, Node>): NodeFault {
  const suggestion = anchors.size <= MAX_SUGGESTED_ANCHORS ? nearest(name, anchors.keys()) : undefined;
  const complaint = complain(`unknown alias "*${name}"`, {
    expected: 'an anchor that stands above it',
    suggestion: suggestion && `*${suggestion}`,
  });
  return { node, complaint, fatal: true };
}

function duplicateKeys(map: YAMLMap<Node, Node>): NodeFault[] {
  const faults: NodeFault[] = [];
  const seen = new Set<string>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name)) {
      const complaint = complain(`duplicate key "${name}"`, { expected: 'each key once in its map' });
      faults.push({ node: key, complaint, fatal: false });
    }
    seen.add(name);
  }
  return faults;
}

function wrongMerges(pair: Pair<Node, Node | null>, anchors: ReadonlyMap<string, Node>): NodeFault[] {
  const sources = isSeq(pair.value) ? (pair.value.items as (Node | null)[]) : [pair.value];
  const faults: NodeFault[] = [];
  for (const source of sources) {
    const merged = isAlias(source) ? anchors.get(source.source) : source;
    // An alias of nothing is a fault of its own.
    if (merged === undefined || isMap(merged)) continue;
    faults.push({ node: source ?? pair.key, complaint: complain('only a map can be merged'), fatal: true });
  }
  return faults;
}
