/**
 * A sweep: the same small swarm with 32 seeds, shared out among so many processes at a time. Which process does a run
 * makes no difference to it: the digests of all runs together are the same.
 */
import { Digest } from '../../src/trace/digest.ts';
import { measureSwarm } from './swarm.ts';

export interface SweepMeasurement {
  readonly jobs: number;
  readonly runs: number;
  /** From the start of the first process to the end of the last. */
  readonly wallSeconds: number;
  readonly digest: string;
}

const RUNS = 32;
/** Long enough that the compiler of each process has become idle early on. */
const SIZE = { peers: 40, contentMiB: 64 };

/** Runs part number `part` of `parts`, counted from 1: what it says of each run, by its seed. */
export function sweepPart(part: number, parts: number): Record<string, string> {
  const digests: Record<string, string> = {};
  for (let seed = part; seed <= RUNS; seed += parts) {
    digests[`seed${seed}`] = measureSwarm({ ...SIZE, seed }).digest;
  }
  return digests;
}

/** `runPart` has another process do that part. */
export async function measureSweep(
  jobs: number,
  runPart: (part: number) => Promise<Readonly<Record<string, number | string>>>,
): Promise<SweepMeasurement> {
  const start = performance.now();
  const parts = await Promise.all(Array.from({ length: jobs }, (_, index) => runPart(index + 1)));
  const wallSeconds = (performance.now() - start) / 1000;
  const all = new Map(parts.flatMap((part) => Object.entries(part)));
  const digest = new Digest();
  for (let seed = 1; seed <= RUNS; seed++) {
    const one = all.get(`seed${seed}`);
    if (one === undefined) throw new Error(`nobody did the run with seed ${seed}`);
    digest.addText(String(one));
  }
  return { jobs, runs: RUNS, wallSeconds, digest: digest.hex() };
}
