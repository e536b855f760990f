/**
 * A scenario upon its base. Maps are merged key by key, groups of peers by their names; whatever else the file says
 * stands in place of what the base says. Where a key takes one of several forms, a value that is complete by itself
 * replaces the base's: half of one form and half of another would be neither. `null` takes a key of the base away.
 */
import type { z } from 'zod';
import { isMap } from '../rules/plain-data.ts';
import { type Schema, unionOptions, wrappedAt } from '../schema-walk.ts';
import type { Path } from '../source.ts';
import { type Place, partOf } from './place-tree.ts';

/** Data and where it stands. */
export interface Layer {
  readonly data: unknown;
  readonly place: Place;
}

/** `schema` is that of whole scenarios. Neither layer is changed. */
export function mergeLayers(base: Layer, over: Layer, schema: Schema): Layer {
  return merge(base, over, [], schema);
}

function merge(base: Layer, over: Layer, path: Path, schema: Schema): Layer {
  if (path.length === 1 && path[0] === 'peers' && Array.isArray(base.data) && Array.isArray(over.data)) {
    return mergeGroups(base, over, schema);
  }
  if (!isMap(base.data) || !isMap(over.data) || isWhole(over.data, path, schema)) return over;
  const data: Record<string, unknown> = {};
  const parts = new Map<string | number, Place>(over.place.parts);
  for (const [key, value] of Object.entries(base.data)) {
    if (over.data[key] === null && value !== null) continue;
    const own: Layer = { data: value, place: partOf(base.place, key) };
    const merged = Object.hasOwn(over.data, key) ? merge(own, part(over, key), [...path, key], schema) : own;
    setOwn(data, key, merged.data);
    parts.set(key, merged.place);
  }
  for (const [key, value] of Object.entries(over.data)) {
    if (!Object.hasOwn(base.data, key)) setOwn(data, key, value);
  }
  return { data, place: { ...over.place, parts } };
}

/** Groups of the base in its order, each with what the file says of it; then the groups that only the file has. */
function mergeGroups(base: Layer, over: Layer, schema: Schema): Layer {
  const layersOf = (layer: Layer): Layer[] => (layer.data as unknown[]).map((_, index) => part(layer, index));
  const merged = layersOf(base);
  const ofBase = new Map(merged.map(({ data }, index) => [nameOf(data), index]));
  const taken = new Set<number>();
  for (const group of layersOf(over)) {
    const name = nameOf(group.data);
    const index = name === undefined ? undefined : ofBase.get(name);
    if (index === undefined || taken.has(index)) {
      merged.push(group);
      continue;
    }
    // A second group of the name is the author's slip, and is shown as one.
    taken.add(index);
    merged[index] = merge(merged[index] as Layer, group, ['peers', index], schema);
  }
  const parts = new Map(merged.map(({ place }, index) => [index, place] as const));
  return { data: merged.map(({ data }) => data), place: { ...over.place, parts } };
}

function nameOf(group: unknown): string | undefined {
  const name = isMap(group) ? group.group : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Whether the value, at a key that takes one of several forms, has one of them all by itself. */
function isWhole(value: unknown, path: Path, schema: Schema): boolean {
  const own = path.length === 0 ? undefined : (wrappedAt(schema, path) as z.ZodType | undefined);
  return (
    own !== undefined && unionOptions(own) !== undefined && own.safeParse(value, { jitless: true }).success
  );
}

function part(layer: Layer, step: string | number): Layer {
  const data = (layer.data as Record<string | number, unknown>)[step];
  return { data, place: partOf(layer.place, step) };
}

/** As an own property whatever the key is: `__proto__` too. */
function setOwn(data: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(data, key, { value, enumerable: true, configurable: true, writable: true });
}
