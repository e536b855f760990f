/**
 * The content of an interop test: a seeded tree of awkward files, and a torrent file of it that a foreign program made.
 * `originals` is never written to by a test; each downloading party gets an empty folder of its own.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestTree, writeAwkwardTree } from './file-trees.ts';
import { makeTorrent, type TorrentMaker } from './foreign-clients.ts';

/** The name of the torrent, and so of the folder that it makes. Has a space, as the names of many torrents do. */
const NAME = 'a multi-file torrent';

export class InteropTorrent {
  readonly torrentFile: string;
  /** The folder that holds the torrent's own folder, complete. */
  readonly originals: string;
  /** SHA-256 of every file, by its path in the torrent's own folder. */
  readonly digests: Readonly<Record<string, string>>;
  readonly #root: string;
  #folders = 0;

  constructor(root: string, torrentFile: string, originals: string) {
    this.#root = root;
    this.torrentFile = torrentFile;
    this.originals = originals;
    this.digests = digestTree(join(originals, NAME));
  }

  static async make(maker: TorrentMaker): Promise<InteropTorrent> {
    const root = mkdtempSync(join(tmpdir(), 'swarmlab-interop-'));
    const originals = join(root, 'originals');
    const torrentFile = join(root, 'made-elsewhere.torrent');
    writeAwkwardTree(join(originals, NAME), 1);
    await makeTorrent(maker, join(originals, NAME), torrentFile);
    return new InteropTorrent(root, torrentFile, originals);
  }

  /** An empty folder for one downloading party. */
  emptyFolder(): string {
    const folder = join(this.#root, `party-${this.#folders++}`);
    mkdirSync(folder);
    return folder;
  }

  /** SHA-256 of every file that a party has put into its folder. */
  digestsIn(folder: string): Record<string, string> {
    return digestTree(join(folder, NAME));
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}
