/** Looks into a schema and into plain data by path: which forms a value may take, and which keys each form knows. */
import type { z } from 'zod';
import type { Path } from './source.ts';

export type Schema = z.core.$ZodType;

interface Definition {
  readonly shape?: Record<string | number, Schema>;
  readonly element?: Schema;
  /** Of a record: whatever its keys are. */
  readonly valueType?: Schema;
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly options?: readonly Schema[];
}

/** The schemas that the value at `path` may answer to: several below a union. */
export function schemasAt(schema: Schema, path: Path): Schema[] {
  let current = unwrap(schema);
  for (const step of path) {
    current = current.flatMap((one) => {
      const { element, shape, valueType } = definition(one);
      if (valueType !== undefined) return unwrap(valueType);
      if (element !== undefined) return typeof step === 'number' ? unwrap(element) : [];
      const child = shape !== undefined && Object.hasOwn(shape, step) ? shape[step] : undefined;
      return child === undefined ? [] : unwrap(child);
    });
  }
  return current;
}

/** The options of the union that a schema is, below what it is wrapped in. */
export function unionOptions(schema: Schema): readonly Schema[] | undefined {
  const { options, innerType, in: input } = definition(schema);
  const inner = innerType ?? input;
  return options ?? (inner === undefined ? undefined : unionOptions(inner));
}

/** The schema of the child at the end of a path, wrapped as it is; the first that is found. */
export function wrappedAt(schema: Schema, path: Path): Schema | undefined {
  const step = path.at(-1);
  if (step === undefined) return schema;
  for (const parent of schemasAt(schema, path.slice(0, -1))) {
    const { element, shape, valueType } = definition(parent);
    const child =
      element ?? valueType ?? (shape !== undefined && Object.hasOwn(shape, step) ? shape[step] : undefined);
    if (child !== undefined) return child;
  }
  return undefined;
}

/** The keys of a map; none for anything else. */
export function keysOf(schema: Schema): string[] {
  return Object.keys(definition(schema).shape ?? {});
}

/** Whether the schema is that of a map or list which may have this key, or an entry of this number. */
export function takesKey(schema: Schema, step: string | number): boolean {
  const { element, shape, valueType } = definition(schema);
  if (element !== undefined) return typeof step === 'number';
  return valueType !== undefined || (shape !== undefined && Object.hasOwn(shape, step));
}

/** Every key that some form of the value at `path` knows. */
export function knownKeys(schema: Schema, path: Path): string[] {
  return [...new Set(schemasAt(schema, path).flatMap(keysOf))];
}

/** The description of the key at the end of `path`, as the end of a sentence. */
export function descriptionAt(schema: Schema, path: Path): string | undefined {
  const text = (wrappedAt(schema, path) as z.ZodType | undefined)?.description;
  return text && text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}

export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

export function exists(data: unknown, path: Path): boolean {
  const parent = valueAt(data, path.slice(0, -1));
  const key = path.at(-1);
  return key === undefined || (parent !== null && typeof parent === 'object' && Object.hasOwn(parent, key));
}

function definition(schema: Schema): Definition {
  return schema._zod.def as unknown as Definition;
}

function unwrap(schema: Schema): Schema[] {
  const { options, innerType, in: input } = definition(schema);
  if (options !== undefined) return options.flatMap(unwrap);
  const inner = innerType ?? input;
  return inner === undefined ? [schema] : unwrap(inner);
}
