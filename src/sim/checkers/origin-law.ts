/**
 * Every block that an engine receives was sent to it by that remote and has not arrived before; and what is under way
 * to it was asked for. Outsiders may send what they like: what comes from them is excused. In a large run, where a look at
 * every block would show in the time that it takes, only the blocks of every fourth piece are followed.
 */

import { BLOCK_LENGTH } from '../../core/metainfo/piece-geometry.ts';
import { InvariantError } from '../../core/result.ts';
import type { TorrentView } from '../../core/torrent/inspection.ts';
import type { BlocksUnderWay } from './blocks-under-way.ts';
import { checkEngines, type EngineLaw, type EngineState, type RunningEngines } from './engine-state.ts';
import { followedPieces } from './rotating-window.ts';
import type { WatchedConnections } from './watched-connections.ts';

export class OriginLaw implements EngineLaw {
  readonly name = 'blocks were sent and asked for';
  /** Blocks that came from outsiders, of those that are followed. */
  excused = 0;
  readonly #engines: RunningEngines;
  readonly #connections: WatchedConnections;
  readonly #underWay: BlocksUnderWay;
  readonly #blocksPerPiece: number;
  readonly #every: number;
  /** Blocks that do not begin where blocks do: the n-th has the number -1 - n. Honest engines ask for none. */
  readonly #odd: { readonly piece: number; readonly begin: number }[] = [];
  #evaluations = 0;

  constructor(
    engines: RunningEngines,
    connections: WatchedConnections,
    underWay: BlocksUnderWay,
    run: {
      readonly names: readonly string[];
      readonly pieceCount: number;
      readonly pieceLengthBytes: number;
    },
  ) {
    this.#engines = engines;
    this.#connections = connections;
    this.#underWay = underWay;
    this.#blocksPerPiece = Math.ceil(run.pieceLengthBytes / BLOCK_LENGTH);
    this.#every = followedPieces(run.names.length, run.pieceCount);
  }

  get evaluations(): number {
    return this.#evaluations;
  }

  sent(number: number, piece: number, begin: number): void {
    if (piece % this.#every !== 0) return;
    const lane = this.#connections.toRemote(number);
    if (lane >= 0) this.#underWay.push(lane, this.#numberOf(piece, begin));
  }

  /** A block came, wanted or not. */
  received(engine: EngineState, number: number, piece: number, begin: number): void {
    if (piece % this.#every !== 0) return;
    const lane = this.#connections.fromRemote(number);
    if (lane < 0) {
      this.excused++;
      return;
    }
    this.#evaluations++;
    if (!this.#underWay.take(lane, this.#numberOf(piece, begin))) {
      throw new InvariantError(
        `${engine.name} received the block at ${begin} of piece ${piece} from ${engine.remoteName(number)}, which has not sent it, or not so often`,
      );
    }
  }

  check(): void {
    checkEngines(this.#engines, [this]);
  }

  begin(): void {}

  look(engine: EngineState, inspection: TorrentView): void {
    for (const view of inspection.connections) {
      const lane = this.#connections.fromRemote(view.label);
      if (view.closed || lane < 0 || this.#underWay.isMixed(lane)) continue;
      // The first may be on its way in: its header has ended the request, its body has not come.
      for (let index = 1; index < this.#underWay.length(lane); index++) {
        const block = this.#underWay.at(lane, index);
        const piece = this.#pieceOf(block);
        const begin = this.#beginOf(block);
        this.#evaluations++;
        if (!view.requests.mayCome(inspection.blockAt(piece, begin))) {
          throw new InvariantError(
            `${engine.remoteName(view.label)} sends ${engine.name} the block at ${begin} of piece ${piece}, which was not asked for`,
          );
        }
      }
    }
  }

  /** What names a block in the torrent: an int32. */
  #numberOf(piece: number, begin: number): number {
    if (begin % BLOCK_LENGTH === 0) return piece * this.#blocksPerPiece + begin / BLOCK_LENGTH;
    const known = this.#odd.findIndex((odd) => odd.piece === piece && odd.begin === begin);
    return -1 - (known < 0 ? this.#odd.push({ piece, begin }) - 1 : known);
  }

  #pieceOf(block: number): number {
    return block < 0 ? (this.#odd[-1 - block]?.piece as number) : Math.floor(block / this.#blocksPerPiece);
  }

  #beginOf(block: number): number {
    return block < 0
      ? (this.#odd[-1 - block]?.begin as number)
      : (block % this.#blocksPerPiece) * BLOCK_LENGTH;
  }
}
