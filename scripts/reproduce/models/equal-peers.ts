/**
 * The model behind pieces-in-rounds: equal peers, each of which sends one piece after the other to somebody who lacks it, as in Mundinger,
 * Weber and Weiss 2008. Time goes in steps in which every uplink sends one block; with one block a piece a step is a round. What
 * an ordinary client does differently can be switched on, one thing at a time. The same seed gives the same numbers.
 *
 * Every block of every piece of a peer is free, under way from exactly one sender, or there. Peer 0 is the seed.
 */
import type { Random } from '../../../src/core/ports.ts';
import { SeededRandom } from '../../../src/sim/random.ts';

export interface EqualPeers {
  /** Without the seed. */
  readonly peers: number;
  readonly pieces: number;
  readonly order: 'rarest-first' | 'random' | 'in-order';
  /** Of a piece. */
  readonly blocks: number;
  /** Most blocks that come to a peer in a step; and, of turns for who can take something, most senders. */
  readonly down: number;
  /** Whether peers leave when they have everything (and what they send is sent). */
  readonly leave: boolean;
  /** Blocks on their way when the next is sent: so many of the last turn have not arrived when the next piece is chosen. */
  readonly ahead: number;
  /** Who may be drawn for a turn: who can be sent something now, or, as a client sees it, who lacks something that the sender has. */
  readonly turns: 'who-can-take' | 'who-lacks';
  /** Steps in which somebody takes nothing before the turn goes on. */
  readonly idle: number;
  /**
   * When a sender helps with a piece that others have begun: never; where there is nothing else; also where nothing that it could
   * start is rarer; always.
   */
  readonly shares: 'never' | 'last' | 'unless-rarer' | 'always';
  /** With fewer pieces somebody finishes what is begun before all else. */
  readonly firstPieces: number;
  /** The seed never gives a piece again while there is one that it has not given. */
  readonly smartSeed: boolean;
}

/** Times in rounds for each piece: 1 is what the seed needs to send the file. */
export interface EqualPeersOutcome {
  readonly mean: number;
  readonly last: number;
  /** What the seed had sent, over the file, when every piece was out. */
  readonly copiesOut: number;
}

/** As in the paper: whole pieces, in rounds, by peers that know who can take what. */
export const IDEAL: EqualPeers = {
  peers: 63,
  pieces: 64,
  order: 'rarest-first',
  blocks: 1,
  down: 3,
  leave: false,
  ahead: 0,
  turns: 'who-can-take',
  idle: 0,
  shares: 'never',
  firstPieces: 0,
  smartSeed: false,
};

interface Turn {
  to: number;
  /** Blocks that it still has. */
  left: number;
  piece: number;
  /** Steps without a block. */
  idle: number;
}

interface UnderWay {
  readonly from: number;
  readonly to: number;
  readonly piece: number;
}

export function runEqualPeers(options: EqualPeers, seed: number): EqualPeersOutcome {
  return new Swarm(options, SeededRandom.ofRun(seed)).run();
}

class Swarm {
  readonly #options: EqualPeers;
  readonly #draws: Random;
  readonly #order: Random;
  /** Of each peer and piece: blocks that somebody was asked for, and blocks that are there. */
  readonly #asked: Uint16Array;
  readonly #there: Uint16Array;
  /** The same as bits, `#words` of 32 for each peer: pieces that are whole, of which something was asked for, and not yet all. */
  readonly #words: number;
  readonly #whole: Uint32Array;
  readonly #begun: Uint32Array;
  readonly #open: Uint32Array;
  readonly #count: Int32Array;
  readonly #copies: Int32Array;
  /** Blocks that come to each peer in this step. */
  readonly #comes: Int32Array;
  readonly #turns: (Turn | undefined)[];
  /** Of each peer: those whose turn it is. */
  readonly #senders: Int32Array;
  /** Pieces that became whole and turns that ended: nothing else can give a sender work that had none. */
  #news = 0;
  /** Of each sender: the news when it last found no work. */
  readonly #idleSince: Int32Array;
  readonly #gone: Uint8Array;
  readonly #given: Uint8Array;
  /** By the step in which they arrive. */
  readonly #arrivals: UnderWay[][] = [];
  readonly #done: number[] = [];
  #out = 0;
  #sentBySeed = 0;
  #copiesOut = 0;
  #step = 0;

  constructor(options: EqualPeers, random: Random) {
    const { peers, pieces } = options;
    this.#options = options;
    this.#draws = random.fork('draws');
    this.#order = random.fork('order');
    this.#asked = new Uint16Array((peers + 1) * pieces);
    this.#there = new Uint16Array((peers + 1) * pieces);
    this.#words = Math.ceil(pieces / 32);
    this.#whole = new Uint32Array((peers + 1) * this.#words);
    this.#begun = new Uint32Array((peers + 1) * this.#words);
    this.#open = new Uint32Array((peers + 1) * this.#words);
    for (let piece = 0; piece < pieces; piece++) setBit(this.#whole, 0, piece, true);
    this.#count = new Int32Array(peers + 1);
    this.#count[0] = pieces;
    this.#copies = new Int32Array(pieces);
    this.#comes = new Int32Array(peers + 1);
    this.#turns = Array.from({ length: peers + 1 }, () => undefined);
    this.#senders = new Int32Array(peers + 1);
    this.#idleSince = new Int32Array(peers + 1).fill(-1);
    this.#gone = new Uint8Array(peers + 1);
    this.#given = new Uint8Array(pieces);
  }

  run(): EqualPeersOutcome {
    const { peers, pieces, blocks } = this.#options;
    const senders = Array.from({ length: peers + 1 }, (_, peer) => peer);
    for (; this.#done.length < peers; this.#step++) {
      this.#comes.fill(0);
      for (let rank = peers; rank > 0; rank--) {
        const other = this.#order.below(rank + 1);
        const held = senders[rank] as number;
        senders[rank] = senders[other] as number;
        senders[other] = held;
      }
      for (const sender of senders) this.#send(sender);
      for (const block of this.#arrivals[this.#step] ?? []) this.#arrive(block);
      this.#arrivals[this.#step] = [];
    }
    const whole = blocks * pieces;
    return {
      mean: this.#done.reduce((sum, step) => sum + step, 0) / peers / whole,
      last: Math.max(...this.#done) / whole,
      copiesOut: this.#copiesOut / whole,
    };
  }

  /** A block of its turn, or the first of the next. */
  #send(sender: number): void {
    if (this.#gone[sender] === 1 && this.#turns[sender] === undefined) return;
    let turn = this.#turns[sender];
    // Who lacks nothing any more says so, and the turn goes on at once.
    if (turn === undefined || !this.#lacks(turn.to, sender))
      turn = this.#give(sender, this.#nextTurn(sender));
    if (turn === undefined || (this.#comes[turn.to] as number) >= this.#options.down) return;
    const hadNone = turn.idle > 0 && this.#idleSince[sender] === this.#news;
    turn.piece = hadNone ? -1 : this.#pieceFor(sender, turn);
    if (turn.piece < 0) {
      this.#idleSince[sender] = this.#news;
      if (++turn.idle > this.#options.idle) this.#give(sender, undefined);
      return;
    }
    turn.idle = 0;
    this.#ask(turn.to, turn.piece);
    this.#comes[turn.to] = (this.#comes[turn.to] as number) + 1;
    if (sender === 0) {
      this.#sentBySeed++;
      this.#given[turn.piece] = 1;
    }
    const at = this.#step + this.#options.ahead;
    this.#arrivals[at] ??= [];
    this.#arrivals[at].push({ from: sender, to: turn.to, piece: turn.piece });
    if (--turn.left === 0) this.#give(sender, undefined);
  }

  #give(sender: number, turn: Turn | undefined): Turn | undefined {
    const before = this.#turns[sender];
    if (before !== undefined) {
      this.#senders[before.to] = (this.#senders[before.to] as number) - 1;
      this.#news++;
    }
    if (turn !== undefined) this.#senders[turn.to] = (this.#senders[turn.to] as number) + 1;
    this.#turns[sender] = turn;
    return turn;
  }

  #nextTurn(sender: number): Turn | undefined {
    const { peers, blocks, turns, down } = this.#options;
    if (this.#count[sender] === 0 || this.#idleSince[sender] === this.#news) return undefined;
    const waiting: number[] = [];
    for (let peer = 1; peer <= peers; peer++) {
      if (peer === sender || this.#gone[peer] === 1) continue;
      const fits =
        turns === 'who-lacks'
          ? this.#lacks(peer, sender)
          : (this.#senders[peer] as number) < down && this.#canTake(peer, sender);
      if (fits) waiting.push(peer);
    }
    if (waiting.length === 0) this.#idleSince[sender] = this.#news;
    const to = waiting[waiting.length > 1 ? this.#draws.below(waiting.length) : 0];
    return to === undefined ? undefined : { to, left: blocks, piece: -1, idle: 0 };
  }

  #lacks(peer: number, sender: number): boolean {
    for (let word = 0; word < this.#words; word++) {
      const theirs = this.#whole[sender * this.#words + word] as number;
      if ((theirs & ~(this.#whole[peer * this.#words + word] as number)) !== 0) return true;
    }
    return false;
  }

  #canTake(peer: number, sender: number): boolean {
    const joins = this.#options.shares === 'never' ? 0 : -1;
    for (let word = 0; word < this.#words; word++) {
      const at = peer * this.#words + word;
      const free = ~(this.#begun[at] as number) | ((this.#open[at] as number) & joins);
      if (((this.#whole[sender * this.#words + word] as number) & free) !== 0) return true;
    }
    return false;
  }

  #has(peer: number, piece: number): boolean {
    return hasBit(this.#whole, peer * this.#words, piece);
  }

  #ask(peer: number, piece: number): void {
    const place = peer * this.#options.pieces + piece;
    const asked = (this.#asked[place] as number) + 1;
    this.#asked[place] = asked;
    setBit(this.#begun, peer * this.#words, piece, true);
    setBit(this.#open, peer * this.#words, piece, asked < this.#options.blocks);
  }

  /** The piece that the sender goes on with, helps with or starts; -1: there is nothing. */
  #pieceFor(sender: number, { to, piece }: Turn): number {
    const { pieces, shares, firstPieces } = this.#options;
    const first = to * this.#words;
    if (piece >= 0 && hasBit(this.#open, first, piece)) return piece;
    const started: number[] = [];
    const able: number[] = [];
    for (let each = 0; each < pieces; each++) {
      if (!this.#has(sender, each)) continue;
      if (!hasBit(this.#begun, first, each)) able.push(each);
      else if (shares !== 'never' && hasBit(this.#open, first, each)) started.push(each);
    }
    const joined = this.#rarest(started);
    if (joined >= 0 && (shares === 'always' || (this.#count[to] as number) < firstPieces)) return joined;
    const begun = this.#pick(sender, able);
    if (begun < 0 || joined < 0) return Math.max(begun, joined);
    const isRarer = (this.#copies[begun] as number) < (this.#copies[joined] as number);
    return shares === 'unless-rarer' && !isRarer ? joined : begun;
  }

  #pick(sender: number, able: readonly number[]): number {
    const { order, smartSeed } = this.#options;
    if (able.length === 0) return -1;
    if (order === 'in-order') return able[0] as number;
    if (sender === 0 && smartSeed) {
      const fresh = able.filter((piece) => this.#given[piece] === 0);
      if (fresh.length > 0) return fresh[this.#draws.below(fresh.length)] as number;
    }
    if (order === 'rarest-first') return this.#rarest(able);
    return able[this.#draws.below(able.length)] as number;
  }

  /** One of those with the fewest copies that are whole; -1 of none. */
  #rarest(pieces: readonly number[]): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (const piece of pieces) fewest = Math.min(fewest, this.#copies[piece] as number);
    const equal = pieces.filter((piece) => this.#copies[piece] === fewest);
    return equal.length === 0 ? -1 : (equal[this.#draws.below(equal.length)] as number);
  }

  #arrive({ from, to, piece }: UnderWay): void {
    const { pieces, blocks, leave } = this.#options;
    const place = to * pieces + piece;
    const there = (this.#there[place] as number) + 1;
    this.#there[place] = there;
    if (there < blocks) return;
    setBit(this.#whole, to * this.#words, piece, true);
    this.#news++;
    const copies = (this.#copies[piece] as number) + 1;
    this.#copies[piece] = copies;
    if (from === 0 && copies === 1 && ++this.#out === pieces) this.#copiesOut = this.#sentBySeed;
    this.#count[to] = (this.#count[to] as number) + 1;
    if (this.#count[to] !== pieces) return;
    this.#done.push(this.#step + 1);
    if (!leave) return;
    this.#gone[to] = 1;
    for (let each = 0; each < pieces; each++) this.#copies[each] = (this.#copies[each] as number) - 1;
  }
}

function hasBit(bits: Uint32Array, first: number, bit: number): boolean {
  return (((bits[first + (bit >> 5)] as number) >>> (bit & 31)) & 1) === 1;
}

function setBit(bits: Uint32Array, first: number, bit: number, on: boolean): void {
  const at = first + (bit >> 5);
  const mask = 1 << (bit & 31);
  bits[at] = on ? (bits[at] as number) | mask : (bits[at] as number) & ~mask;
}
