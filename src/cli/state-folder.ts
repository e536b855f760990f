/** Where a client keeps what it remembers between its runs: the folder for such things that the system has (XDG). */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `given`: what the command line says, if it does. */
export function stateFolder(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given !== undefined) return resolve(given);
  const base = env.XDG_STATE_HOME;
  return join(
    base === undefined || base === '' ? join(homedir(), '.local', 'state') : resolve(base),
    'swarmlab',
  );
}
