/**
 * The folder in which transfers on loopback are measured: in memory where the machine has such a file system, random content
 * with a torrent file, removed afterwards.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIB = 2 ** 20;
const PORTION_BYTES = 8 * MIB;
const MEMORY_FOLDER = '/dev/shm';
export const CONTENT_NAME = 'content.bin';

export class Workbench {
  readonly root: string;
  /** The folder of the seed's content. */
  readonly source: string;
  readonly torrentFile: string;
  #folders = 0;

  /** `copies`: how often the content is there at a time; `trackers`: of the torrent. Throws where there is no room for them. */
  constructor(program: string, contentMiB: number, copies: number, trackers: readonly string[] = []) {
    const parent = existsSync(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
    const { bavail, bsize } = statfsSync(parent);
    const neededBytes = (contentMiB * copies + 64) * MIB;
    if (bavail * bsize < neededBytes) {
      throw new Error(`${parent} has no room for ${Math.ceil(neededBytes / MIB)} MiB`);
    }
    this.root = mkdtempSync(join(parent, 'swarmlab-bench-'));
    // Also where the process is ended in the middle of it all.
    process.once('exit', () => this.remove());
    this.source = this.newFolder();
    this.torrentFile = join(this.root, 'content.torrent');
    const content = join(this.source, CONTENT_NAME);
    writeRandom(content, contentMiB * MIB);
    const made = spawnSync(
      process.execPath,
      [
        ...[program, 'create', content, '--piece-length', '1 MiB', '--out', this.torrentFile],
        ...trackers.flatMap((url) => ['--tracker', url]),
      ],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`the torrent file cannot be made\n${made.stderr}`);
  }

  newFolder(): string {
    const folder = join(this.root, String(this.#folders++));
    mkdirSync(folder);
    return folder;
  }

  /** Throws unless the folder holds the very bytes of the seed. */
  compare(folder: string): void {
    const files = [this.source, folder].map((each) => openSync(join(each, CONTENT_NAME), 'r'));
    const [own, other] = [Buffer.allocUnsafe(PORTION_BYTES), Buffer.allocUnsafe(PORTION_BYTES)];
    try {
      for (;;) {
        const left = readSync(files[0] as number, own);
        const right = readSync(files[1] as number, other);
        if (left !== right || own.compare(other, 0, left, 0, left) !== 0) {
          throw new Error(`${folder} has other bytes than the seed`);
        }
        if (left === 0) return;
      }
    } finally {
      for (const file of files) closeSync(file);
    }
  }

  /** What is in the folder is needed no more. */
  discard(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function writeRandom(path: string, length: number): void {
  const file = openSync(path, 'w');
  try {
    const portion = Buffer.allocUnsafe(Math.min(length, PORTION_BYTES));
    for (let written = 0; written < length; ) {
      randomFillSync(portion);
      written += writeSync(file, portion, 0, Math.min(portion.length, length - written));
    }
  } finally {
    closeSync(file);
  }
}
