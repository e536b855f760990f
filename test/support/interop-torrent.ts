/**
 * The content of an interop test: a seeded tree of awkward files, and a torrent file of it that a foreign program made.
 * `originals` is never written to by a test; each downloading party gets an empty folder of its own.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatAddress } from '../../src/core/address.ts';
import { toHex } from '../../src/core/bytes.ts';
import { parseTorrentFile } from '../../src/core/metainfo/index.ts';
import type { Address } from '../../src/core/ports.ts';
import { nodeHasher } from './fake-world.ts';
import { digestTree, writeAwkwardTree } from './file-trees.ts';
import { makeTorrent, type TorrentMaker } from './foreign/torrent-makers.ts';

/** The name of the torrent, and so of the folder that it makes. Has a space, as the names of many torrents do. */
const NAME = 'a multi-file torrent';

export class InteropTorrent {
  /** Names no tracker. */
  readonly torrentFile: string;
  /** The folder that holds the torrent's own folder, complete. */
  readonly originals: string;
  /** SHA-256 of every file of the torrent, by its path there: transmission-create leaves empty files out. */
  readonly digests: Readonly<Record<string, string>>;
  readonly #root: string;
  readonly #infoHash: string;
  #folders = 0;

  constructor(root: string, torrentFile: string, originals: string) {
    this.#root = root;
    this.torrentFile = torrentFile;
    this.originals = originals;
    const parsed = parseTorrentFile(readFileSync(torrentFile), nodeHasher);
    if (!parsed.ok) throw new Error(parsed.error.message);
    this.#infoHash = toHex(parsed.value.infoHash);
    const listed = new Set(parsed.value.files.map(({ path }) => path.slice(1).join('/')));
    const all = Object.entries(digestTree(join(originals, NAME)));
    this.digests = Object.fromEntries(all.filter(([path]) => listed.has(path)));
  }

  static async make(maker: TorrentMaker): Promise<InteropTorrent> {
    const root = mkdtempSync(join(tmpdir(), 'swarmlab-interop-'));
    const originals = join(root, 'originals');
    const torrentFile = join(root, 'made-elsewhere.torrent');
    writeAwkwardTree(join(originals, NAME), 1);
    await makeTorrent(maker, join(originals, NAME), torrentFile);
    return new InteropTorrent(root, torrentFile, originals);
  }

  /** A torrent file of the same torrent that names one tracker. */
  torrentFileWith(announceUrl: string): string {
    const bytes = readFileSync(this.torrentFile);
    if (bytes.includes('8:announce')) throw new Error('the torrent has a tracker already');
    const path = join(this.emptyFolder(), 'with-tracker.torrent');
    // "announce" sorts before every other key of a torrent file.
    const announce = `d8:announce${announceUrl.length}:${announceUrl}`;
    writeFileSync(path, Buffer.concat([Buffer.from(announce), bytes.subarray(1)]));
    return path;
  }

  /** A magnet link of it that names one tracker. */
  magnetWith(announceUrl: string): string {
    return `magnet:?xt=urn:btih:${this.#infoHash}&tr=${encodeURIComponent(announceUrl)}`;
  }

  /** A magnet link of it that names one peer and no tracker (`x.pe`). */
  magnetOfPeer(peer: Address): string {
    return `magnet:?xt=urn:btih:${this.#infoHash}&x.pe=${formatAddress(peer)}`;
  }

  /** An empty folder for one party. */
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
