/**
 * A command line from its words to its exit code: what commands take stands in `program/`, in the groups that the help
 * shows; what a command does has a file of its own, loaded when it is called: to load everything takes longer than a small
 * download. Whatever goes wrong is said on stderr, in words for people.
 */
import { InvariantError } from '../core/result.ts';
import { StrategyFault } from '../scenarios/strategies/strategy-fault.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { createProgram, exitCodeOfCommandLine } from './program/program.ts';
import { VERSION } from './version.ts';

/** Runs a command line, given without the program itself, and returns its exit code. Rejects never. */
export async function runCommandLine(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.held;
  try {
    await createProgram((code) => {
      exitCode = code;
    }).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error);
  }
}

/** Says what went wrong. @returns the exit code that tells the same */
export function reportError(error: unknown): ExitCode {
  const say = (text: string): void => {
    process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  const ofCommandLine = exitCodeOfCommandLine(error);
  if (ofCommandLine !== undefined) return ofCommandLine;
  if (error instanceof CommandError) {
    say(`${error.prefix}${error.message}`);
    return error.exitCode;
  }
  if (error instanceof StrategyFault) {
    say(`${error.message}\n  a strategy of your own has failed; the run ended there and left nothing behind`);
    return ExitCode.usage;
  }
  say(`This is a bug of swarmlab ${VERSION}; please report it with the command that you ran.`);
  if (error instanceof InvariantError) say(error.message);
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return ExitCode.bug;
}
