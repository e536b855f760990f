/** `swarmlab check-strategy`: what holds of a picker or choker of the user's own, and what does not. */
import { basename, dirname, resolve } from 'node:path';
import { NodeHasher } from '../host/node-hasher.ts';
import { strategyModules } from '../scenarios/load-strategy-module.ts';
import { NO_FILES } from '../scenarios/named-files.ts';
import { checkStrategy, type Finding } from '../scenarios/run/check-strategy.ts';
import type { StrategyRole } from '../scenarios/strategies/strategy-module.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Terminal } from './output/terminal.ts';

export interface CheckArguments {
  /** What the module holds; found out by looking where absent. */
  readonly role?: StrategyRole;
  /** "key=value", one for each option. */
  readonly option?: readonly string[];
  readonly json?: boolean;
}

export function checkStrategyFile(file: string, args: CheckArguments): ExitCode {
  const loadModule = strategyModules(resolve(dirname(file)));
  const path = `./${basename(file)}`;
  const options = Object.fromEntries((args.option ?? []).map(readOption));
  const roles: readonly StrategyRole[] = args.role === undefined ? ['picker', 'choker'] : [args.role];
  const tries = roles.map((role) => loadModule(role, path, options));
  const module = tries.find((loaded) => loaded.ok)?.value;
  if (module === undefined) throw new CommandError(whyNot(tries), ExitCode.usage);
  const findings = checkStrategy(
    module,
    options,
    { ...NO_FILES, readStrategy: loadModule },
    new NodeHasher(),
  );
  const failed = findings.some(({ advice, broken }) => broken !== undefined && !advice);
  if (args.json === true) {
    const { role, name, sha256 } = module;
    process.stdout.write(
      `${JSON.stringify({ role, name, file, sha256, holds: !failed, findings }, null, 2)}\n`,
    );
  } else print(`the ${module.role} ${module.name} (${file})`, findings);
  return failed ? ExitCode.failed : ExitCode.held;
}

function print(heading: string, findings: readonly Finding[]): void {
  const terminal = new Terminal(process.stdout, process.env);
  terminal.print(terminal.style('bold', heading));
  for (const { says, advice, broken } of findings) {
    if (broken === undefined) terminal.print(`  ${terminal.style('green', '✓')} ${says}`);
    else {
      terminal.print(
        `  ${advice ? terminal.style('yellow', '!') : terminal.style('red', '✗')} ${says}${advice ? ' (advice)' : ''}`,
      );
      for (const line of broken.split('\n')) terminal.print(`      ${line}`);
    }
  }
}

/** What is wrong with the file; where both roles fail, what would have made it a strategy at all. */
function whyNot(tries: readonly ReturnType<ReturnType<typeof strategyModules>>[]): string {
  const complaints = tries.flatMap((loaded) => (loaded.ok ? [] : [loaded.complaint]));
  const messages = new Set(complaints.map(({ message }) => message));
  const expected = complaints.flatMap((complaint) => complaint.expected ?? []);
  return [...messages, ...expected.map((one) => `  expected ${one}`)].join('\n');
}

function readOption(text: string): [string, string | number | boolean] {
  const match = /^([^=]+)=(.*)$/s.exec(text);
  if (match === null) {
    throw new CommandError(`--option ${text}: an option is written key=value`, ExitCode.usage);
  }
  const [, key = '', value = ''] = match;
  if (value === 'true' || value === 'false') return [key, value === 'true'];
  return [key, value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
}
