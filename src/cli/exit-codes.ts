/** How a command ends. Documented in the README and in `swarmlab --help`; scripts rely on these numbers. */
export const ExitCode = {
  /** Everything that was expected held. */
  held: 0,
  /** An expectation failed. */
  failed: 1,
  /** The command line, the scenario or a torrent file is wrong; nothing was run. */
  usage: 2,
  /** Two runs of one seed differ. */
  notDeterministic: 3,
  /** A socket, a folder or a service that is needed cannot be had. */
  unavailable: 69,
  /** Our bug. */
  bug: 70,
  /** Interrupted from the keyboard; what there is was kept. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** Ends a command with a message for people and an exit code, and without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}
