/** What is known of crowds at an instant: the counts at the end of the slice of time before it. */
import { unpackUint16 } from '../report/base64.ts';
import type { SwarmCrowds } from './swarm-data.ts';

const WHOLE = 65_535;

export class CrowdSamples {
  readonly #crowds: SwarmCrowds;
  readonly #firstPlace: number;
  readonly #pieces: number;
  readonly #copies: Uint16Array;
  readonly #shares: readonly Uint16Array[];

  /** @param firstPlace the place in the cast of the first crowd */
  constructor(crowds: SwarmCrowds, firstPlace: number, pieces: number) {
    this.#crowds = crowds;
    this.#firstPlace = firstPlace;
    this.#pieces = pieces;
    this.#copies = unpackUint16(crowds.copies);
    this.#shares = crowds.each.map(({ shares }) => unpackUint16(shares));
  }

  isCrowd(peer: number): boolean {
    return peer >= this.#firstPlace;
  }

  /** The slice whose end is known at an instant; -1 before the first. */
  sliceAt(timeUs: number): number {
    return Math.min(this.#crowds.slices, Math.floor(timeUs / this.#crowds.sliceUs)) - 1;
  }

  copiesOf(piece: number, slice: number): number {
    return slice < 0 ? 0 : (this.#copies[this.#cell(piece, slice)] as number);
  }

  shareOf(peer: number, piece: number, slice: number): number {
    const shares = this.#shares[peer - this.#firstPlace];
    return slice < 0 || shares === undefined ? 0 : (shares[this.#cell(piece, slice)] as number) / WHOLE;
  }

  /** How many of a crowd are there. */
  thereOf(peer: number, slice: number): number {
    return this.#crowds.each[peer - this.#firstPlace]?.there[slice] ?? 0;
  }

  completeOf(peer: number, slice: number): number {
    return this.#crowds.each[peer - this.#firstPlace]?.complete[slice] ?? 0;
  }

  #cell(piece: number, slice: number): number {
    const { columns } = this.#crowds;
    return slice * columns + Math.min(columns - 1, Math.floor((piece * columns) / this.#pieces));
  }
}
