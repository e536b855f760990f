/**
 * The candidates of a torrent whose pieces have priorities: a list for each priority, the highest first, and within each the
 * order of the rarity index, rarest first. Ranks count through all lists, with gaps where pieces are not listed, so that
 * whoever looks at one list needs its bounds (`tiers`).
 *
 * Invariant: a tier's ranks [ends[a - 1], ends[a]) are exactly its listed pieces with availability a.
 */
import type { Random } from '../ports.ts';
import { AVAILABILITY, type PieceRows, PLACE, VERIFIED } from './piece-rows.ts';
import type { CandidateIndex } from './rarity-index.ts';

/** The candidates of one priority: those at ranks from `start` to `end`. */
export interface Tier {
  readonly priority: number;
  readonly start: number;
  readonly end: number;
}

export interface PrioritizedPieces {
  /** By piece, from 0 (never listed) to 7. */
  readonly priorities: Uint8Array;
  /** Whether it may be started, as far as its priority allows. */
  isCandidate(piece: number): boolean;
  /** Peers that have everything, which are not counted piece by piece. */
  readonly seeds: number;
}

export class PriorityIndex implements CandidateIndex {
  /** The highest priority first; those that no piece has are left out. */
  readonly tiers: readonly Tier[];
  readonly #rows: PieceRows;
  readonly #priorities: Uint8Array;
  readonly #tierOf: readonly (PriorityTier | undefined)[];
  #listed = 0;
  #seeds: number;

  /** What was listed before and has no priority is listed no more. `random` shuffles those that are equally rare. */
  constructor(rows: PieceRows, random: Random, { priorities, isCandidate, seeds }: PrioritizedPieces) {
    this.#rows = rows;
    this.#priorities = priorities;
    this.#seeds = seeds;
    const byPriority = Array.from({ length: 8 }, (): number[] => []);
    for (let piece = 0; piece < rows.pieceCount; piece++)
      byPriority[priorities[piece] as number]?.push(piece);
    for (const piece of byPriority[0] ?? []) {
      if (isCandidate(piece)) rows.cells[piece * rows.stride + PLACE] = VERIFIED;
    }
    let start = 0;
    this.#tierOf = byPriority
      .map((pieces, priority) => ({ pieces, priority }))
      .toReversed()
      .map(({ pieces, priority }) => {
        if (priority === 0 || pieces.length === 0) return undefined;
        const tier = new PriorityTier(priority, start);
        this.#fill(tier, pieces.filter(isCandidate), random);
        start += pieces.length;
        return tier;
      })
      .toReversed();
    this.tiers = this.#tierOf.filter((tier) => tier !== undefined).toReversed();
  }

  get length(): number {
    return this.#listed;
  }

  get seeds(): number {
    return this.#seeds;
  }

  /** Of a piece: from 0 to 7. */
  priority(piece: number): number {
    return this.#priorities[piece] as number;
  }

  at(rank: number): number {
    const { cells, order } = this.#rows;
    return cells[order + rank] as number;
  }

  levelStartAt(rank: number): number {
    const piece = this.at(rank);
    const tier = this.#tier(piece);
    const level = this.#level(piece);
    return level === 0 ? tier.start : (tier.ends[level - 1] as number);
  }

  levelEndAt(rank: number): number {
    const piece = this.at(rank);
    return this.#tier(piece).ends[this.#level(piece)] as number;
  }

  equallyRare(piece: number): number {
    const { start, ends } = this.#tier(piece);
    const level = this.#level(piece);
    return (ends[level] as number) - (level === 0 ? start : (ends[level - 1] as number));
  }

  isListed(piece: number): boolean {
    return this.#placeOf(piece) >= 0;
  }

  availability(piece: number): number {
    return this.#level(piece) + this.#seeds;
  }

  addSeed(): void {
    this.#seeds++;
  }

  removeSeed(): void {
    this.#seeds--;
  }

  increment(piece: number): void {
    const { cells, stride } = this.#rows;
    const level = this.#level(piece);
    cells[piece * stride + AVAILABILITY] = level + 1;
    const place = this.#placeOf(piece);
    if (place < 0) return;
    const { ends } = this.#tier(piece);
    while (ends.length <= level + 1) ends.push(ends[ends.length - 1] as number);
    const edge = (ends[level] as number) - 1;
    this.#swap(piece, place, edge);
    ends[level] = edge;
  }

  decrement(piece: number): void {
    const { cells, stride } = this.#rows;
    const level = this.#level(piece);
    cells[piece * stride + AVAILABILITY] = level - 1;
    const place = this.#placeOf(piece);
    if (place < 0) return;
    const { ends } = this.#tier(piece);
    const edge = ends[level - 1] as number;
    this.#swap(piece, place, edge);
    ends[level - 1] = edge + 1;
  }

  remove(piece: number): void {
    const { cells, stride } = this.#rows;
    let hole = this.#placeOf(piece);
    if (hole < 0) return;
    const { ends } = this.#tier(piece);
    for (let level = this.#level(piece); level < ends.length; level++) {
      const edge = (ends[level] as number) - 1;
      if (hole < edge) {
        this.#put(this.at(edge), hole);
        hole = edge;
      }
      ends[level] = edge;
    }
    cells[piece * stride + PLACE] = VERIFIED;
    this.#listed--;
  }

  add(piece: number): void {
    if (this.#placeOf(piece) >= 0 || this.priority(piece) === 0) return;
    const { ends } = this.#tier(piece);
    const level = this.#level(piece);
    while (ends.length <= level) ends.push(ends[ends.length - 1] as number);
    let hole = ends[ends.length - 1] as number;
    for (let above = ends.length - 1; above > level; above--) {
      const edge = ends[above - 1] as number;
      if (edge < hole) {
        this.#put(this.at(edge), hole);
        hole = edge;
      }
      ends[above] = (ends[above] as number) + 1;
    }
    ends[level] = (ends[level] as number) + 1;
    this.#put(piece, hole);
    this.#listed++;
  }

  /** Into an empty tier. */
  #fill(tier: PriorityTier, pieces: number[], random: Random): void {
    for (let index = pieces.length - 1; index > 0; index--) {
      const other = random.below(index + 1);
      const piece = pieces[index] as number;
      pieces[index] = pieces[other] as number;
      pieces[other] = piece;
    }
    pieces.sort((a, b) => this.#level(a) - this.#level(b));
    let rank = tier.start;
    for (const piece of pieces) {
      while (tier.ends.length <= this.#level(piece)) tier.ends.push(rank);
      this.#put(piece, rank);
      rank++;
      tier.ends[tier.ends.length - 1] = rank;
    }
    this.#listed += pieces.length;
  }

  #tier(piece: number): PriorityTier {
    return this.#tierOf[this.priority(piece)] as PriorityTier;
  }

  #level(piece: number): number {
    const { cells, stride } = this.#rows;
    return cells[piece * stride + AVAILABILITY] as number;
  }

  #placeOf(piece: number): number {
    const { cells, stride } = this.#rows;
    return cells[piece * stride + PLACE] as number;
  }

  #put(piece: number, rank: number): void {
    const { cells, stride, order } = this.#rows;
    cells[order + rank] = piece;
    cells[piece * stride + PLACE] = rank;
  }

  #swap(piece: number, place: number, other: number): void {
    if (place === other) return;
    this.#put(this.at(other), place);
    this.#put(piece, other);
  }
}

class PriorityTier implements Tier {
  readonly priority: number;
  readonly start: number;
  /** Exclusive end of each availability that has occurred. */
  readonly ends: number[];

  constructor(priority: number, start: number) {
    this.priority = priority;
    this.start = start;
    this.ends = [start];
  }

  get end(): number {
    return this.ends[this.ends.length - 1] as number;
  }
}
