/** How a command ends; scripts rely on these numbers. */
export const ExitCode = {
  /** Everything that was expected held. */
  held: 0,
  /** An expectation failed. */
  failed: 1,
  /**
   * The author's fault: the command line, the scenario or a torrent file is wrong, or a run needs more memory than there
   * is, and nothing was run; or a strategy of the user's own failed in a run, which ended there.
   */
  usage: 2,
  /** Two runs of one seed differ. */
  notDeterministic: 3,
  /** The time that was given ran out; what there was by then was kept. */
  budget: 4,
  /** What was asked for picks out nothing to run. */
  nothing: 5,
  /** A socket, a folder or a service that is needed cannot be had. */
  unavailable: 69,
  /** Our bug. */
  bug: 70,
  /** Interrupted from the keyboard; what there is was kept. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const MEANING: Readonly<Record<keyof typeof ExitCode, string>> = {
  held: 'everything that was expected held, or what was asked for is done',
  failed: 'an expectation failed or had no data, or explore found a failure',
  usage: 'a wrong command line, file or strategy of your own, or a run too large for memory',
  notDeterministic: 'two runs of one seed differ, or a fork differs before its time',
  budget: 'the time of --budget ran out; what there was by then was kept',
  nothing: 'nothing matched: no scenario was picked out',
  unavailable: 'a socket, folder or service that is needed cannot be had',
  bug: 'a bug of swarmlab, a broken law among them',
  interrupted: 'interrupted; what there is was kept',
};

/** The exit codes as the help shows them. */
export function describeExitCodes(): string {
  const lines = Object.entries(ExitCode).map(
    ([name, code]) => `  ${String(code).padEnd(5)}${MEANING[name as keyof typeof ExitCode]}`,
  );
  return `Exit codes:\n${lines.join('\n')}`;
}

/** What the system calls an error: "EACCES". */
export function errorCode(error: unknown): string {
  return (error as { code?: string }).code ?? String(error);
}

/** Ends a command with a message for people and an exit code, and without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  /** What stands before the message on the terminal. */
  readonly prefix: string;

  constructor(message: string, exitCode: ExitCode, prefix = 'error: ') {
    super(message);
    this.exitCode = exitCode;
    this.prefix = prefix;
  }
}
