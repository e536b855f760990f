/**
 * The model behind the numbers of result 7: a swarm in which everybody passes on one whole piece after the other to somebody
 * who lacks it, and nothing else happens. No messages, no lines: a piece takes a round on an uplink. What an ordinary
 * client does differently can be switched on, one at a time. A random stream each for arrivals, turns and pieces, so that a
 * switch shifts no other draw; the same seed gives the same numbers.
 *
 * An uplink that sends nothing has nobody to send to: whenever that may have changed, all of them are asked again.
 */
import type { Random } from '../../../src/core/ports.ts';
import { invariant } from '../../../src/core/result.ts';
import { naturalLogarithm } from '../../../src/sim/elementary-functions.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { Holding, hasBit, meet } from './piece-holding.ts';
import { type BegunPieces, choosePiece, type Order } from './piece-orders.ts';

export interface SwarmOptions {
  readonly pieces: number;
  /** So many at once, or one after another as a Poisson process: so many a round, until that round. */
  readonly arrivals: { readonly crowd: number } | { readonly perRound: number; readonly until: number };
  /** Uplinks of the origin, each as fast as that of a viewer. */
  readonly origin: number;
  readonly order: Order;
  /** Most that come to a viewer at a time. */
  readonly downlink: number;
  /** All begin and end their turns together, once a round, and nobody comes in between. */
  readonly inStep: boolean;
  /** Of viewers. */
  readonly turns: Turns;
  readonly originTurns: Turns;
  /** Parts of a piece that are sent one after the other: 1 for whole pieces. */
  readonly blocks: number;
  /** Blocks that a turn sends: where that is no multiple of `blocks` it ends in the middle of a piece. */
  readonly turn: number;
  /** Where the order of the content decides. */
  readonly begun: BegunPieces;
  /** Somebody who has nothing else to send helps with a piece that comes from another. */
  readonly helps: boolean;
  /**
   * Rounds for which an uplink waits for somebody who lacks what it has, but for whom all of that is on its way from others: whoever says
   * that he is interested is served. 0: such a viewer is not served.
   */
  readonly patience: number;
  /** What somebody sends who leaves: it arrives all the same, or it is lost. */
  readonly leavers: 'finish' | 'stop';
}

/** Whom an uplink serves next: anybody who lacks something, or the one whom it served longest ago. */
export type Turns = 'by-chance' | 'longest-ago';

/** Of one viewer, in rounds. */
export interface ViewerTimes {
  readonly arrived: number;
  readonly download: number;
  /** The least delay after which pieces, one a round, play without a stall. */
  readonly leastDelay: number;
}

export interface SwarmOutcome {
  /** In the order in which they completed. */
  readonly viewers: readonly ViewerTimes[];
  /** Share of the rounds of their uplinks in which viewers sent something. */
  readonly use: number;
}

interface Viewer {
  readonly arrived: number;
  readonly uplink: Uplink;
  readonly holding: Holding;
  receives: number;
  gone: boolean;
}

interface Uplink {
  /** Undefined: the origin. */
  owner: Viewer | undefined;
  /** Numbers of turns: when it last served whom; the uplinks of the origin share it. */
  readonly lastServed: Map<Viewer, number>;
  turn: Turn | undefined;
}

interface Turn {
  readonly uplink: Uplink;
  readonly to: Viewer;
  /** Blocks that are left of it. */
  left: number;
  /** What is being sent. */
  piece: number | undefined;
  /** The last piece sent. */
  last: number;
  /** Since when nothing is. */
  waitsSince: number;
}

interface Happening {
  readonly at: number;
  /** Undefined: somebody arrives. */
  readonly of: Turn | 'patience' | undefined;
}

/** Instants are sums of doubles. */
const NEARLY = 1e-9;
/** No swarm here takes as long: whoever is still waiting then waits for ever. */
const ROUNDS_MAX = 100_000;

export function runPieceSwarm(options: SwarmOptions, seed: number): SwarmOutcome {
  return new PieceSwarm(options, seed).run();
}

class PieceSwarm {
  readonly #options: SwarmOptions;
  readonly #turnDraws: Random;
  readonly #pieceDraws: Random;
  readonly #origin: Uplink[];
  #viewers: Viewer[] = [];
  /** Copies among viewers. */
  readonly #copies: Int32Array;
  /** The last one first; of equals the one that was set last. */
  readonly #happenings: Happening[];
  readonly #times: ViewerTimes[] = [];
  #now = 0;
  /** Whether an uplink without anybody to send to may have somebody now. */
  #changed = false;
  #turns = 0;
  #sentBlocks = 0;
  #presentRounds = 0;

  constructor(options: SwarmOptions, seed: number) {
    const random = SeededRandom.ofRun(seed);
    this.#options = options;
    this.#turnDraws = random.fork('turns');
    this.#pieceDraws = random.fork('pieces');
    this.#happenings = arrivalTimes(options, random.fork('arrivals')).map((at) => ({ at, of: undefined }));
    this.#copies = new Int32Array(options.pieces);
    const lastServed = new Map<Viewer, number>();
    this.#origin = Array.from({ length: options.origin }, () => ({
      owner: undefined,
      lastServed,
      turn: undefined,
    }));
  }

  run(): SwarmOutcome {
    for (let next = this.#happenings.pop(); next !== undefined; next = this.#happenings.pop()) {
      invariant(next.at <= ROUNDS_MAX, () => `a swarm of pieces that takes more than ${ROUNDS_MAX} rounds`);
      this.#now = next.at;
      if (next.of === undefined) this.#arrive();
      else if (next.of === 'patience') this.#changed = true;
      else this.#arrived(next.of);
      const later = (this.#happenings.at(-1)?.at ?? Number.POSITIVE_INFINITY) > this.#now + NEARLY;
      if (!later || !this.#changed) continue;
      this.#changed = false;
      this.#serveAll();
    }
    invariant(this.#viewers.length === 0, () => `${this.#viewers.length} viewers never complete`);
    const use = this.#sentBlocks / this.#options.blocks / this.#presentRounds;
    return { viewers: this.#times, use };
  }

  #schedule(happening: Happening): void {
    let index = this.#happenings.length;
    while (index > 0 && (this.#happenings[index - 1] as Happening).at <= happening.at) index--;
    this.#happenings.splice(index, 0, happening);
  }

  #arrive(): void {
    const { pieces, blocks, helps } = this.#options;
    const uplink: Uplink = { owner: undefined, lastServed: new Map(), turn: undefined };
    const holding = new Holding(pieces, blocks, helps);
    const viewer: Viewer = { arrived: this.#now, uplink, holding, receives: 0, gone: false };
    uplink.owner = viewer;
    this.#viewers.push(viewer);
    this.#changed = true;
  }

  /** All uplinks that send nothing go on with their turn or begin another, in an order drawn by chance. */
  #serveAll(): void {
    const idle = [...this.#viewers.map(({ uplink }) => uplink), ...this.#origin].filter(
      ({ turn }) => turn?.piece === undefined,
    );
    for (let index = idle.length - 1; index > 0; index--) {
      const other = this.#turnDraws.below(index + 1);
      [idle[index], idle[other]] = [idle[other] as Uplink, idle[index] as Uplink];
    }
    for (const uplink of idle) {
      const { turn } = uplink;
      if (turn !== undefined && this.#goOn(turn)) continue;
      uplink.turn = undefined;
      const to = this.#whomToServe(uplink);
      if (to === undefined) continue;
      uplink.lastServed.set(to, ++this.#turns);
      const left = this.#options.turn;
      uplink.turn = { uplink, to, left, piece: undefined, last: -1, waitsSince: this.#now };
      this.#goOn(uplink.turn);
    }
  }

  #whomToServe(uplink: Uplink): Viewer | undefined {
    const { owner, lastServed } = uplink;
    if (owner !== undefined && owner.holding.count === 0) return undefined;
    const served = owner === undefined ? this.#origin.map(({ turn }) => turn?.to) : [];
    let able = this.#viewers.filter(
      (viewer) => viewer !== owner && this.#isInterested(viewer, owner) && !served.includes(viewer),
    );
    const { turns, originTurns } = this.#options;
    if ((owner === undefined ? originTurns : turns) === 'longest-ago') {
      const last = (viewer: Viewer): number => lastServed.get(viewer) ?? 0;
      const longest = able.reduce((least, viewer) => Math.min(least, last(viewer)), Number.POSITIVE_INFINITY);
      able = able.filter((viewer) => last(viewer) === longest);
    }
    return able.length === 0 ? undefined : able[this.#turnDraws.below(able.length)];
  }

  #isInterested(viewer: Viewer, owner: Viewer | undefined): boolean {
    return this.#options.patience > 0 ? lacksSomethingOf(viewer, owner) : this.#canTake(viewer, owner);
  }

  #canTake({ holding, receives }: Viewer, owner: Viewer | undefined): boolean {
    return receives < this.#options.downlink && meet(holding.free, owner?.holding.there);
  }

  /** Sends the next block of a turn, or waits for one. False when the turn is over. */
  #goOn(turn: Turn): boolean {
    const { uplink, to, left, last } = turn;
    const { owner } = uplink;
    const { order, begun, blocks, patience } = this.#options;
    if (left === 0 || to.gone) return false;
    if (!this.#canTake(to, owner)) {
      const isOver = this.#now >= turn.waitsSince + patience - NEARLY || !lacksSomethingOf(to, owner);
      if (!isOver && turn.waitsSince === this.#now) {
        this.#schedule({ at: this.#now + patience, of: 'patience' });
      }
      return !isOver;
    }
    const there = owner?.holding.there;
    const goesOn = last >= 0 && hasBit(to.holding.free, last);
    const piece = goesOn
      ? last
      : choosePiece(order, to.holding, there, this.#copies, begun, this.#pieceDraws);
    turn.left--;
    turn.piece = piece;
    turn.last = piece;
    to.holding.ask(piece);
    to.receives++;
    this.#schedule({ at: this.#now + 1 / blocks, of: turn });
    return true;
  }

  /** The block that the turn sent is there. */
  #arrived(turn: Turn): void {
    const { uplink, to, piece } = turn;
    // Whoever stopped when he left has sent no more.
    if (piece === undefined) return;
    turn.piece = undefined;
    turn.waitsSince = this.#now;
    if (uplink.owner !== undefined) this.#sentBlocks++;
    if (to.receives-- === this.#options.downlink) this.#changed = true;
    if (!to.gone && to.holding.receive(piece, this.#now - to.arrived)) {
      this.#copies[piece] = (this.#copies[piece] as number) + 1;
      this.#changed = true;
      if (to.holding.count === this.#options.pieces) this.#leave(to);
    }
    const goesOn = uplink.owner?.gone !== true && this.#goOn(turn);
    if (goesOn && turn.piece !== undefined) return;
    if (!goesOn) uplink.turn = undefined;
    this.#changed = true;
  }

  #leave(viewer: Viewer): void {
    viewer.gone = true;
    this.#viewers = this.#viewers.filter((other) => other !== viewer);
    for (let piece = 0; piece < this.#options.pieces; piece++) {
      this.#copies[piece] = (this.#copies[piece] as number) - 1;
    }
    const download = this.#now - viewer.arrived;
    this.#presentRounds += download;
    const leastDelay = viewer.holding.at.reduce((most, at, piece) => Math.max(most, at - piece), 0);
    this.#times.push({ arrived: viewer.arrived, download, leastDelay });
    const { turn } = viewer.uplink;
    if (turn?.piece === undefined || this.#options.leavers === 'finish') return;
    turn.to.holding.giveUp(turn.piece);
    turn.to.receives--;
    turn.piece = undefined;
  }
}

function lacksSomethingOf({ holding }: Viewer, owner: Viewer | undefined): boolean {
  if (owner === undefined) return holding.count < holding.pieces;
  const { there } = owner.holding;
  return there.some((word, index) => (word & ~(holding.there[index] as number)) !== 0);
}

/** The last one first. */
function arrivalTimes({ arrivals, inStep }: SwarmOptions, random: Random): number[] {
  if ('crowd' in arrivals) return new Array<number>(arrivals.crowd).fill(0);
  const times: number[] = [];
  for (let at = gap(arrivals.perRound, random); at < arrivals.until; at += gap(arrivals.perRound, random)) {
    times.push(inStep ? Math.ceil(at) : at);
  }
  return times.reverse();
}

/** Exponential, with a mean of 1 / `perRound`. */
function gap(perRound: number, random: Random): number {
  return -naturalLogarithm((random.uint32() + 1) / 0x1_0000_0000) / perRound;
}
