/**
 * A transfer on loopback, as people run it: a seed and one or more leechers in processes of their own, files in memory, pieces
 * of 1 MiB, the bytes compared. Ours, and libtorrent right after it where it is installed, so that both meet the same machine.
 */
import { statSync } from 'node:fs';
import { type ClientProcess, cpuSecondsOfEnded } from '../loopback/client-process.ts';
import {
  arrivingFile,
  LIBTORRENT,
  type LoopbackClient,
  leechInSwarm,
  OURS,
  PROGRAM,
} from '../loopback/clients.ts';
import { Workbench } from '../loopback/workbench.ts';
import type { Measured } from '../workload.ts';

const SEED_HOST = '127.23.0.1';
/** Each leecher of a swarm has an address of its own. */
const LEECH_PORT = 6_881;
const LOOK_MS = 5;
const DEADLINE_MS = 600_000;

/** Wall time is from the start of the leecher's process until it says that it is complete. */
interface Transfer {
  readonly wallSeconds: number;
  readonly firstDataSeconds: number | undefined;
  readonly leechCpuSeconds: number | undefined;
  /** While the leecher ran: without the check of its data. */
  readonly seedCpuSeconds: number | undefined;
  readonly leechPeakBytes: number | undefined;
  readonly seedPeakBytes: number | undefined;
}

export async function measureLoopback(contentMiB: number): Promise<Measured> {
  const bench = new Workbench(PROGRAM, contentMiB, 2);
  const measured: Record<string, number | string> = { contentMiB };
  try {
    for (const client of [OURS, LIBTORRENT]) {
      const missing = client.missing();
      if (missing !== undefined) {
        if (client === OURS) throw new Error(missing);
        process.stderr.write(`${missing}: nothing to compare with\n`);
        continue;
      }
      for (const [key, value] of Object.entries(await transfer(bench, client))) {
        if (value !== undefined) measured[`${client.name}/${key}`] = value;
      }
    }
    return measured;
  } finally {
    bench.remove();
  }
}

async function transfer(bench: Workbench, client: LoopbackClient): Promise<Transfer> {
  const running: ClientProcess[] = [];
  try {
    const seed = await client.seed(bench, SEED_HOST);
    running.push(seed.process);
    const folder = bench.newFolder();
    const file = arrivingFile(client, folder);
    const seedCpuBefore = seed.process.cpuSeconds();
    const cpuBefore = cpuSecondsOfEnded();
    const startMs = performance.now();
    const sinceStart = (): number => (performance.now() - startMs) / 1_000;
    const leecher = client.leech(bench, folder, '127.23.0.2', `${SEED_HOST}:${seed.port}`);
    running.push(leecher);
    let firstDataSeconds: number | undefined;
    let leechPeakBytes: number | undefined;
    const look = setInterval(() => {
      if (firstDataSeconds === undefined && hasBytes(file)) firstDataSeconds = sinceStart();
      leechPeakBytes = leecher.peakBytes() ?? leechPeakBytes;
    }, LOOK_MS);
    let wallSeconds: number;
    try {
      await leecher.line(client.done, DEADLINE_MS);
      wallSeconds = sinceStart();
    } finally {
      clearInterval(look);
    }
    const seedCpuSeconds = difference(seed.process.cpuSeconds(), seedCpuBefore);
    const seedPeakBytes = seed.process.peakBytes();
    if (client.leaves) await leecher.ended();
    else await leecher.stop();
    const leechCpuSeconds = difference(cpuSecondsOfEnded(), cpuBefore);
    bench.compare(folder);
    bench.discard(folder);
    return { wallSeconds, firstDataSeconds, leechCpuSeconds, seedCpuSeconds, leechPeakBytes, seedPeakBytes };
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
    const seed = await OURS.seed(bench, SEED_HOST);
    running.push(seed.process);
    const cpuBefore = cpuSecondsOfEnded();
    const startMs = performance.now();
    const peaks: number[] = [];
    const folders: string[] = [];
    for (let index = 0; index < leechers; index++) {
      const folder = bench.newFolder();
      folders.push(folder);
      // Each dials the seed and all that were started before it.
      const known = folders.slice(0, -1).map((_, other) => `${hostOf(other)}:${LEECH_PORT}`);
      const peers = [`${SEED_HOST}:${seed.port}`, ...known];
      running.push(leechInSwarm(bench, folder, { host: hostOf(index), port: LEECH_PORT }, peers));
    }
    const look = setInterval(() => {
      for (const [index, each] of running.entries()) peaks[index] = each.peakBytes() ?? peaks[index] ?? 0;
    }, 50);
    try {
      await Promise.all(running.slice(1).map((each) => each.line(OURS.done, DEADLINE_MS)));
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
    await seed.process.stop();
    if (seed.process.exitCode !== 0) throw new Error('the seed did not end with exit code 0');
    const peakBytes = Math.max(...peaks);
    return { leechers, contentMiB, wallSeconds, peakBytes, ...(leechCpuSeconds && { leechCpuSeconds }) };
  } finally {
    await Promise.all(running.map((each) => each.stop()));
    bench.remove();
  }
}

function hostOf(leecher: number): string {
  return `127.23.1.${leecher + 1}`;
}

function hasBytes(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.blocks ?? 0) > 0;
}

function difference(after: number | undefined, before: number | undefined): number | undefined {
  return after === undefined || before === undefined ? undefined : after - before;
}
