/** Two runs that race: plain JSON data. */
import type { SwarmData } from '../swarm/swarm-data.ts';

export interface RaceModel {
  /** Both have this seed; null: they have different ones. */
  readonly seed: number | null;
  readonly sides: readonly [RaceSide, RaceSide];
}

export interface RaceSide {
  /** As in `series` of the page. */
  readonly label: string;
  /** The run: its scenario and seed. */
  readonly run: string;
  readonly torrent: {
    readonly totalBytes: number;
    readonly pieceLengthBytes: number;
    readonly pieceCount: number;
  };
  readonly groups: readonly string[];
  readonly endUs: number;
  readonly downloaders: number;
  /** Instants at which downloaders completed, ascending. */
  readonly completedUs: readonly number[];
  readonly swarm: SwarmData;
}
