/**
 * Where transfers are measured: in a network of their own with nothing but loopback, where the machine allows that
 * (`unshare`, `ip`). There a client may have an address that is not on 127.*, which some do not take for that of a peer,
 * and nothing that it sends goes anywhere else. Elsewhere on 127.*.
 */
import { spawnSync } from 'node:child_process';

/** Tells a process of ours that it is in such a network already. */
const INSIDE = 'SWARMLAB_BENCH_NETWORK';
const OWN = '10.23.0';
const SHARED = '127.23.0';
export const HOSTS_MAX = 40;

/** The address of the party of that number, from 1. */
export function hostOf(number: number): string {
  return `${process.env[INSIDE] === undefined ? SHARED : OWN}.${number}`;
}

/**
 * How to do a task of ours in a network of its own: a command to put before it, and what it adds to the environment.
 * Undefined where we are in one already, or where the machine does not allow it.
 */
export function ownNetwork():
  | { readonly command: readonly string[]; readonly env: NodeJS.ProcessEnv }
  | undefined {
  if (process.env[INSIDE] !== undefined) return undefined;
  const add = Array.from({ length: HOSTS_MAX }, (_, index) => `ip addr add ${OWN}.${index + 1}/32 dev lo`);
  const setUp = ['ip link set lo up', ...add].join(' && ');
  const enter = ['unshare', '--user', '--map-root-user', '--net', 'sh', '-c'];
  const [program = '', ...args] = [...enter, setUp];
  if (spawnSync(program, args, { stdio: 'ignore' }).status !== 0) return undefined;
  return { command: [...enter, `${setUp} && exec "$@"`, 'sh'], env: { [INSIDE]: '1' } };
}
