/**
 * Whether a run fits into memory, decided before anything runs, and the sentences about it. Pure: what there is comes in
 * as `MachineMemory`.
 */
import { formatCount, formatSize } from '../../scenarios/unit-text.ts';
import { estimateMemory, type MemoryEstimate } from './estimate.ts';
import type { MachineMemory } from './machine-memory.ts';
import { countsOf, type RunCounts, type RunShape } from './run-shape.ts';

/** A run that is going to be, under the name that its author knows it by. */
export interface PlannedRun {
  readonly name: string;
  readonly shape: RunShape;
}

export type MemoryDecision =
  /** It fits into this process. */
  | { readonly kind: 'go'; readonly note: string | undefined }
  /** It fits on the machine, in a process with a heap of so much. */
  | { readonly kind: 'larger heap'; readonly heapMiB: number; readonly note: string | undefined }
  | { readonly kind: 'refuse'; readonly message: string };

const MIB = 2 ** 20;
/** Runs that need less say nothing about it. */
const WORTH_SAYING_BYTES = 2 ** 30;
/** What V8 counts towards the limit and a run cannot use: the young generation, mostly. */
const HEAP_RESERVE_BYTES = 64 * MIB;
/** An estimate may be off by half; a larger heap costs nothing until it is used. */
const ERROR_MARGIN = 1.5;
/** A part that takes less of all is no reason. */
const REASON_SHARE = 0.2;
const FEWEST_CONNECTIONS = 4;
const LONGEST_PIECE_BYTES = 32 * MIB;

/**
 * What to do about the largest of `runs`, which come one after another. `allowedBytes` is what the user lets them use,
 * whatever the machine has.
 */
export function decideMemory(
  runs: readonly PlannedRun[],
  machine: MachineMemory,
  allowedBytes: number | undefined,
): MemoryDecision {
  const [largest] = runs
    .map((run) => ({ ...run, estimate: estimateMemory(run.shape) }))
    .sort((left, right) => right.estimate.processBytes - left.estimate.processBytes);
  if (largest === undefined) return { kind: 'go', note: undefined };
  const { estimate } = largest;
  const { processBytes, heapLimitBytes } = estimate;
  const roomBytes = allowedBytes ?? machine.availableBytes;
  if (processBytes > roomBytes) {
    return { kind: 'refuse', message: doesNotFit(largest, estimate, machine, allowedBytes) };
  }
  const note =
    processBytes >= WORTH_SAYING_BYTES
      ? `${largest.name} needs about ${formatSize(processBytes)} of memory${theMachineHas(machine)}`
      : undefined;
  // What the user allows is for the heap, where typed arrays do not need it.
  const besideHeap = processBytes - heapLimitBytes;
  const wanted = allowedBytes === undefined ? heapLimitBytes : allowedBytes - besideHeap;
  if (wanted <= machine.heapLimitBytes - HEAP_RESERVE_BYTES) return { kind: 'go', note };
  if (machine.heapLimitChosenBy !== undefined) {
    if (heapLimitBytes <= machine.heapLimitBytes - HEAP_RESERVE_BYTES) return { kind: 'go', note };
    return { kind: 'refuse', message: chosenTooSmall(largest.name, estimate, machine) };
  }
  const affordable = Math.max(heapLimitBytes, roomBytes - besideHeap);
  const heapBytes = Math.min(Math.max(wanted, heapLimitBytes * ERROR_MARGIN), affordable);
  return { kind: 'larger heap', heapMiB: Math.ceil(heapBytes / MIB), note };
}

function theMachineHas({ totalBytes, availableBytes }: MachineMemory): string {
  return isFree(totalBytes, availableBytes)
    ? `; this machine has ${formatSize(totalBytes)}`
    : `; of the ${formatSize(totalBytes)} of this machine ${formatSize(availableBytes)} are free`;
}

/** The system itself always takes a little. */
function isFree(totalBytes: number, availableBytes: number): boolean {
  return availableBytes > totalBytes * 0.9;
}

function doesNotFit(
  { name, shape }: PlannedRun,
  estimate: MemoryEstimate,
  { totalBytes, availableBytes }: MachineMemory,
  allowedBytes: number | undefined,
): string {
  const roomBytes = allowedBytes ?? availableBytes;
  const against =
    allowedBytes !== undefined
      ? `--memory allows ${formatSize(allowedBytes)}`
      : isFree(totalBytes, availableBytes) && estimate.processBytes > totalBytes
        ? `this machine has ${formatSize(totalBytes)}`
        : `of the ${formatSize(totalBytes)} of this machine ${formatSize(availableBytes)} are free`;
  const remedies = remediesFor(shape, roomBytes);
  const enough = Math.ceil((estimate.processBytes * 1.05) / MIB / 256) * 256;
  const enoughText = enough >= 4096 ? `${Math.ceil(enough / 1024)}GiB` : `${enough}MiB`;
  return [
    `${name}: this run would need about ${formatSize(estimate.processBytes)} of memory, and ${against}; nothing was run`,
    `  what takes it: ${reasonsOf(shape, estimate).join('; ')}`,
    ...(remedies.length === 0 ? [] : [`  it would fit with ${remedies.join(', or ')}`]),
    `  to try all the same: --memory ${enoughText}`,
  ].join('\n');
}

function chosenTooSmall(
  name: string,
  { heapLimitBytes }: MemoryEstimate,
  { heapLimitBytes: presentBytes, heapLimitChosenBy }: MachineMemory,
): string {
  const where = heapLimitChosenBy === 'node' ? 'the command line of node' : 'NODE_OPTIONS';
  const enough = Math.ceil((heapLimitBytes * ERROR_MARGIN) / MIB);
  return [
    `${name}: this run needs a heap of about ${formatSize(heapLimitBytes)}, and ${where} allows ${formatSize(presentBytes)}; nothing was run`,
    `  leave --max-old-space-size out, and the heap is made large enough, or set it to ${enough}`,
  ].join('\n');
}

/** What the parts of a run are called, with their numbers. Those that are always there are no reason. */
function reasonsOf(shape: RunShape, { parts }: MemoryEstimate): string[] {
  const counts = countsOf(shape);
  const peers = `${formatCount(counts.peers)} ${counts.peers === 1 ? 'peer' : 'peers'}`;
  const pieces = Math.ceil(shape.contentBytes / shape.pieceLengthBytes);
  const texts: Readonly<Record<keyof RunCounts, string>> = {
    world: 'the program itself',
    peers,
    ends: `${formatCount(counts.ends)} ends of connections`,
    endBytes: `what ${formatCount(counts.ends)} ends of connections know of ${formatCount(pieces)} pieces`,
    peerPieces: `${peers} × ${formatCount(pieces)} pieces`,
    peerBlocks: `${peers} × ${formatCount(Math.round(counts.peerBlocks / Math.max(1, counts.peers)))} blocks`,
    sampleCells: 'samples',
    keptBytes: `${formatSize(shape.contentBytes)} of content kept by ${shape.keepsBytes === 'leechers' ? `${formatCount(shape.leechers)} peers` : peers}`,
  };
  const all = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const reasons = parts.filter(({ bytes }, index) => index === 0 || bytes >= all * REASON_SHARE);
  return reasons.map(({ count, bytes }) => `${texts[count]}, ${formatSize(bytes)}`);
}

/** Single changes of a run after which it would fit, each as gentle as it can be. */
function remediesFor(shape: RunShape, roomBytes: number): string[] {
  const fits = (changes: Partial<RunShape>): boolean =>
    estimateMemory({ ...shape, ...changes }).processBytes <= roomBytes;
  const remedies: string[] = [];
  const leechers = largest(shape.leechers, (count) => fits({ leechers: count }));
  if (leechers > 0) remedies.push(`at most ${formatCount(roundedDown(leechers + shape.seeds))} peers`);
  for (let length = shape.pieceLengthBytes * 2; length <= LONGEST_PIECE_BYTES; length *= 2) {
    if (length >= shape.contentBytes || !fits({ pieceLengthBytes: length })) continue;
    remedies.push(`pieces of ${formatSize(length)}`);
    break;
  }
  const connections = largest(shape.connectionsMax, (count) => fits({ connectionsMax: count }));
  if (connections >= FEWEST_CONNECTIONS) remedies.push(`at most ${connections} connections a peer`);
  if (shape.keepsBytes === 'everybody' && fits({ keepsBytes: 'nobody' })) {
    remedies.push('payload: reference');
  }
  return remedies;
}

/** The largest whole number below `from` that `fits`, 0 when none does. What fits does so with less, too. */
function largest(from: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = Math.ceil(from);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** To two digits: the figure is an estimate. */
function roundedDown(count: number): number {
  const step = 10 ** Math.max(0, String(count).length - 2);
  return Math.floor(count / step) * step;
}
