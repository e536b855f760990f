/**
 * A small swarm without an engine: every uplink hands whole pieces, rarest first, to peers that lack them, at the rate of
 * the line. Good enough to draw pictures and to fold metrics; it proves nothing about the protocol. Deterministic.
 */
import { TraceRecorder } from '../../src/trace/recorder.ts';
import type { Trace, TracedPeer, TraceHeader } from '../../src/trace/trace.ts';

export interface SyntheticOptions {
  readonly peers?: number;
  readonly pieces?: number;
  readonly seed?: number;
  /** Seconds after completion at which a peer leaves; undefined: nobody leaves. */
  readonly staySec?: number;
  /** Seconds at which the run is cut off. */
  readonly untilSec?: number;
  /** Called with every whole second, so that a test can look in. */
  readonly sampleUs?: number;
}

const PIECE_BYTES = 256 * 1024;
const BLOCK_BYTES = 16 * 1024;
const TICK_US = 50_000;

export function syntheticTrace(options: SyntheticOptions = {}): Trace {
  const crowd = options.peers ?? 60;
  const pieceCount = options.pieces ?? 256;
  const random = generator(options.seed ?? 1);
  const header = syntheticHeader(crowd, pieceCount, options.seed ?? 1, options.sampleUs ?? 1_000_000);
  const arriveUs = header.peers.map((_, index) => (index === 0 ? 0 : random() % 30_000_000));
  const untilUs = (options.untilSec ?? 3600) * 1e6;

  let nowUs = 0;
  const recorder = new TraceRecorder(header, () => nowUs);
  const observers = header.peers.map((_, index) => recorder.observer(index));
  for (const [index] of header.peers.entries()) recorder.registerHost(`10.0.0.${index}`, index);
  const present = header.peers.map(() => false);
  const leaveUs = header.peers.map(() => Number.POSITIVE_INFINITY);
  const has = header.peers.map((peer) => new Uint8Array(pieceCount).fill(peer.have === 'all' ? 1 : 0));
  const held = header.peers.map((peer) => (peer.have === 'all' ? pieceCount : 0));
  const copies = new Int32Array(pieceCount).fill(1);
  const creditBytes = header.peers.map(() => 0);

  const give = (from: number, to: number, piece: number): void => {
    for (let begin = 0; begin < PIECE_BYTES; begin += BLOCK_BYTES) {
      observers[from]?.blockSent(to, piece, begin, BLOCK_BYTES);
      observers[to]?.blockReceived(from, piece, begin, BLOCK_BYTES);
    }
    (has[to] as Uint8Array)[piece] = 1;
    held[to] = (held[to] as number) + 1;
    copies[piece] = (copies[piece] as number) + 1;
    observers[to]?.pieceVerified(piece, from);
    if (held[to] !== pieceCount) return;
    observers[to]?.completed();
    if (options.staySec !== undefined)
      leaveUs[to] = nowUs + options.staySec * 1e6 * (0.5 + (random() % 100) / 100);
  };

  const upload = (from: number): void => {
    creditBytes[from] =
      (creditBytes[from] as number) + ((header.peers[from] as TracedPeer).upBytesPerSec * TICK_US) / 1e6;
    while ((creditBytes[from] as number) >= PIECE_BYTES) {
      const to = chooseReceiver(from);
      if (to < 0) {
        creditBytes[from] = PIECE_BYTES;
        return;
      }
      creditBytes[from] = (creditBytes[from] as number) - PIECE_BYTES;
      give(from, to, rarest(from, to));
    }
  };

  const chooseReceiver = (from: number): number => {
    const start = random() % header.peers.length;
    for (let step = 0; step < header.peers.length; step++) {
      const to = (start + step) % header.peers.length;
      if (to !== from && present[to] && held[to] !== pieceCount && rarest(from, to) >= 0) return to;
    }
    return -1;
  };

  const rarest = (from: number, to: number): number => {
    const start = random() % pieceCount;
    let best = -1;
    for (let step = 0; step < pieceCount; step++) {
      const piece = (start + step) % pieceCount;
      if (has[from]?.[piece] !== 1 || has[to]?.[piece] !== 0) continue;
      if (best < 0 || (copies[piece] as number) < (copies[best] as number)) best = piece;
    }
    return best;
  };

  let waiting = true;
  while (waiting && nowUs < untilUs) {
    waiting = false;
    for (let peer = 0; peer < header.peers.length; peer++) {
      if (!present[peer] && nowUs >= (arriveUs[peer] as number) && nowUs < (leaveUs[peer] as number)) {
        present[peer] = true;
        recorder.peerJoined(peer);
      }
      if (present[peer] && nowUs >= (leaveUs[peer] as number)) {
        present[peer] = false;
        recorder.peerLeft(peer, 'planned', 'left');
      }
      if (present[peer]) upload(peer);
      if (held[peer] !== pieceCount || (options.staySec !== undefined && peer > 0 && present[peer]))
        waiting = true;
    }
    nowUs += TICK_US;
  }
  for (let peer = 0; peer < header.peers.length; peer++)
    if (present[peer]) recorder.peerLeft(peer, 'endOfRun', 'the run ended');
  return recorder.finish(nowUs);
}

function syntheticHeader(crowd: number, pieceCount: number, seed: number, sampleUs: number): TraceHeader {
  const peers: TracedPeer[] = [
    {
      id: 'origin-0',
      group: 0,
      upBytesPerSec: 1_000_000,
      downBytesPerSec: 2_500_000,
      have: 'all',
      behaviour: 'honest',
      nat: 'open',
    },
  ];
  for (let index = 0; index < crowd; index++) {
    const fibre = index % 5 === 0;
    peers.push({
      id: `${fibre ? 'fibre' : 'adsl'}-${index}`,
      group: fibre ? 2 : 1,
      upBytesPerSec: fibre ? 500_000 : 125_000,
      downBytesPerSec: fibre ? 6_000_000 : 2_000_000,
      have: 'none',
      behaviour: 'honest',
      nat: 'open',
    });
  }
  return {
    version: 1,
    scenario: 'synthetic-crowd',
    seed,
    sampleUs,
    startsAtUs: 0,
    torrent: {
      name: 'synthetic.bin',
      totalBytes: pieceCount * PIECE_BYTES,
      pieceLengthBytes: PIECE_BYTES,
      pieceCount,
    },
    groups: ['origin', 'adsl', 'fibre'],
    peers,
  };
}

/** A linear congruential generator; the high bits only. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 4;
  };
}
