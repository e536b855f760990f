/**
 * A transfer on loopback, as people run it: a seed and one or more leechers in processes of their own, files in memory, pieces
 * of 1 MiB, the bytes compared. Ours, and every other client that is installed, one after the other, so that all meet the same
 * machine.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { ClientProcess, cpuSecondsOfEnded } from '../loopback/client-process.ts';
import {
  ARIA2,
  arrivingFile,
  LIBTORRENT,
  type LoopbackClient,
  leechInSwarm,
  OURS,
  PROGRAM,
  WEBTORRENT_CLIENT,
} from '../loopback/clients.ts';
import { freePort } from '../loopback/free-port.ts';
import { hostOf, ownNetwork } from '../loopback/network.ts';
import { QBITTORRENT, RTORRENT, TRANSMISSION } from '../loopback/remote-controlled.ts';
import { Workbench } from '../loopback/workbench.ts';
import type { Measured } from '../workload.ts';

/** The parties of a transfer, by the numbers of their addresses. */
const TRACKER = 1;
const SEED = 2;
const LEECHER = 3;
/** Each leecher of a swarm has an address of its own. */
const FIRST_OF_SWARM = 4;
const LEECH_PORT = 6_881;
const LOOK_MS = 5;
const READY_MS = 60_000;
const DEADLINE_MS = 600_000;

/** In the order in which they are measured: those that are compared with ours first. */
export const CLIENTS: readonly LoopbackClient[] = [
  OURS,
  LIBTORRENT,
  ARIA2,
  QBITTORRENT,
  RTORRENT,
  WEBTORRENT_CLIENT,
  TRANSMISSION,
];

/** Wall time is from the start of the leecher's process until it says that it is complete. */
interface Transfer {
  readonly contentMiB: number;
  readonly wallSeconds: number;
  readonly firstDataSeconds: number | undefined;
  readonly leechCpuSeconds: number | undefined;
  /** While the leecher ran: without the check of its data. */
  readonly seedCpuSeconds: number | undefined;
  readonly leechPeakBytes: number | undefined;
  readonly seedPeakBytes: number | undefined;
}

/** `contentMiB`: of clients that take minutes for that, less. */
export async function measureLoopback(contentMiB: number): Promise<Measured> {
  const network = ownNetwork();
  if (network !== undefined) return await measureInside(network, contentMiB);
  const trackerPort = await freePort(hostOf(TRACKER));
  const at = ['--host', hostOf(TRACKER), '--port', `${trackerPort}`];
  const tracker = new ClientProcess(process.execPath, [PROGRAM, 'tracker', ...at]);
  const measured: Record<string, number | string> = { contentMiB };
  try {
    await tracker.line(/announce/, READY_MS);
    for (const client of CLIENTS) {
      const missing = client.missing();
      if (missing !== undefined) {
        if (client === OURS) throw new Error(missing);
        process.stderr.write(`  ${client.name} is left out: ${missing}\n`);
        continue;
      }
      const size = Math.min(contentMiB, client.mostMiB ?? contentMiB);
      const bench = new Workbench(PROGRAM, size, 2, [`http://${hostOf(TRACKER)}:${trackerPort}/announce`]);
      try {
        for (const [key, value] of Object.entries(await transfer(bench, client, size))) {
          if (value !== undefined) measured[`${client.name}/${key}`] = value;
        }
      } catch (error) {
        if (client === OURS) throw error;
        process.stderr.write(`  ${client.name} failed: ${(error as Error).message}\n`);
      } finally {
        bench.remove();
      }
    }
    return measured;
  } finally {
    await tracker.stop();
  }
}

/** The same in a process of ours in a network of its own. */
async function measureInside(
  { command, env }: NonNullable<ReturnType<typeof ownNetwork>>,
  contentMiB: number,
): Promise<Measured> {
  const [program = '', ...args] = command;
  const script = process.argv[1] as string;
  const child = spawn(program, [...args, process.execPath, script, '--one', `loopback:${contentMiB}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const kill = (): boolean => child.kill();
  process.once('SIGTERM', kill);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGTERM', kill);
  if (code !== 0) throw new Error(`the transfers have ended with exit code ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measured;
}

async function transfer(bench: Workbench, client: LoopbackClient, contentMiB: number): Promise<Transfer> {
  const running: ClientProcess[] = [];
  const partyAt = (number: number, folder: string) => ({
    ...{ bench, folder, state: bench.newFolder(), host: hostOf(number) },
  });
  try {
    const seed = await client.seed(partyAt(SEED, bench.source));
    running.push(seed);
    const folder = bench.newFolder();
    const file = arrivingFile(client, folder);
    const party = partyAt(LEECHER, folder);
    const seedCpuBefore = seed.cpuSeconds();
    const cpuBefore = cpuSecondsOfEnded();
    const startMs = performance.now();
    const sinceStart = (): number => (performance.now() - startMs) / 1_000;
    let firstDataSeconds: number | undefined;
    let leechPeakBytes: number | undefined;
    let leecher: ClientProcess | undefined;
    const look = setInterval(() => {
      if (firstDataSeconds === undefined && hasBytes(file)) firstDataSeconds = sinceStart();
      leechPeakBytes = leecher?.peakBytes() ?? leechPeakBytes;
    }, LOOK_MS);
    let wallSeconds: number;
    try {
      const begun = await client.leech(party);
      leecher = begun.process;
      running.push(leecher);
      await begun.complete(DEADLINE_MS);
      wallSeconds = sinceStart();
      leechPeakBytes = leecher.peakBytes() ?? leechPeakBytes;
    } finally {
      clearInterval(look);
    }
    const seedCpuSeconds = difference(seed.cpuSeconds(), seedCpuBefore);
    const seedPeakBytes = seed.peakBytes();
    if (client.leaves) await leecher.ended();
    else await leecher.stop();
    const leechCpuSeconds = difference(cpuSecondsOfEnded(), cpuBefore);
    bench.compare(folder);
    bench.discard(folder);
    const peaks = { leechPeakBytes, seedPeakBytes };
    return { contentMiB, wallSeconds, firstDataSeconds, leechCpuSeconds, seedCpuSeconds, ...peaks };
  } finally {
    await Promise.all(running.map((each) => each.stop()));
  }
}

/** One seed of ours and so many leechers that also serve each other. */
export async function measureLoopbackSwarm(leechers: number, contentMiB: number): Promise<Measured> {
  const missing = OURS.missing();
  if (missing !== undefined) throw new Error(missing);
  const bench = new Workbench(PROGRAM, contentMiB, leechers + 1);
  const running: ClientProcess[] = [];
  try {
    const seedPort = await freePort(hostOf(SEED));
    const state = bench.newFolder();
    const seed = await OURS.seed({ bench, folder: bench.source, state, host: hostOf(SEED) }, seedPort);
    running.push(seed);
    const cpuBefore = cpuSecondsOfEnded();
    const startMs = performance.now();
    const peaks: number[] = [];
    const folders: string[] = [];
    for (let index = 0; index < leechers; index++) {
      const folder = bench.newFolder();
      folders.push(folder);
      // Each dials the seed and all that were started before it.
      const known = folders.slice(0, -1).map((_, other) => `${hostOf(FIRST_OF_SWARM + other)}:${LEECH_PORT}`);
      const peers = [`${hostOf(SEED)}:${seedPort}`, ...known];
      running.push(
        leechInSwarm(bench, folder, { host: hostOf(FIRST_OF_SWARM + index), port: LEECH_PORT }, peers),
      );
    }
    const look = setInterval(() => {
      for (const [index, each] of running.entries()) peaks[index] = each.peakBytes() ?? peaks[index] ?? 0;
    }, 50);
    try {
      await Promise.all(running.slice(1).map((each) => each.line(/^complete in /, DEADLINE_MS)));
    } finally {
      clearInterval(look);
    }
    const wallSeconds = (performance.now() - startMs) / 1_000;
    const [, ...others] = running;
    await Promise.all(others.map((each) => each.ended()));
    const badly = others.filter((each) => each.exitCode !== 0).length;
    if (badly > 0) throw new Error(`${badly} of ${leechers} leechers did not end with exit code 0`);
    const leechCpuSeconds = difference(cpuSecondsOfEnded(), cpuBefore);
    for (const folder of folders) bench.compare(folder);
    await seed.stop();
    if (seed.exitCode !== 0) throw new Error('the seed did not end with exit code 0');
    const peakBytes = Math.max(...peaks);
    return { leechers, contentMiB, wallSeconds, peakBytes, ...(leechCpuSeconds && { leechCpuSeconds }) };
  } finally {
    await Promise.all(running.map((each) => each.stop()));
    bench.remove();
  }
}

function hasBytes(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) > 0;
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
