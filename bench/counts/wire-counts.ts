/** Events, messages and deliveries for each block, and bytes of trace for each piece, of the counted swarm. */
import { encodeTrace } from '../../src/trace/file-format.ts';
import { COUNTED, COUNTED_BLOCKS, countedSwarm } from './counted-swarm.ts';
import { WireTap } from './wire-tap.ts';

export interface WireCounts {
  readonly eventsPerBlock: number;
  /** Messages of the peer protocol but for the blocks themselves. */
  readonly messagesPerBlock: number;
  /** Calls from the network into an engine that brought something. */
  readonly deliveriesPerBlock: number;
  /** Of the trace's file, for each piece that each peer got. */
  readonly traceBytesPerPiece: number;
  /** Blocks on the wire, wanted or not. */
  readonly blocks: number;
  readonly digest: string;
}

export function countWire(): WireCounts {
  const tap = new WireTap();
  const run = countedSwarm();
  for (const { network } of run.internet.hosts()) tap.listenIn(network);
  while (run.advance());
  const trace = run.finish();
  const pieces = COUNTED.peers * trace.header.torrent.pieceCount;
  return {
    eventsPerBlock: run.eventCount / COUNTED_BLOCKS,
    messagesPerBlock: tap.smallMessages / COUNTED_BLOCKS,
    deliveriesPerBlock: tap.deliveries / COUNTED_BLOCKS,
    traceBytesPerPiece: encodeTrace(trace).length / pieces,
    blocks: tap.blocks,
    digest: trace.digest,
  };
}
