/** How a command tells what came of it. */
import type { ExitCode } from '../exit-codes.ts';

/** Takes the exit code of the command that was called. */
export type Finish = (exitCode: ExitCode) => void;
