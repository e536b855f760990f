/** The program that reads the command line: all commands, in the groups that the help shows. */
import { Command, CommanderError } from 'commander';
import { describeExitCodes, ExitCode } from '../exit-codes.ts';
import { VERSION } from '../version.ts';
import type { Finish } from './finish.ts';
import { addLookingCommands } from './looking.ts';
import { addRunningCommands } from './running.ts';
import { addSharingCommands } from './sharing.ts';
import { addWritingCommands } from './writing.ts';

export function createProgram(finish: Finish): Command {
  const program = new Command('swarmlab')
    .description(
      'Runs one real BitTorrent engine on a simulated network and on real sockets. Start with "swarmlab list" and "swarmlab run flash-crowd".',
    )
    .version(VERSION)
    .addHelpText('afterAll', `\n${describeExitCodes()}`)
    .exitOverride()
    .showHelpAfterError('  swarmlab --help shows what there is')
    .configureOutput({ outputError: (text, write) => write(text) });
  addRunningCommands(program, finish);
  addLookingCommands(program, finish);
  addWritingCommands(program, finish);
  addSharingCommands(program, finish);
  program.commandsGroup('Help:').helpCommand('help [command]', 'show what a command takes');
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`  swarmlab ${command.name()} --help shows what it takes`);
  }
  return program;
}

/** The exit code of a command line that was wrong or asked for help, which is said already; undefined: another error. */
export function exitCodeOfCommandLine(error: unknown): ExitCode | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  // Commander's own exit code for a wrong command line is 1.
  return error.exitCode === 0 ? ExitCode.held : ExitCode.usage;
}
