/**
 * A strategy, as a scenario file writes it: a name, the path of a module of the user's own, or a map of one of the two and
 * its options.
 */
import { z } from 'zod';
import type { StrategyKind, StrategyOption } from '../../core/strategies/strategy-kind.ts';
import { type Complaint, complain, quote } from '../complaint.ts';
import * as field from '../fields.ts';
import { nearest } from '../nearest.ts';
import type { PlannedStrategy } from '../plan.ts';
import { isModulePath, type ModuleOptions, type StrategyRole } from '../strategies/strategy-module.ts';

type Kinds = ReadonlyMap<string, StrategyKind<unknown>>;

/** One of `names`, of which `kinds` knows the options, or a module. */
export function strategy(role: StrategyRole, names: readonly string[], kinds: Kinds) {
  return z
    .union([nameOrPath(role, names), withOptions(role, names, kinds)])
    .transform((value): PlannedStrategy => {
      if (typeof value === 'string') return isModulePath(value) ? { module: value, options: {} } : value;
      const [name = '', given = {}] = Object.entries(value)[0] ?? [];
      if (isModulePath(name)) return { module: name, options: given as unknown as ModuleOptions };
      const options: Record<string, number> = {};
      for (const { key, default: standard } of kinds.get(name)?.options ?? []) {
        const number = (given as Record<string, number | undefined>)[key] ?? standard;
        if (number !== undefined) options[key] = number;
      }
      return { name, options };
    });
}

function nameOrPath(role: StrategyRole, names: readonly string[]) {
  return z
    .unknown()
    .transform((value, context): string => {
      if (typeof value === 'string' && (names.includes(value) || isModulePath(value))) return value;
      const complaint = noSuchStrategy(role, names, value);
      const refusesKind = value !== null && typeof value === 'object';
      context.addIssue({ code: 'custom', message: complaint.message, params: { complaint, refusesKind } });
      return z.NEVER;
    })
    .meta({
      anyOf: [
        { type: 'string', enum: [...names] },
        {
          type: 'string',
          pattern: '[\\\\/]|\\.[cm]?[jt]s$',
          description: `The path of a module of your own: ./my-${role}.ts.`,
        },
      ],
    });
}

function noSuchStrategy(role: StrategyRole, names: readonly string[], value: unknown): Complaint {
  return complain(`"${role}" cannot be ${quote(value)}`, {
    expected: `one of ${names.join(', ')}, or a module of your own: ./my-${role}.ts`,
    suggestion: typeof value === 'string' ? nearest(value, names) : undefined,
  });
}

function withOptions(role: StrategyRole, names: readonly string[], kinds: Kinds) {
  const shape = Object.fromEntries(
    names.map((name) => {
      const { options = [], description = name } = kinds.get(name) ?? {};
      const keys = Object.fromEntries(options.map((one) => [one.key, optionOf(one)]));
      const text = `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
      return [name, z.strictObject(keys).optional().describe(text)];
    }),
  );
  const ownOptions = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
  return z
    .object(shape)
    .catchall(ownOptions)
    .superRefine((value, context) => {
      const keys = Object.keys(value);
      const stranger = keys.find((key) => !names.includes(key) && !isModulePath(key));
      if (keys.length === 1 && stranger === undefined) return;
      const complaint =
        stranger === undefined
          ? complain(`one ${role} has to be named here, with its options`, {
              expected: `a name alone, or a map such as { ${names[0]}: {} }`,
            })
          : noSuchStrategy(role, names, stranger);
      context.addIssue({
        code: 'custom',
        message: complaint.message,
        params: { complaint },
        continue: false,
      });
    });
}

function optionOf({ takes, least, most, description }: StrategyOption) {
  switch (takes) {
    case 'count':
      return z.int().min(least).max(most).optional().describe(description);
    case 'duration':
      return field.duration().optional().describe(description);
    case 'rate':
      return (least > 0 ? field.positiveRate() : field.rate()).optional().describe(description);
    case 'share':
      return field.share().optional().describe(description);
  }
}
