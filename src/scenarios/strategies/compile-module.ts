/**
 * Makes strategies of a user's module. The code is run once for a run, so that what it keeps at its top level begins anew
 * with each; it runs with all rights of this process, as any program that is started.
 */
import type { Choker } from '../../core/strategies/choker.ts';
import type { PiecePicker } from '../../core/strategies/picker.ts';
import { type Checked, quote, reject } from '../complaint.ts';
import { moduleUrl } from './strategy-fault.ts';
import type { ModuleOptions, StrategyModule, StrategyRole } from './strategy-module.ts';

/** What a user's picker answers: a piece, a piece with a word for the trace, or nothing. Checked before it is used. */
export interface UserPicker {
  readonly name: string;
  readonly sharesStarted?: PiecePicker['sharesStarted'];
  pick(...args: Parameters<PiecePicker['pick']>): unknown;
}

export interface UserChoker {
  readonly name: string;
  decide(...args: Parameters<Choker['decide']>): unknown;
}

const METHODS = { picker: 'pick', choker: 'decide' } as const;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SHARES: readonly unknown[] = [undefined, 'always', 'unless-rarer', 'in-order', 'last', 'as-picked'];

/** Runs the code; returns what makes a strategy. Throws what the code throws. */
export function compileModule(
  module: Pick<StrategyModule, 'code' | 'path' | 'role'>,
): (options: ModuleOptions) => unknown {
  // A function, not an import: it works in a web page as well, and a second run begins with nothing left of the first.
  const run = new Function(
    `'use strict';\n${module.code}\n//# sourceURL=${moduleUrl(module)}`,
  ) as () => Record<string, unknown>;
  const exported = run();
  const strategy = exported[module.role] ?? exported.default;
  if (typeof strategy === 'function') return (options) => strategy(options);
  // One object serves all peers: what one kept in it, the others would find.
  return () => Object.freeze(strategy);
}

/** Whether what a module exports is a strategy of this role. */
export function checkShape(role: StrategyRole, strategy: unknown): Checked<UserPicker & UserChoker> {
  const method = METHODS[role];
  const expected = `export const ${role} = { name: 'my-${role}', ${method}(…) { … } }, or a function that returns such an object`;
  if (typeof strategy !== 'object' || strategy === null) {
    return reject(`there is no "${role}" in what it exports`, { expected });
  }
  const { name, sharesStarted, [method]: decides } = strategy as Record<string, unknown>;
  if (typeof decides !== 'function') return reject(`its ${role} has no method "${method}"`, { expected });
  if (typeof name !== 'string' || !NAME.test(name) || name.length > 64) {
    return reject(`its ${role} is called ${quote(name)}`, {
      expected: `a "name" of lower-case letters, digits and single hyphens: 'my-${role}'`,
    });
  }
  if (role === 'picker' && !SHARES.includes(sharesStarted)) {
    return reject(`its "sharesStarted" is ${quote(sharesStarted)}`, {
      expected: "'always', 'unless-rarer', 'in-order', 'last' or 'as-picked'",
    });
  }
  return { ok: true, value: strategy as UserPicker & UserChoker };
}
