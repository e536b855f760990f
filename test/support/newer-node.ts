/** A newer version of node than the one that runs the tests, from the npm registry: does a run go alike there? */
import { execFileSync } from 'node:child_process';
import { optionalComponent } from './optional.ts';

const VERSION = '24';
const INSTALL_DEADLINE_MS = 300_000;

/** The path of its program; undefined where it cannot be had. */
export const NEWER_NODE = find();

function find(): string | undefined {
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
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: INSTALL_DEADLINE_MS },
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
