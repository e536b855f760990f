/**
 * The raw limits of the machine: what the event queue, allocation, copying, hashing and the network model do with nothing
 * around them. Printed beside every result, so that results are ratios and not only figures of one machine.
 */
import { createHash } from 'node:crypto';
import { measureHold } from './event-queue.ts';
import { measureStreams } from './streams.ts';

const KIB = 1024;
/** Objects that are alive at a time, as events of a simple simulator would be. */
const ALIVE = 4096;
const COLD_BYTES = 256 * KIB * KIB;

export interface RawLimits {
  /** Events per second of the bare queue by the number of pending ones. */
  readonly queue1e3PerSec: number;
  readonly queue1e4PerSec: number;
  readonly queue1e5PerSec: number;
  readonly queue1e6PerSec: number;
  /** Objects of a double and two integers, each replacing one of 4,096. */
  readonly allocationsPerSec: number;
  /** 16 KiB within the cache, and from memory to memory. */
  readonly copyHotNs: number;
  readonly copyColdNs: number;
  readonly sha1Of16KiBPerSec: number;
  readonly sha1Of1MiBPerSec: number;
  /** Blocks per second of the network model with 100 hosts of five streams each. */
  readonly networkBlocksPerSec: number;
}

export function measureRaw(): RawLimits {
  const now = (): number => performance.now();
  const queue = (pending: number, operations: number): number =>
    measureHold(pending, operations, now).eventsPerSec;
  queue(1_000, 200_000);
  return {
    queue1e3PerSec: queue(1_000, 2_000_000),
    queue1e4PerSec: queue(10_000, 2_000_000),
    queue1e5PerSec: queue(100_000, 1_000_000),
    queue1e6PerSec: queue(1_000_000, 1_000_000),
    allocationsPerSec: perSecond(10_000_000, allocate),
    copyHotNs: 1e9 / perSecond(400_000, copies(64 * KIB)),
    copyColdNs: 1e9 / perSecond(COLD_BYTES / (16 * KIB), copies(COLD_BYTES)),
    sha1Of16KiBPerSec: perSecond(10_000, hashes(16 * KIB)),
    sha1Of1MiBPerSec: perSecond(200, hashes(KIB * KIB)),
    networkBlocksPerSec: measureStreams(100, 5, 500_000, now).blocksPerSec,
  };
}

/** After one time to warm up. */
function perSecond(count: number, work: (count: number) => void): number {
  work(Math.ceil(count / 10));
  const start = performance.now();
  work(count);
  return (count / (performance.now() - start)) * 1000;
}

function allocate(count: number): void {
  const alive: { at: number; first: number; second: number }[] = [];
  for (let index = 0; index < count; index++) {
    alive[index % ALIVE] = { at: index + 0.5, first: index, second: index };
  }
}

/** Copies of 16 KiB through a buffer of so many bytes to another. */
function copies(bytes: number): (count: number) => void {
  const from = Buffer.alloc(bytes, 1);
  const to = Buffer.alloc(bytes, 2);
  return (count) => {
    for (let index = 0; index < count; index++) {
      const at = (index * 16 * KIB) % bytes;
      from.copy(to, at, at, at + 16 * KIB);
    }
  };
}

function hashes(bytes: number): (count: number) => void {
  const input = Buffer.alloc(bytes, 1);
  return (count) => {
    for (let index = 0; index < count; index++) createHash('sha1').update(input).digest();
  };
}
