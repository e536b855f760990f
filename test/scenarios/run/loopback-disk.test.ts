/** Disks on real sockets: time, room, faults and a power failure, in a time that the test moves. */
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '../../../src/core/memory-disk.ts';
import { NodeHasher } from '../../../src/host/node-hasher.ts';
import type { PlannedDisk } from '../../../src/scenarios/plan.ts';
import { LoopbackStorage } from '../../../src/scenarios/run/loopback-disk.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { VirtualClock } from '../../host/virtual-clock.ts';

const PLAIN: PlannedDisk = {
  accessUs: 0,
  readBytesPerSec: 0,
  writeBytesPerSec: 0,
  roomBytes: undefined,
  corruptPerMillion: 0,
  unsyncedUs: 0,
};
const BLOCK = 16_384;

function session(plan: Partial<PlannedDisk> = {}) {
  const clock = new VirtualClock();
  const hasher = new NodeHasher();
  const soon = (callback: () => void): void => {
    clock.schedule(clock.now(), callback);
  };
  const memory = new MemoryDisk({ soon, hasher }, { pieceLengthBytes: 4 * BLOCK, totalBytes: 8 * BLOCK });
  const storage = new LoopbackStorage(memory, { ...PLAIN, ...plan }, 0, {
    clock,
    random: SeededRandom.ofRun(1).fork('disk'),
  });
  const disk = storage.open();
  const answers: string[] = [];
  const read: (Uint8Array | undefined)[] = [];
  const note = (what: string, token: number, error: { kind: string } | undefined): void => {
    answers.push(`${clock.now()} ${what} ${token}${error === undefined ? '' : ` ${error.kind}`}`);
  };
  disk.attach({
    onRead: (token, payload, error) => {
      read.push(payload?.bytes);
      note('read', token, error);
    },
    onWritten: (token, error) => note('written', token, error),
    onHashed: (token, _digest, error) => note('hashed', token, error),
  });
  const write = (piece: number, begin: number, token: number): void => {
    const bytes = new Uint8Array(BLOCK);
    disk.write(piece, begin, { length: BLOCK, bytes, reference: undefined }, token);
  };
  return { clock, storage, disk, answers, read, write };
}

describe('the disk of a machine on real sockets', () => {
  it('takes its time, one request after the other, and never answers inside the call', () => {
    const { clock, disk, answers, write } = session({ accessUs: 1000, writeBytesPerSec: BLOCK * 1000 });
    write(0, 0, 1);
    write(0, BLOCK, 2);
    disk.read(0, 0, BLOCK, 3);
    expect(answers).toEqual([]);
    clock.runTo(100_000);
    expect(answers).toEqual(['2000 written 1', '4000 written 2', '5000 read 3']);
  });

  it('is full when its room is used up; what is stored can be written again', () => {
    const { clock, answers, write } = session({ roomBytes: 2 * BLOCK });
    for (const [token, begin] of [0, BLOCK, 2 * BLOCK, 0].entries()) write(0, begin, token);
    clock.runTo(1);
    expect(answers.map((answer) => answer.slice(2))).toEqual([
      'written 0',
      'written 1',
      'written 2 full',
      'written 3',
    ]);
  });

  it('fails and recovers as faults are laid and lifted', () => {
    const { clock, storage, disk, answers, write } = session();
    const lift = storage.lay({ kind: 'failing' });
    write(0, 0, 1);
    disk.read(0, 0, BLOCK, 2);
    disk.hash(0, 3);
    clock.runTo(1);
    lift();
    write(0, 0, 4);
    clock.runTo(2);
    expect(answers.map((answer) => answer.slice(2))).toEqual([
      'written 1 failed',
      'read 2 failed',
      'hashed 3 failed',
      'written 4',
    ]);
  });

  it('flips one bit of what it stores when it corrupts', () => {
    const { clock, disk, read, write } = session({ corruptPerMillion: 1_000_000 });
    write(0, 0, 1);
    disk.read(0, 0, BLOCK, 2);
    clock.runTo(1);
    expect(read[0]?.filter((byte) => byte !== 0)).toEqual(Uint8Array.of(1));
  });

  it('answers nobody any more after a power failure', () => {
    const { clock, disk, answers, write } = session({ accessUs: 1000 });
    write(0, 0, 1);
    disk.vanish();
    clock.runTo(10_000);
    expect(answers).toEqual([]);
  });
});
