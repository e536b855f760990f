/**
 * What nobody in a real swarm can know: how many copies of each piece there are among all honest peers that are there,
 * connected to us or not. Only the simulated world can answer; a strategy that asks has no place on real sockets.
 */
export interface SwarmOracle {
  /** Pieces in the torrent. */
  readonly length: number;
  /** The piece at `rank` in [0, length), 0 being one with the fewest copies. */
  at(rank: number): number;
  /** Exclusive end of the run of pieces with as many copies as the one at `rank`. */
  levelEndAt(rank: number): number;
  /** Copies of a piece. */
  count(piece: number): number;
}
