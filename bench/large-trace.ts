/**
 * A large swarm without an engine, for measuring and testing what reads traces: every uplink hands whole pieces, the rarest
 * of a few drawn ones, to neighbours that lack them, at the rate of the line; connections, interest, chokes and picks are
 * told as a real run tells them. It proves nothing about the protocol. Deterministic; a second or two for a million pieces.
 */
import { TraceRecorder } from '../src/trace/recorder.ts';
import type { Trace, TracedPeer, TraceHeader } from '../src/trace/trace.ts';

export interface LargeTraceOptions {
  /** Downloaders; a seed comes on top. */
  readonly peers: number;
  readonly pieces: number;
  /** 256 KiB where not given. */
  readonly pieceBytes?: number;
  readonly seed?: number;
}

const NEIGHBOURS = 50;
/** Pieces that a pick looks at; the rarest of them is taken. */
const DRAWN_PIECES = 12;
const DRAWN_RECEIVERS = 6;
/** Changes of interest that a piece makes among the neighbours of the one who got it. */
const INTEREST_CHANGES = 2;
const ARRIVALS_US = 10_000_000;
const CHOKE_ROUND_US = 10_000_000;
/** In one tick a home line sends a quarter of a piece. */
const TICKS_A_PIECE = 4;
const HOME_UP = 500_000;
const FIBRE_UP = 2_500_000;

export function largeTrace({ peers, pieces, pieceBytes = 262_144, seed = 1 }: LargeTraceOptions): Trace {
  return new LargeSwarm(largeHeader(peers, pieces, pieceBytes, seed), seed).run();
}

class LargeSwarm {
  readonly #header: TraceHeader;
  readonly #peers: number;
  readonly #pieces: number;
  readonly #pieceBytes: number;
  readonly #tickUs: number;
  readonly #recorder: TraceRecorder;
  readonly #observers;
  readonly #arriveUs: Float64Array;
  readonly #neighbours: Int32Array;
  readonly #has: Uint8Array;
  readonly #held: Int32Array;
  readonly #copies: Int32Array;
  readonly #credit: Float64Array;
  #state: number;
  #nowUs = 0;
  #complete = 0;

  constructor(header: TraceHeader, seed: number) {
    const { pieceCount, pieceLengthBytes } = header.torrent;
    const peers = header.peers.length;
    this.#header = header;
    this.#peers = peers;
    this.#pieces = pieceCount;
    this.#pieceBytes = pieceLengthBytes;
    this.#tickUs = Math.round((pieceLengthBytes / HOME_UP / TICKS_A_PIECE) * 1e6);
    this.#state = seed >>> 0;
    this.#recorder = new TraceRecorder(header, () => this.#nowUs);
    this.#observers = header.peers.map((_, peer) => this.#recorder.observer(peer));
    for (let peer = 0; peer < peers; peer++) this.#recorder.registerHost(String(peer), peer);
    this.#arriveUs = Float64Array.from(header.peers, (_, peer) => (peer === 0 ? 0 : this.#draw(ARRIVALS_US)));
    this.#neighbours = Int32Array.from({ length: peers * NEIGHBOURS }, () => this.#draw(peers));
    this.#has = new Uint8Array(peers * pieceCount).fill(1, 0, pieceCount);
    this.#held = new Int32Array(peers);
    this.#held[0] = pieceCount;
    this.#copies = new Int32Array(pieceCount).fill(1);
    this.#credit = new Float64Array(peers);
  }

  run(): Trace {
    const present = new Uint8Array(this.#peers);
    let roundUs = CHOKE_ROUND_US;
    while (this.#complete < this.#peers - 1) {
      const tickEndUs = this.#nowUs + this.#tickUs;
      const stepUs = this.#tickUs / this.#peers;
      for (let peer = 0; peer < this.#peers; peer++) {
        this.#nowUs = Math.floor(tickEndUs - this.#tickUs + peer * stepUs);
        if (present[peer] === 0) {
          if (this.#nowUs < (this.#arriveUs[peer] as number)) continue;
          present[peer] = 1;
          this.#arrive(peer);
        }
        this.#upload(peer, present);
        if (this.#nowUs >= roundUs && peer === this.#peers - 1) {
          this.#rechoke(present);
          roundUs += CHOKE_ROUND_US;
        }
      }
      this.#nowUs = tickEndUs;
    }
    for (let peer = 0; peer < this.#peers; peer++) this.#recorder.peerLeft(peer, 'endOfRun', 'the run ended');
    return this.#recorder.finish(this.#nowUs);
  }

  #arrive(peer: number): void {
    this.#recorder.peerJoined(peer);
    for (let place = 0; place < NEIGHBOURS; place++) {
      const remote = this.#neighbours[peer * NEIGHBOURS + place] as number;
      if (remote === peer || (this.#arriveUs[remote] as number) > this.#nowUs) continue;
      const id = new Uint8Array(0);
      this.#observers[peer]?.connected({ host: String(remote), port: 1 }, id, true);
      this.#observers[remote]?.connected({ host: String(peer), port: 1 }, id, false);
      this.#observers[peer]?.interestChanged(remote, true);
    }
  }

  #rechoke(present: Uint8Array): void {
    for (let peer = 0; peer < this.#peers; peer++) {
      if (present[peer] === 0) continue;
      this.#observers[peer]?.unchoked(this.#neighbour(peer), 'regular');
      this.#observers[peer]?.choked(this.#neighbour(peer));
    }
  }

  #upload(from: number, present: Uint8Array): void {
    const { upBytesPerSec } = this.#header.peers[from] as TracedPeer;
    let credit = (this.#credit[from] as number) + (upBytesPerSec * this.#tickUs) / 1e6;
    while (credit >= this.#pieceBytes) {
      const receiver = this.#chooseReceiver(from, present);
      const piece = receiver < 0 ? -1 : this.#choosePiece(from, receiver);
      if (piece < 0) {
        credit = Math.min(credit, this.#pieceBytes);
        break;
      }
      credit -= this.#pieceBytes;
      this.#give(from, receiver, piece);
    }
    this.#credit[from] = credit;
  }

  #give(from: number, to: number, piece: number): void {
    const giver = this.#observers[from];
    const taker = this.#observers[to];
    taker?.piecePicked(from, piece, 'rarest');
    giver?.blockSent(to, piece, 0, this.#pieceBytes);
    taker?.blockReceived(from, piece, 0, this.#pieceBytes);
    taker?.pieceVerified(piece, from);
    this.#has[to * this.#pieces + piece] = 1;
    this.#copies[piece] = (this.#copies[piece] as number) + 1;
    // Of those who hear of it some become interested, and some have had their last reason to be.
    for (let heard = 0; heard < INTEREST_CHANGES; heard++) {
      const remote = this.#neighbour(to);
      this.#observers[remote]?.interestChanged(to, heard % 2 === 0);
    }
    const held = (this.#held[to] as number) + 1;
    this.#held[to] = held;
    if (held !== this.#pieces) return;
    taker?.completed();
    this.#complete++;
  }

  /** Of a few neighbours that lack something the one with the least; of everybody when those have all. */
  #chooseReceiver(from: number, present: Uint8Array): number {
    let best = -1;
    for (let draw = 0; draw < DRAWN_RECEIVERS; draw++) {
      const remote = this.#neighbour(from);
      if (remote === from || present[remote] === 0 || this.#held[remote] === this.#pieces) continue;
      if (best < 0 || draw % 2 === 0) best = remote;
    }
    if (best >= 0) return best;
    const start = this.#draw(this.#peers);
    for (let step = 0; step < this.#peers; step++) {
      const remote = (start + step) % this.#peers;
      if (remote !== from && present[remote] === 1 && this.#held[remote] !== this.#pieces) return remote;
    }
    return -1;
  }

  #choosePiece(from: number, to: number): number {
    let best = -1;
    for (let draw = 0; draw < DRAWN_PIECES; draw++) {
      const piece = this.#draw(this.#pieces);
      if (!this.#wants(from, to, piece)) continue;
      if (best < 0 || (this.#copies[piece] as number) < (this.#copies[best] as number)) best = piece;
    }
    if (best >= 0) return best;
    const start = this.#draw(this.#pieces);
    for (let step = 0; step < this.#pieces; step++) {
      const piece = (start + step) % this.#pieces;
      if (this.#wants(from, to, piece)) return piece;
    }
    return -1;
  }

  #wants(from: number, to: number, piece: number): boolean {
    return this.#has[from * this.#pieces + piece] === 1 && this.#has[to * this.#pieces + piece] === 0;
  }

  #neighbour(peer: number): number {
    return this.#neighbours[peer * NEIGHBOURS + this.#draw(NEIGHBOURS)] as number;
  }

  /** A whole number in [0, below), of a linear congruential generator's high bits. */
  #draw(below: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 0x1_0000_0000) * below);
  }
}

function largeHeader(peers: number, pieceCount: number, pieceBytes: number, seed: number): TraceHeader {
  const crowd = Array.from({ length: peers }, (_, index): TracedPeer => {
    const fibre = index % 5 === 4;
    return {
      id: `${fibre ? 'fibre' : 'home'}-${index + 1}`,
      group: fibre ? 2 : 1,
      upBytesPerSec: fibre ? FIBRE_UP : HOME_UP,
      downBytesPerSec: fibre ? 12_500_000 : 2_000_000,
      have: 'none',
      behaviour: 'honest',
      nat: 'open',
    };
  });
  const origin: TracedPeer = {
    id: 'origin',
    group: 0,
    upBytesPerSec: FIBRE_UP,
    downBytesPerSec: FIBRE_UP,
    have: 'all',
    behaviour: 'honest',
    nat: 'open',
  };
  return {
    version: 1,
    scenario: 'large-swarm',
    seed,
    sampleUs: 1_000_000,
    startsAtUs: 0,
    torrent: {
      name: 'large.bin',
      totalBytes: pieceCount * pieceBytes,
      pieceLengthBytes: pieceBytes,
      pieceCount,
    },
    groups: ['origin', 'home', 'fibre'],
    peers: [origin, ...crowd],
  };
}
