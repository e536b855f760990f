/** A simulated storage and what its ports answer, for tests: the answers are noted with the instant at which they came. */
import { createHash } from 'node:crypto';
import type { Disk, DiskError, Hasher, Payload } from '../../src/core/ports.ts';
import { BLOCK_BYTES, contentHashes, SimulatedContent } from '../../src/sim/content.ts';
import type { DiskPort } from '../../src/sim/disk-port.ts';
import { SimulatedStorage, type StorageOptions } from '../../src/sim/simulated-storage.ts';
import { Simulation } from '../../src/sim/simulation.ts';

export const BLOCK = BLOCK_BYTES;
export const hasher: Hasher = {
  sha1: (bytes) => new Uint8Array(createHash('sha1').update(bytes).digest()),
};
/** Three pieces of four blocks; the last block is short. */
export const GEOMETRY = { pieceLengthBytes: 4 * BLOCK, totalBytes: 11 * BLOCK + 777 };
export const content = new SimulatedContent(3, GEOMETRY, 42, contentHashes(GEOMETRY, 42, hasher));
export const FORMS = ['reference', 'bytes'] as const;

export interface Answer {
  readonly kind: 'read' | 'written' | 'hashed';
  readonly atUs: number;
  readonly token: number;
  readonly payload?: Payload | undefined;
  readonly error?: DiskError | undefined;
  readonly digest?: Uint8Array | undefined;
}

export function reference(piece: number, begin: number, length: number, corrupted = false): Payload {
  return { length, bytes: undefined, reference: { content: content.id, piece, begin, corrupted } };
}

export interface Rig {
  readonly simulation: Simulation;
  readonly storage: SimulatedStorage;
  /** Opens a port whose answers are noted. */
  open(): DiskPort;
  readonly answers: Answer[];
  /** Runs until so many microseconds have passed since the beginning. */
  until(atUs: number): void;
}

export function rig(options: Partial<StorageOptions> = {}, seed = 1): Rig {
  const simulation = new Simulation(seed);
  const answers: Answer[] = [];
  const storage = new SimulatedStorage(simulation, content, {
    payload: 'reference',
    have: 'none',
    hasher,
    ...options,
  });
  return {
    simulation,
    storage,
    answers,
    until: (atUs) => simulation.runUntil(atUs),
    open() {
      const port = storage.open();
      note(port, simulation, answers);
      return port;
    },
  };
}

function note(disk: Disk, simulation: Simulation, answers: Answer[]): void {
  disk.attach({
    onRead: (token, payload, error) =>
      answers.push({ kind: 'read', atUs: simulation.nowUs, token, payload, error }),
    onWritten: (token, error) => answers.push({ kind: 'written', atUs: simulation.nowUs, token, error }),
    onHashed: (token, digest, error) =>
      answers.push({ kind: 'hashed', atUs: simulation.nowUs, token, digest, error }),
  });
}

/** Writes blocks [from, to) of the content, each with its number in the content as its token. */
export function writeBlocks(disk: Disk, from: number, to: number, corrupted = false): void {
  for (let block = from; block < to; block++) {
    const { piece, begin, length } = placeOf(block);
    disk.write(piece, begin, reference(piece, begin, length, corrupted), block);
  }
}

/** Where a block of the content lies. */
export function placeOf(block: number): { piece: number; begin: number; length: number } {
  const piece = Math.floor(block / 4);
  const begin = (block % 4) * BLOCK;
  return { piece, begin, length: Math.min(BLOCK, content.pieceLength(piece) - begin) };
}

/** For each of the first `count` blocks whether it is stored right, wrong or not at all, as a port opened now reads it. */
export function storedBlocks({ simulation, storage }: Rig, count = 12): string {
  const answers: Answer[] = [];
  const port = storage.open();
  note(port, simulation, answers);
  for (let block = 0; block < count; block++) {
    const { piece, begin, length } = placeOf(block);
    port.read(piece, begin, length, block);
  }
  let closed = false;
  port.close(() => {
    closed = true;
  });
  while (!closed) simulation.step();
  return answers
    .map(({ token, payload }) => {
      if (payload === undefined) return '.';
      if (payload.reference !== undefined) return payload.reference.corrupted ? 'x' : 'o';
      const { piece, begin, length } = placeOf(token);
      const truth = new Uint8Array(length);
      content.fill(piece, begin, truth);
      return Buffer.compare(payload.bytes ?? new Uint8Array(), truth) === 0 ? 'o' : 'x';
    })
    .join('');
}
