import * as nodeFs from 'node:fs';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DiskError } from '../../src/core/ports.ts';
import type { FileSystem, StoredFile } from '../../src/host/file-store.ts';
import { NodeDisk, type NodeDiskOptions } from '../../src/host/node-disk.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { describeDisk } from '../contract/disk.ts';
import { difference, patternBytes, pollUntil } from '../contract/world.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'swarmlab-disk-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Files from "path" (folders by "/", a leading "~" for padding) and length. */
function filesOf(...entries: readonly (readonly [string, number])[]): StoredFile[] {
  let offset = 0;
  return entries.map(([name, lengthBytes]) => {
    const pad = name.startsWith('~');
    const file = { path: name.replace('~', '').split('/'), offset, lengthBytes, pad };
    offset += lengthBytes;
    return file;
  });
}

/** A disk whose calls give promises of their answers. */
class Bench {
  readonly disk: NodeDisk;
  readonly pieceLength: number;
  readonly #waiting = new Map<number, (answer: { bytes?: Uint8Array; error?: DiskError }) => void>();
  #token = 0;

  constructor(files: StoredFile[], pieceLength: number, options: NodeDiskOptions = {}, at = root) {
    const totalBytes = files.reduce((sum, file) => sum + file.lengthBytes, 0);
    this.pieceLength = pieceLength;
    this.disk = new NodeDisk(at, { files, pieceLengthBytes: pieceLength, totalBytes }, options);
    const answer = (token: number, bytes: Uint8Array | undefined, error: DiskError | undefined): void => {
      this.#waiting.get(token)?.({
        ...(bytes === undefined ? {} : { bytes }),
        ...(error === undefined ? {} : { error }),
      });
    };
    this.disk.attach({
      onRead: (token, payload, error) => answer(token, payload?.bytes, error),
      onWritten: (token, error) => answer(token, undefined, error),
      onHashed: answer,
    });
  }

  write(piece: number, begin: number, bytes: Uint8Array) {
    return this.#answer((token) =>
      this.disk.write(piece, begin, { length: bytes.length, bytes, reference: undefined }, token),
    );
  }

  read(piece: number, begin: number, length: number) {
    return this.#answer((token) => this.disk.read(piece, begin, length, token));
  }

  hash(piece: number) {
    return this.#answer((token) => this.disk.hash(piece, token));
  }

  close(): Promise<DiskError | undefined> {
    return new Promise((resolve) => this.disk.close(resolve));
  }

  #answer(ask: (token: number) => void): Promise<{ bytes?: Uint8Array; error?: DiskError }> {
    return new Promise((resolve) => {
      const token = this.#token++;
      this.#waiting.set(token, resolve);
      ask(token);
    });
  }
}

describeDisk('one file', ({ pieceLengthBytes, totalBytes }) => ({
  disk: new NodeDisk(root, { files: filesOf(['single.bin', totalBytes]), pieceLengthBytes, totalBytes }),
  until: pollUntil,
}));

describeDisk('many files, borders everywhere, two handles', ({ pieceLengthBytes, totalBytes }) => {
  const lengths: [string, number][] = [
    ['a/1.bin', 10],
    ['a/b/c/empty', 0],
    ['a/b/2.bin', 70_000],
    ['3.bin', 1],
    ['4.bin', 16_384],
  ];
  const rest = totalBytes - lengths.reduce((sum, [, length]) => sum + length, 0);
  const files = filesOf(...lengths, ['z/last.bin', rest]);
  return {
    disk: new NodeDisk(root, { files, pieceLengthBytes, totalBytes }, { openFilesMax: 2 }),
    until: pollUntil,
  };
});

describe('files', () => {
  it('are where the layout says, folders and empty files included', async () => {
    const files = filesOf(['top.txt', 5], ['d/e/mid.bin', 20], ['d/empty', 0], ['last.bin', 7]);
    const bench = new Bench(files, 16);
    const content = patternBytes(32, 1);
    await Promise.all([bench.write(0, 0, content.slice(0, 16)), bench.write(1, 0, content.slice(16))]);
    expect(await bench.close()).toBeUndefined();
    expect(difference(readFileSync(join(root, 'top.txt')), content.slice(0, 5))).toBe('');
    expect(difference(readFileSync(join(root, 'd/e/mid.bin')), content.slice(5, 25))).toBe('');
    expect(difference(readFileSync(join(root, 'last.bin')), content.slice(25))).toBe('');
    expect(statSync(join(root, 'd/empty')).size).toBe(0);
  });

  it('are not made for padding, which reads and hashes as zeros whatever was sent for it', async () => {
    const bench = new Bench(filesOf(['a', 3], ['~.pad/5', 5], ['b', 8]), 8);
    await bench.write(0, 0, Uint8Array.of(1, 2, 3, 0, 0, 0, 0, 0));
    expect((await bench.read(0, 0, 8)).bytes).toEqual(Uint8Array.of(1, 2, 3, 0, 0, 0, 0, 0));
    expect(nodeFs.existsSync(join(root, '.pad'))).toBe(false);
  });

  it('stay as long as what was written: nothing pretends to be complete', async () => {
    const bench = new Bench(filesOf(['big.bin', 1_000_000]), 100_000);
    await bench.write(2, 0, patternBytes(1_000, 1));
    expect(statSync(join(root, 'big.bin')).size).toBe(201_000);
  });

  it('keep what they held before a restart', async () => {
    const files = filesOf(['one', 40_000], ['two', 40_000]);
    const content = patternBytes(80_000, 3);
    const first = new Bench(files, 80_000);
    await first.write(0, 0, content);
    await first.close();
    const second = new Bench(files, 80_000);
    const { bytes } = await second.hash(0);
    expect(bytes).toEqual(new NodeHasher().sha1(content));
  });

  it('missing while downloading read as zeros, and reading makes nothing', async () => {
    const bench = new Bench(filesOf(['d/x', 10]), 10, {}, join(root, 'not/there'));
    expect((await bench.read(0, 0, 10)).bytes).toEqual(new Uint8Array(10));
    expect((await bench.hash(0)).bytes).toEqual(new NodeHasher().sha1(new Uint8Array(10)));
    expect(nodeFs.readdirSync(root)).toEqual([]);
    expect((await bench.write(0, 0, patternBytes(10, 1))).error).toBeUndefined();
    expect((await bench.read(0, 0, 10)).bytes).toEqual(patternBytes(10, 1));
  });
});

describe('read-only', () => {
  it('serves what is there and refuses to write', async () => {
    writeFileSync(join(root, 'x'), patternBytes(10, 1));
    const bench = new Bench(filesOf(['x', 10]), 10, { readOnly: true });
    expect((await bench.read(0, 2, 5)).bytes).toEqual(patternBytes(10, 1).slice(2, 7));
    const { error } = await bench.write(0, 0, patternBytes(10, 2));
    expect(error).toEqual({ kind: 'failed', message: `${root} is open for reading only` });
    expect(difference(readFileSync(join(root, 'x')), patternBytes(10, 1))).toBe('');
  });

  it('names a missing and a short file', async () => {
    writeFileSync(join(root, 'short'), patternBytes(4, 1));
    const bench = new Bench(filesOf(['short', 10], ['missing', 10]), 10, { readOnly: true });
    expect((await bench.hash(0)).error?.message).toBe(
      `${join(root, 'short')} is shorter than the 10 bytes that it should have`,
    );
    expect((await bench.read(1, 0, 10)).error?.message).toBe(
      `cannot open ${join(root, 'missing')}: it does not exist`,
    );
  });
});

describe('nothing outside the root', () => {
  it.each(['..', '.', '', 'a\\b', 'nul\0'])('refuses the path element %j', async (element) => {
    const files = [{ path: ['d', element, 'x'], offset: 0, lengthBytes: 10, pad: false }];
    const bench = new Bench(files, 10);
    const { error } = await bench.write(0, 0, patternBytes(10, 1));
    expect(error?.kind).toBe('failed');
    expect(error?.message).toContain('is not a path within a folder');
    expect((await bench.read(0, 0, 10)).error?.kind).toBe('failed');
  });

  it('does not follow a link in the place of a file, for reading or writing', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'swarmlab-outside-'));
    try {
      writeFileSync(join(outside, 'secret'), patternBytes(10, 7));
      symlinkSync(join(outside, 'secret'), join(root, 'x'));
      for (const readOnly of [false, true]) {
        const bench = new Bench(filesOf(['x', 10]), 10, { readOnly });
        expect((await bench.read(0, 0, 10)).error?.message).toContain('symbolic link');
      }
      const bench = new Bench(filesOf(['x', 10]), 10);
      expect((await bench.write(0, 0, patternBytes(10, 1))).error?.message).toContain('symbolic link');
      expect(difference(readFileSync(join(outside, 'secret')), patternBytes(10, 7))).toBe('');
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('does not follow a link in the place of a folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'swarmlab-outside-'));
    try {
      symlinkSync(outside, join(root, 'd'));
      const bench = new Bench(filesOf(['d/x', 10]), 10);
      expect((await bench.write(0, 0, patternBytes(10, 1))).error?.message).toContain('symbolic links');
      expect(nodeFs.readdirSync(outside)).toEqual([]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('refuses folders and pipes in the place of files', async () => {
    mkdirSync(join(root, 'x'));
    const bench = new Bench(filesOf(['x', 10]), 10);
    expect((await bench.write(0, 0, patternBytes(10, 1))).error?.message).toContain('it is a folder');
    expect((await bench.read(0, 0, 10)).error?.message).toContain('is not an ordinary file');
  });
});

describe('failures', () => {
  const failing = (changes: Partial<FileSystem>): FileSystem => ({ ...nodeFs, ...changes });
  const systemError = (code: string): Error => Object.assign(new Error(`${code}: made up`), { code });

  it('no space left is "full", with the path; all goes on when there is room again', async () => {
    let full = true;
    const fileSystem = failing({
      writevSync: (fd, buffers, position) => {
        if (full) throw systemError('ENOSPC');
        return nodeFs.writevSync(fd, buffers, position ?? undefined);
      },
    });
    const bench = new Bench(filesOf(['x', 20]), 10, { fileSystem });
    const answers = await Promise.all([
      bench.write(0, 0, patternBytes(10, 1)),
      bench.write(1, 0, patternBytes(10, 2)),
    ]);
    for (const { error } of answers) {
      expect(error).toEqual({ kind: 'full', message: `no space left to write ${join(root, 'x')}` });
    }
    full = false;
    expect(await bench.write(0, 0, patternBytes(10, 1))).toEqual({});
    expect((await bench.hash(0)).bytes).toEqual(new NodeHasher().sha1(patternBytes(10, 1)));
  });

  it('a write that failed half way is not believed by the hash', async () => {
    let broken = false;
    const fileSystem = failing({
      writevSync: (fd, buffers, position) => {
        if (!broken) return nodeFs.writevSync(fd, buffers, position ?? undefined);
        nodeFs.writeSync(fd, buffers[0] as Uint8Array, 0, 4, position);
        throw systemError('EIO');
      },
    });
    const bench = new Bench(filesOf(['x', 10]), 10, { fileSystem });
    await bench.write(0, 0, patternBytes(10, 1));
    broken = true;
    expect((await bench.write(0, 0, patternBytes(10, 2))).error?.kind).toBe('failed');
    const stored = patternBytes(10, 1);
    stored.set(patternBytes(10, 2).slice(0, 4));
    expect((await bench.hash(0)).bytes).toEqual(new NodeHasher().sha1(stored));
  });

  it.each([
    ['EIO', 'failed', 'input/output error'],
    ['EDQUOT', 'full', 'no space left'],
    ['EROFS', 'failed', 'the file system is read-only'],
    ['EWEIRD', 'failed', 'EWEIRD'],
  ])('%s on opening is %s', async (code, kind, words) => {
    const fileSystem = failing({
      openSync: () => {
        throw systemError(code);
      },
    });
    const bench = new Bench(filesOf(['x', 10]), 10, { fileSystem });
    const { error } = await bench.write(0, 0, patternBytes(10, 1));
    expect(error?.kind).toBe(kind);
    expect(error?.message).toContain(words);
    expect(error?.message).toContain(join(root, 'x'));
  });

  it('a root that is a file is named', async () => {
    writeFileSync(join(root, 'plain'), 'x');
    const bench = new Bench(filesOf(['d/x', 10]), 10, {}, join(root, 'plain'));
    const { error } = await bench.write(0, 0, patternBytes(10, 1));
    expect(error?.message).toBe(
      `cannot create folder ${join(root, 'plain')}: something else is in its place`,
    );
  });

  it('short reads and writes are continued where they stopped', async () => {
    const fileSystem = failing({
      writevSync: (fd, buffers, position) => {
        const first = buffers[0] as Uint8Array;
        return nodeFs.writeSync(fd, first, 0, Math.min(first.length, 7), position);
      },
      readSync: ((fd: number, target: Uint8Array, offset: number, length: number, position: number) =>
        nodeFs.readSync(fd, target, offset, Math.min(length, 11), position)) as FileSystem['readSync'],
    });
    const bench = new Bench(filesOf(['x', 60], ['y', 40]), 100, { fileSystem });
    const content = patternBytes(100, 5);
    await Promise.all([0, 25, 50, 75].map((at) => bench.write(0, at, content.slice(at, at + 25))));
    expect(difference((await bench.read(0, 0, 100)).bytes, content)).toBe('');
    expect(difference(readFileSync(join(root, 'y')), content.slice(60))).toBe('');
  });

  it('a failed close is told', async () => {
    const fileSystem = failing({
      closeSync: (fd) => {
        nodeFs.closeSync(fd);
        throw systemError('EIO');
      },
    });
    const bench = new Bench(filesOf(['x', 10]), 10, { fileSystem });
    await bench.write(0, 0, patternBytes(10, 1));
    expect((await bench.close())?.message).toBe(`cannot close ${join(root, 'x')}: input/output error`);
  });
});

describe('cost', () => {
  const BLOCK = 16_384;

  it('neighbouring blocks of a turn are one system call, whatever order they came in', async () => {
    const writes: number[] = [];
    const reads: number[] = [];
    const fileSystem: FileSystem = {
      ...nodeFs,
      writevSync: (fd, buffers, position) => {
        writes.push(buffers.length);
        return nodeFs.writevSync(fd, buffers, position ?? undefined);
      },
      readSync: ((...args: Parameters<typeof nodeFs.readSync>) => {
        reads.push(1);
        return nodeFs.readSync(...args);
      }) as FileSystem['readSync'],
    };
    const bench = new Bench(filesOf(['x', 16 * BLOCK]), 4 * BLOCK, { fileSystem });
    const content = patternBytes(16 * BLOCK, 5);
    const order = [2, 0, 1, 3, 9, 8];
    await Promise.all(
      order.map((index) =>
        bench.write(index >> 2, (index & 3) * BLOCK, content.slice(index * BLOCK, (index + 1) * BLOCK)),
      ),
    );
    expect(writes).toEqual([4, 2]);
    const { bytes } = await bench.hash(0);
    expect(bytes).toEqual(new NodeHasher().sha1(content.slice(0, 4 * BLOCK)));
    expect(reads).toEqual([]);
  });

  it('block buffers are used again, but never a part of somebody else’s', async () => {
    const bench = new Bench(filesOf(['x', 4 * BLOCK]), 4 * BLOCK);
    const taken = bench.disk.takeBuffer(BLOCK);
    await bench.write(0, 0, taken);
    expect(bench.disk.takeBuffer(BLOCK)).toBe(taken);
    const part = new Uint8Array(2 * BLOCK).subarray(BLOCK);
    await bench.write(0, 0, part);
    expect(bench.disk.takeBuffer(BLOCK)).not.toBe(part);
  });

  it('no more files are open than allowed', async () => {
    let open = 0;
    let most = 0;
    const fileSystem: FileSystem = {
      ...nodeFs,
      openSync: (...args) => {
        open++;
        most = Math.max(most, open);
        return nodeFs.openSync(...args);
      },
      closeSync: (fd) => {
        open--;
        nodeFs.closeSync(fd);
      },
    };
    const names = Array.from({ length: 20 }, (_, index): [string, number] => [`f${index}`, 10]);
    const bench = new Bench(filesOf(...names), 200, { fileSystem, openFilesMax: 3 });
    await bench.write(0, 0, patternBytes(200, 1));
    expect(difference((await bench.read(0, 0, 200)).bytes, patternBytes(200, 1))).toBe('');
    await bench.close();
    expect(most).toBe(3);
    expect(open).toBe(0);
  });
});
