/**
 * Hosts in network namespaces of their own (Linux), behind lines that the kernel shapes: one Ethernet switch, and a cable
 * to each host whose two ends let pass what the line carries, `tbf` with a queue in front. Everything that is made here has
 * the number of this process in its name, and is gone after `close`; what a killed process left, the next one removes.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { promisify } from 'node:util';
import { errorCode } from '../node-address.ts';
import type { FromAgent } from './agent-messages.ts';
import { NamespaceNetwork } from './namespace-network.ts';

const run = promisify(execFile);
const NAME = 'swarmlab';
const SWITCH = 'switch';

/**
 * A line of the simulated network carries the bytes of streams and datagrams. The kernel counts what is around them too:
 * of a full packet of 1,514 bytes a stream gets 1,448. Lines are made wider by that, so that both carry as much of a stream;
 * acknowledgements still take their part of the other direction.
 */
export const HEADERS_FACTOR = 1_514 / 1_448;
/** The kernel's own timer ticks: what a line may let pass at once. */
const BURST_SECONDS = 0.004;
const BURST_MIN_BYTES = 2 * 1_514;
/** Wider lines are not shaped. */
const WIDEST_BYTES_PER_SEC = 125_000_000;

export interface NamespaceHost {
  /** IPv4 address in 10.0.0.0/8, in one network of 16 bits with all others. */
  readonly address: string;
  readonly upBytesPerSec: number;
  readonly downBytesPerSec: number;
  /** Bound of the queue in front of each direction. */
  readonly queueBytes: number;
}

/** The machine cannot do it: not Linux, not root, no `ip`. The message says what and what to do. */
export class NamespaceError extends Error {
  override readonly name = 'NamespaceError';
}

/** Why namespaces cannot be used here, in words; undefined: nothing known speaks against it. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a part of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const program of ['ip', 'tc']) {
    const paths = (process.env.PATH ?? '').split(':').map((folder) => `${folder}/${program}`);
    if (!paths.some(isProgram))
      return `the program "${program}" is missing (Debian: apt-get install iproute2)`;
  }
  return undefined;
}

export class NamespaceLab {
  readonly #agentFile: string;
  readonly #prefix: string;
  readonly #agents: ChildProcess[] = [];
  #made: string[] = [];
  static #count = 0;

  /** `agentFile`: the program of `agent.ts`. */
  constructor(agentFile: string) {
    this.#agentFile = agentFile;
    this.#prefix = `${NAME}-${process.pid}-${NamespaceLab.#count++}`;
  }

  /** Makes the hosts; each network works when this is done. Throws `NamespaceError`, with nothing left. */
  async build(hosts: readonly NamespaceHost[]): Promise<NamespaceNetwork[]> {
    const why = whyNoNamespaces();
    if (why !== undefined) throw new NamespaceError(why);
    try {
      await removeLeftOvers();
      await this.#addNamespace(SWITCH);
      await ip(this.#name(SWITCH), 'link add br0 type bridge', 'link set br0 up');
      const networks: NamespaceNetwork[] = [];
      for (const [index, host] of hosts.entries()) {
        await this.#connect(`h${index}`, host);
        networks.push(await this.#startAgent(`h${index}`, host.address));
      }
      return networks;
    } catch (error) {
      await this.close();
      throw error instanceof NamespaceError ? error : new NamespaceError(reasonOf(error));
    }
  }

  /** Ends the agents and removes the namespaces, whatever state they are in. */
  async close(): Promise<void> {
    for (const agent of this.#agents.splice(0)) {
      const gone = agent.exitCode === null && agent.signalCode === null ? once(agent, 'exit') : undefined;
      agent.kill('SIGKILL');
      await gone;
    }
    const made = this.#made;
    this.#made = [];
    for (const namespace of made) await run('ip', ['netns', 'delete', namespace]).catch(() => undefined);
  }

  async #addNamespace(part: string): Promise<void> {
    const name = this.#name(part);
    this.#made.push(name);
    await run('ip', ['netns', 'add', name]);
  }

  /** A host, its cable to the switch, and the line at both ends of that. */
  async #connect(part: string, host: NamespaceHost): Promise<void> {
    await this.#addNamespace(part);
    const [here, there] = [this.#name(part), this.#name(SWITCH)];
    await ip(
      there,
      `link add ${part} type veth peer name eth0 netns ${here}`,
      `link set ${part} master br0 up`,
    );
    await ip(here, `address add ${host.address}/16 dev eth0`, 'link set eth0 up', 'link set lo up');
    await shape(here, 'eth0', host.upBytesPerSec, host.queueBytes);
    await shape(there, part, host.downBytesPerSec, host.queueBytes);
  }

  async #startAgent(part: string, address: string): Promise<NamespaceNetwork> {
    const agent = spawn('ip', ['netns', 'exec', this.#name(part), process.execPath, this.#agentFile], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#agents.push(agent);
    const network = new NamespaceNetwork(address, (message) => {
      if (agent.connected) agent.send(message, () => undefined);
    });
    await new Promise<void>((resolve, reject) => {
      agent.on('message', (message: FromAgent, handle) => {
        if (message.event === 'ready') resolve();
        else network.heard(message, handle);
      });
      agent.once('error', reject);
      agent.once('exit', (code) => reject(new Error(`the agent of a namespace ended with ${code}`)));
    });
    return network;
  }

  #name(part: string): string {
    return `${this.#prefix}-${part}`;
  }
}

async function shape(
  namespace: string,
  device: string,
  bytesPerSec: number,
  queueBytes: number,
): Promise<void> {
  if (bytesPerSec >= WIDEST_BYTES_PER_SEC) return;
  const rate = Math.max(8, Math.round(bytesPerSec * HEADERS_FACTOR * 8));
  const burst = Math.round(Math.max(BURST_MIN_BYTES, bytesPerSec * BURST_SECONDS));
  // A packet at a time, as on a cable: else the kernel hands down many as one, too long for the line.
  await ip(namespace, `link set ${device} gso_max_segs 1`);
  const tbf = `qdisc add dev ${device} root tbf rate ${rate}bit burst ${burst} limit ${queueBytes}`;
  await run('tc', ['-n', namespace, ...tbf.split(' ')]);
}

async function ip(namespace: string, ...commands: readonly string[]): Promise<void> {
  for (const command of commands) await run('ip', ['-n', namespace, ...command.split(' ')]);
}

/** Namespaces whose process is no more. */
async function removeLeftOvers(): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'list']);
  for (const [name, pid] of stdout.matchAll(new RegExp(`^${NAME}-(\\d+)-\\S+`, 'gm'))) {
    if (!isAlive(Number(pid))) await run('ip', ['netns', 'delete', name]).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What `ip` or `tc` said, without the command that they were called with. */
function reasonOf(error: unknown): string {
  const said = (error as { stderr?: string }).stderr?.trim();
  return `the kernel refuses a network namespace or a line: ${said || errorCode(error)}`;
}
