/**
 * What of a run its memory depends on, as a handful of numbers. A pure function of the plan: it is asked before anything
 * is built, and again with other numbers to say what would fit.
 */
import type { Plan } from '../../scenarios/plan.ts';
import type { NetworkKind } from '../../scenarios/run/run-options.ts';
import { MAX_SAMPLE_CELLS, MAX_SAMPLE_ROWS } from '../../trace/sample-grid.ts';

export interface RunShape {
  /** Peers that arrive with the content, and those that arrive without. */
  readonly seeds: number;
  readonly leechers: number;
  /** The most connections of a peer, on average. */
  readonly connectionsMax: number;
  /** False: sources alone serve, so only they have connections to everybody. */
  readonly swarm: boolean;
  readonly contentBytes: number;
  readonly pieceLengthBytes: number;
  /** Rows of the sample grid at the planned end. */
  readonly sampleRows: number;
  /** Who keeps the content as bytes in memory; in simulation by reference nobody does. */
  readonly keepsBytes: 'nobody' | 'leechers' | 'everybody';
}

/** The parts that memory is proportional to, each a count. */
export interface RunCounts {
  readonly world: number;
  readonly peers: number;
  /** Ends of connections when everybody is there. */
  readonly ends: number;
  /** Bytes of the bitfields that are kept for the remotes of all ends. */
  readonly endBytes: number;
  readonly peerPieces: number;
  readonly peerBlocks: number;
  readonly sampleCells: number;
  /** Bytes of content that are kept in memory. */
  readonly keptBytes: number;
}

const BLOCK_BYTES = 16384;

export function shapeOf(plan: Plan, network: NetworkKind): RunShape {
  const { peers, torrent } = plan;
  const seeds = peers.filter(({ have }) => have === 'all').length;
  const connections = peers.reduce((sum, { engine }) => sum + engine.connectionsMax, 0);
  return {
    seeds,
    leechers: peers.length - seeds,
    connectionsMax: connections / Math.max(1, peers.length),
    swarm: plan.swarm,
    contentBytes: torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    pieceLengthBytes: torrent.pieceLengthBytes,
    sampleRows: Math.ceil(plan.endUs / plan.sampleUs),
    keepsBytes: network !== 'sim' ? 'leechers' : plan.payload === 'bytes' ? 'everybody' : 'nobody',
  };
}

/** Counts at the worst: all peers there at once, each with as many connections as it may have and can find. */
export function countsOf(shape: RunShape): RunCounts {
  const { seeds, leechers, connectionsMax, contentBytes } = shape;
  const peers = seeds + leechers;
  const pieces = Math.ceil(contentBytes / shape.pieceLengthBytes);
  // Seeds have no use for each other, nor have leechers where only sources serve.
  const ofSeed = Math.min(connectionsMax, leechers);
  const ofLeecher = Math.min(connectionsMax, shape.swarm ? Math.max(0, peers - 1) : seeds);
  const ends = Math.round(seeds * ofSeed + leechers * ofLeecher);
  const rows = Math.min(shape.sampleRows, MAX_SAMPLE_ROWS, Math.ceil(MAX_SAMPLE_CELLS / Math.max(1, peers)));
  const keepers = { nobody: 0, leechers, everybody: peers }[shape.keepsBytes];
  return {
    world: 1,
    peers,
    ends,
    endBytes: ends * Math.ceil(pieces / 8),
    peerPieces: peers * pieces,
    peerBlocks: peers * Math.ceil(contentBytes / BLOCK_BYTES),
    sampleCells: rows * peers,
    keptBytes: keepers * contentBytes,
  };
}
