/**
 * What we have, what we are fetching, and what is still to be started. Every piece is in exactly one of three places:
 * verified (`have`), active, or listed in the rarity index as a candidate. Of connections it knows only what they have.
 */
import { Bitfield } from '../bitfield.ts';
import { BLOCK_LENGTH, type PieceGeometry } from '../metainfo/piece-geometry.ts';
import type { Random } from '../ports.ts';
import { invariant } from '../result.ts';
import type { PartialPiece } from '../torrent/stored-content.ts';
import { ActivePiece } from './active-piece.ts';
import type { PaddingBlocks } from './padding-blocks.ts';
import { PieceLog } from './piece-log.ts';
import { FIRST_STARTED, PieceRows, PLACE, VERIFIED } from './piece-rows.ts';
import { PriorityIndex } from './priority-index.ts';
import { type CandidateIndex, RarityIndex } from './rarity-index.ts';
import { RemoteHoldings } from './remote-holdings.ts';

/** Most pieces of which single blocks are remembered from one start to the next. */
export const PARTIAL_MAX = 1024;

/** Whom the blocks are from that were there at the start: nobody who could be blamed. */
const ON_DISK: object = Object.freeze({});

/** So many active pieces keep the states of their blocks side by side. */
const STATES_SHARED = 8;

export interface PieceTableOptions {
  /** By piece, from 0 (not wanted) to 7; default: all alike. */
  readonly priorities?: Uint8Array | undefined;
  /** Blocks that need not be fetched. */
  readonly padding?: PaddingBlocks | undefined;
}

export class PieceTable {
  readonly geometry: PieceGeometry;
  readonly have: Bitfield;
  /** What may be started. */
  rarity: CandidateIndex;
  /** The same by priority, where pieces differ in that. */
  priorities: PriorityIndex | undefined;
  readonly holdings: RemoteHoldings;
  /** In the order in which they were started. */
  readonly active: ActivePiece[] = [];
  /** Verified pieces in the order in which they were verified here; those found on arrival are not in it. */
  readonly verifiedLog = new PieceLog();
  /** What needs no fetching: what we have, and what is not wanted. */
  #settled: Bitfield;
  readonly #padding: PaddingBlocks | undefined;
  readonly #rows: PieceRows;
  readonly #random: Random;
  /** By number; those not in `active` are free. */
  readonly #activePieces: ActivePiece[] = [];
  readonly #free: ActivePiece[] = [];
  /** Block states of the last few of them. */
  #states = new Uint8Array(0);
  readonly #blocksPerPiece: number;
  #freeBlocks = 0;

  constructor(geometry: PieceGeometry, random: Random, options: PieceTableOptions = {}) {
    const { priorities, padding } = options;
    this.geometry = geometry;
    this.#padding = padding;
    this.have = new Bitfield(geometry.pieceCount);
    this.#settled = this.have;
    this.#random = random;
    this.#rows = new PieceRows(geometry.pieceCount);
    this.rarity = new RarityIndex(this.#rows, random);
    this.holdings = new RemoteHoldings(this.#rows, this.rarity, this.#settled);
    this.#blocksPerPiece = Math.ceil(geometry.pieceLength / BLOCK_LENGTH);
    if (priorities !== undefined) this.prioritize(priorities);
  }

  get isComplete(): boolean {
    return this.have.isComplete;
  }

  /** Every wanted piece is verified. */
  get isFinished(): boolean {
    return this.#settled.isComplete;
  }

  /** Bytes of the pieces that are not verified. */
  get missingBytes(): number {
    return this.#bytesOutside(this.have);
  }

  /** Of these, the bytes of wanted pieces. */
  get wantedBytes(): number {
    return this.#bytesOutside(this.#settled);
  }

  /** Every missing piece is started and every block of it asked for. */
  get isEndgame(): boolean {
    return this.rarity.length === 0 && this.#freeBlocks === 0 && this.active.length > 0;
  }

  /** Whether any started piece has a block that nobody was asked for. */
  get hasFreeBlocks(): boolean {
    return this.#freeBlocks > 0;
  }

  /** The number of a block within the torrent. */
  blockId(piece: number, block: number): number {
    return piece * this.#blocksPerPiece + block;
  }

  pieceOf(blockId: number): number {
    return Math.floor(blockId / this.#blocksPerPiece);
  }

  blockOf(blockId: number): number {
    return blockId % this.#blocksPerPiece;
  }

  /** The block that begins at `begin` and is `length` bytes long, or -1 when no block of ours does. */
  findBlock(piece: number, begin: number, length: number): number {
    if (piece >= this.geometry.pieceCount || begin % BLOCK_LENGTH !== 0) return -1;
    const block = begin / BLOCK_LENGTH;
    if (begin >= this.geometry.pieceLengthOf(piece)) return -1;
    return this.geometry.blockLength(piece, block) === length ? block : -1;
  }

  activePiece(piece: number): ActivePiece | undefined {
    if (piece < 0 || piece >= this.geometry.pieceCount) return undefined;
    const { cells, stride } = this.#rows;
    const place = cells[piece * stride + PLACE] as number;
    return place > FIRST_STARTED ? undefined : this.#activePieces[FIRST_STARTED - place];
  }

  /** Gives the pieces their priorities, from 0 (not wanted) to 7. Pieces under way go on unless they were given up before. */
  prioritize(priorities: Uint8Array): void {
    const { seeds } = this.rarity;
    const isCandidate = (piece: number): boolean => !this.have.has(piece) && !this.#isStarted(piece);
    const index = new PriorityIndex(this.#rows, this.#random, { priorities, isCandidate, seeds });
    this.rarity = index;
    this.priorities = index;
    this.#settled = this.have.copy();
    for (let piece = 0; piece < this.geometry.pieceCount; piece++) {
      if (priorities[piece] === 0 && !this.#isStarted(piece)) this.#settled.set(piece);
    }
    this.holdings.wantOthers(index, this.#settled);
  }

  /** Ends the download of an active piece, which is a candidate again. Nobody may owe us a block of it. */
  giveUp(active: ActivePiece): void {
    this.#freeBlocks -= active.free;
    this.#removeActive(active);
    this.rarity.add(active.piece);
  }

  /** Found on disk at the start. */
  addFound(piece: number): void {
    if (!this.have.set(piece)) return;
    this.#settled.set(piece);
    this.rarity.remove(piece);
  }

  /**
   * Goes on with a piece of which blocks are on disk: it is active, and they count as received. Nothing happens where that
   * cannot be: a piece that is no candidate, blocks that it does not have, or all of them.
   */
  resume({ piece, blocks }: PartialPiece): void {
    if (!(piece >= 0 && piece < this.geometry.pieceCount) || !this.rarity.isListed(piece)) return;
    const stored = Bitfield.fromWire(blocks, this.geometry.blocksIn(piece));
    if (!stored.ok || stored.value.count === 0 || stored.value.isComplete) return;
    const active = this.start(piece);
    for (let block = 0; block < active.blockCount; block++) {
      if (stored.value.has(block) && !active.isReceived(block)) this.receive(active, block, ON_DISK);
    }
  }

  /** The blocks of active pieces that were received, of at most `PARTIAL_MAX` pieces. */
  partialPieces(): PartialPiece[] {
    const partial: PartialPiece[] = [];
    for (const active of this.active) {
      if (partial.length === PARTIAL_MAX) break;
      if (active.missing === active.blockCount) continue;
      const blocks = new Bitfield(active.blockCount);
      for (let block = 0; block < active.blockCount; block++) if (active.isReceived(block)) blocks.set(block);
      partial.push({ piece: active.piece, blocks: blocks.bytes });
    }
    return partial;
  }

  /** A candidate becomes active. */
  start(piece: number): ActivePiece {
    invariant(this.rarity.isListed(piece), () => `piece ${piece} is no candidate`);
    this.rarity.remove(piece);
    const active = this.#free.pop() ?? this.#anotherActive();
    active.begin(piece, this.geometry.blocksIn(piece));
    this.active.push(active);
    this.#rows.cells[piece * this.#rows.stride + PLACE] = FIRST_STARTED - active.number;
    this.#freeBlocks += active.free;
    if (this.#padding !== undefined) this.#receivePadding(active, this.#padding.of(piece));
    return active;
  }

  /** Takes a free block of an active piece; -1 when there is none. */
  takeFree(active: ActivePiece): number {
    const block = active.takeFree();
    if (block >= 0) this.#freeBlocks--;
    return block;
  }

  /** A request ended without its block. A piece that nothing is left of is a candidate again. */
  release(piece: number, block: number): void {
    const active = this.activePiece(piece);
    if (active === undefined) return;
    if (active.release(block)) this.#freeBlocks++;
    if (active.untouched && !active.exclusive) this.giveUp(active);
  }

  receive(active: ActivePiece, block: number, contributor: object): void {
    this.#freeBlocks -= active.free;
    active.receive(block, contributor);
    this.#freeBlocks += active.free;
  }

  /** The piece passed its check. */
  verify(piece: number): void {
    const active = this.activePiece(piece);
    if (active !== undefined) {
      this.#freeBlocks -= active.free;
      this.#removeActive(active);
    }
    this.rarity.remove(piece);
    if (this.have.set(piece)) this.verifiedLog.push(piece);
    this.#settled.set(piece);
  }

  /** A verified piece is not there any more: it is missing, and a candidate again if it `mayBeFetched` and is wanted. */
  lose(piece: number, mayBeFetched: boolean): void {
    const isWanted = mayBeFetched && this.priorities?.priority(piece) !== 0;
    if (!isWanted && this.#settled === this.have) this.#settled = this.have.copy();
    this.have.clear(piece);
    if (isWanted) {
      this.#settled.clear(piece);
      this.rarity.add(piece);
    }
    this.holdings.wantOthers(this.rarity, this.#settled);
  }

  /** The piece failed its check: all of it again, from one peer alone. */
  restartExclusively(active: ActivePiece): void {
    this.#freeBlocks -= active.free;
    active.restart();
    active.exclusive = true;
    this.#freeBlocks += active.free;
  }

  /** A piece that were nothing else would have nothing left to ask for: it is hashed at the start, or asked for. */
  #receivePadding(active: ActivePiece, blocks: readonly number[]): void {
    if (blocks.length === active.blockCount) return;
    for (const block of blocks) this.receive(active, block, ON_DISK);
  }

  #isStarted(piece: number): boolean {
    const { cells, stride } = this.#rows;
    return (cells[piece * stride + PLACE] as number) <= FIRST_STARTED;
  }

  #bytesOutside(set: Bitfield): number {
    const { pieceCount, pieceLength } = this.geometry;
    if (set.count === pieceCount) return 0;
    const last = pieceCount - 1;
    const shortfall = set.has(last) ? 0 : pieceLength - this.geometry.pieceLengthOf(last);
    return (pieceCount - set.count) * pieceLength - shortfall;
  }

  #removeActive(active: ActivePiece): void {
    const { active: started } = this;
    let index = started.indexOf(active);
    for (; index < started.length - 1; index++) started[index] = started[index + 1] as ActivePiece;
    started.pop();
    this.#rows.cells[active.piece * this.#rows.stride + PLACE] = VERIFIED;
    this.#free.push(active);
  }

  #anotherActive(): ActivePiece {
    const number = this.#activePieces.length;
    const offset = (number % STATES_SHARED) * this.#blocksPerPiece;
    if (offset === 0) this.#states = new Uint8Array(STATES_SHARED * this.#blocksPerPiece);
    const active = new ActivePiece(number, this.#states, offset);
    this.#activePieces.push(active);
    return active;
  }
}
