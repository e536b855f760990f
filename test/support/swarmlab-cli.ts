/** The built command line as a child process, as a user starts it. */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../src/core/ports.ts';
import { optionalComponent } from './optional.ts';
import { freePort, type RunningProcess, startProcess } from './processes.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/swarmlab.js', import.meta.url));
/** What a client remembers between its runs: each of these remembers nothing. */
const STATE_HOME = join(tmpdir(), `swarmlab-state-${process.pid}`);
let started = 0;
process.on('exit', () => rmSync(STATE_HOME, { recursive: true, force: true }));
const LISTENING_DEADLINE_MS = 30_000;

export const SWARMLAB = optionalComponent('dist/swarmlab.js', existsSync(PROGRAM), 'npm run build');

/** Local discovery is off unless a test says otherwise: the torrents of other tests have the same names. */
export function startSwarmlab(
  args: readonly string[],
  options: { readonly localDiscovery?: boolean } = {},
): RunningProcess {
  const isClient = args[0] === 'get' || args[0] === 'seed';
  const alone = isClient && options.localDiscovery !== true ? ['--no-lsd'] : [];
  return startProcess(process.execPath, [PROGRAM, ...args, ...alone], {
    env: { NO_COLOR: '1', XDG_STATE_HOME: join(STATE_HOME, String(started++)) },
  });
}

/** `swarmlab seed`, once it says that it listens, on a port of `host`. `folder` holds the torrent's own folder. */
export async function startSwarmlabSeed(
  torrentFile: string,
  folder: string,
  host: string,
  extra: readonly string[] = [],
): Promise<{ readonly address: Address; readonly process: RunningProcess }> {
  const port = await freePort(host);
  const where = ['--data', folder, '--host', host, '--port', String(port)];
  const child = startSwarmlab(['seed', torrentFile, ...where, ...extra]);
  const [, said] = await child.line(/listening on (\S+)/, LISTENING_DEADLINE_MS);
  if (said !== `${host}:${port}`) throw new Error(`listens on ${said}, not on ${host}:${port}`);
  return { address: { host, port }, process: child };
}
