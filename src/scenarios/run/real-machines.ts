/** What machines with real sockets have in common, wherever their sockets are: times that pass by themselves, memory for disks. */
import { MemoryDisk } from '../../core/memory-disk.ts';
import type { Clock, Disk, Hasher, Random } from '../../core/ports.ts';
import type { NodeClock } from '../../host/node-clock.ts';
import { GeneratedDisk } from './generated-disk.ts';
import { LoopbackStorage } from './loopback-disk.ts';
import type { MachineStoragePlan, Machines } from './machine.ts';

export interface RealMachines extends Machines {
  readonly clock: NodeClock;
  /** All machines have been made: they work once this is done. Throws `RunFailure` when this computer cannot have them. */
  prepare(): Promise<void>;
  /** The plan's times count from `startUs` on. */
  begin(startUs: number): void;
  /** After the last program has ended: nothing is left open. */
  close(): Promise<void>;
}

/** What a machine stores: generated where it has everything and only reads, else in memory. */
export function realStorage(
  { content: { content }, have, disk }: MachineStoragePlan,
  machine: { readonly clock: Clock; readonly random: Random },
  hasher: Hasher,
): LoopbackStorage {
  const ports = { clock: machine.clock, random: machine.random.fork('disk') };
  const soon = (callback: () => void): void => {
    setImmediate(callback);
  };
  const { pieceLengthBytes, totalBytes } = content;
  const storage = (stored: Disk, usedBytes: number) => new LoopbackStorage(stored, disk, usedBytes, ports);
  if (have === 'all') return storage(new GeneratedDisk(content, soon), totalBytes);
  const memory = new MemoryDisk({ soon, hasher }, { pieceLengthBytes, totalBytes });
  let usedBytes = 0;
  for (let piece = 0; have !== 'none' && piece < have.length; piece++) {
    if (!have.has(piece)) continue;
    const bytes = new Uint8Array(Math.min(pieceLengthBytes, totalBytes - piece * pieceLengthBytes));
    content.fill(piece, 0, bytes);
    memory.preload(piece, bytes);
    usedBytes += bytes.length;
  }
  return storage(memory, usedBytes);
}
