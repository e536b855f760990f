/** Bugs that somebody could make in the engine, each as one change of one place, which exploration has to find. */
import type { Planting } from './planting.ts';

export interface EngineBug extends Planting {
  /** Among so many worlds, from the first of seed 1 on, one has to fail. */
  readonly within: number;
  /** What fails it. */
  readonly failure: RegExp;
}

export const engineBugs: readonly EngineBug[] = [
  {
    name: 'block-lost-after-choke',
    what: 'a block that a choke has dropped is free in its piece, but the table of pieces does not hear of it',
    file: 'src/core/pieces/request-scheduler.ts',
    of: 'return false;\n    this.#release(blockId);',
    instead: `return false;
    if (!connection.remoteChoking) this.#release(blockId);
    else this.#table.activePiece(this.#table.pieceOf(blockId))?.release(this.#table.blockOf(blockId));`,
    within: 100,
    failure: /^after healing a peer is stuck$/,
  },
  {
    name: 'seed-counted-for-ever',
    what: 'the copies of a seed still count when its connection has ended',
    file: 'src/core/pieces/remote-holdings.ts',
    of: '      this.#rarity.removeSeed();\n      this.#seeds[word]',
    instead: '      this.#seeds[word]',
    within: 20,
    failure: /^peer-# counts # copies of piece #, and # of its connected peers have it$/,
  },
  {
    name: 'have-before-the-check',
    what: 'a piece is announced as soon as its last block is here, before it was hashed',
    file: 'src/core/torrent/downloader.ts',
    of: '    if (active.missing === 0) disk.hash(piece, piece);\n',
    instead: `    if (active.missing === 0) {
      disk.hash(piece, piece);
      for (const other of this.#subject.connections) other.announcePiece(piece);
    }
`,
    within: 20,
    failure:
      /^peer-# has told peer-# of more pieces than it has verified before its check of piece # was over$/,
  },
];
