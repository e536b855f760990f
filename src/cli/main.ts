/**
 * The command line: its beginning, and the end of every error. What commands take stands in `program/`, in the groups
 * that the help shows; what a command does has a file of its own, loaded when it is called: to load everything takes longer
 * than a small download.
 */
import { InvariantError } from '../core/result.ts';
import { StrategyFault } from '../scenarios/strategies/strategy-fault.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { createProgram, exitCodeOfCommandLine } from './program/program.ts';
import { VERSION } from './version.ts';

/** Runs a command line and returns its exit code; says on stderr what went wrong, in words for people. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.held;
  try {
    await createProgram((code) => {
      exitCode = code;
    }).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): ExitCode {
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

// Nobody listening any more (`swarmlab … | head`) is no error, and no reason to leave the work undone.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: { code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// What is thrown in an answer of a socket, file or timer comes here and not to `main`.
process.on('uncaughtException', (error) => process.exit(report(error)));
const exitCode = await main(process.argv.slice(2));
// A remote that does not close its end of a connection must not keep the process; what was printed is let out first.
process.exitCode = exitCode;
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
