/**
 * The program `swarmlab`: its command line run in a process that is there for nothing else. Whatever is still open when the
 * command is over ends with it.
 */
import { reportError, runCommandLine } from './command-line.ts';

// Nobody listening any more (`swarmlab … | head`) is no error, and no reason to leave the work undone.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: { code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// What is thrown in an answer of a socket, file or timer comes here and not to the command line.
process.on('uncaughtException', (error) => process.exit(reportError(error)));
const exitCode = await runCommandLine(process.argv.slice(2));
// A remote that does not close its end of a connection must not keep the process; what was printed is let out first.
process.exitCode = exitCode;
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
