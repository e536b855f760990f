/**
 * A newer version of node than the one that runs the tests: does a run go alike there? It comes from the npm registry, but
 * is fetched only where every part is demanded; elsewhere it is used when npm has it already.
 */
import { execFileSync } from 'node:child_process';
import { optionalComponent } from './optional.ts';

const VERSION = '24';
const INSTALL_DEADLINE_MS = 300_000;

/** The path of its program; undefined where it cannot be had. */
export const NEWER_NODE = find();

function find(): string | undefined {
  const mayFetch = process.env.SWARMLAB_REQUIRE_ALL === '1';
  const environment = { ...process.env, ...(mayFetch ? {} : { npm_config_offline: 'true' }) };
  let path: string | undefined;
  try {
    // npx puts the package's folder at the head of the path of what it starts.
    const found = execFileSync(
      'npx',
      [
        '--yes',
        '--package',
        `node@${VERSION}`,
        '--',
        'node',
        '--print',
        'process.execPath + " " + process.version',
      ],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: INSTALL_DEADLINE_MS,
        env: environment,
      },
    );
    const [program, version] = found.trim().split(' ');
    if (version?.startsWith(`v${VERSION}.`)) path = program;
  } catch {
    // Said below.
  }
  const present = optionalComponent(
    `node ${VERSION}`,
    path !== undefined,
    `npx --package node@${VERSION} node --version`,
  );
  return present ? path : undefined;
}
