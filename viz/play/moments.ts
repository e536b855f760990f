/**
 * When, in a run, a caption has its moment. A fold over the events of the run, fed as they come: captions follow what
 * happens in the model, never the clock, so that another seed or another line moves them along.
 */
import { Departure, EventKind, type TraceHeader } from '../../src/trace/trace.ts';

/** Groups go by their names. Counts of homes are of those that arrived with nothing. */
export type Moment =
  /** Members of the group hold such a share of all that they will hold. */
  | { readonly kind: 'share'; readonly group: string; readonly share: number }
  /** The first piece that somebody of the group has from somebody of a group. */
  | { readonly kind: 'passed'; readonly from: string; readonly to: string }
  /** So many of the group have completed. */
  | { readonly kind: 'completed'; readonly group: string; readonly count: number }
  /** Every piece has so many copies among those who are there. */
  | { readonly kind: 'copies'; readonly least: number }
  /** Somebody of the group left for good. */
  | { readonly kind: 'left'; readonly group: string }
  /** The data cap of somebody of the group is used up. */
  | { readonly kind: 'capped'; readonly group: string }
  /** Somebody of the group is given a slot by chance. */
  | { readonly kind: 'tried'; readonly group: string }
  /** Everybody holds the same pieces, every piece that there is, and it is not all. */
  | { readonly kind: 'stuck' }
  | { readonly kind: 'over' };

/** What a caption may say of its moment. */
export interface Facts {
  readonly atUs: number;
  /** Pieces passed on by those who arrived with everything, over the number of pieces. */
  readonly sourceCopies: number;
  /** Of those who arrived with nothing: how many are complete. */
  readonly complete: number;
  /** The most, and the least, that any of them holds. */
  readonly most: number;
  readonly least: number;
  /** Pieces that nobody holds who is there. */
  readonly missing: number;
  /** Free-riders that are not complete. */
  readonly freeRiders: number;
  /** Who it happened to; empty: nobody in particular. */
  readonly who: string;
}

interface Watched {
  readonly moment: Moment;
  facts: Facts | undefined;
}

export class MomentWatch {
  readonly #header: TraceHeader;
  readonly #watched: readonly Watched[];
  readonly #strings: readonly string[];
  readonly #groupOf: readonly string[];
  readonly #homes: readonly number[];
  /** By peer and piece: 1 where it is held. What is held by somebody who is away still counts for him. */
  readonly #held: Uint8Array;
  readonly #heldCount: Int32Array;
  readonly #there: Uint8Array;
  readonly #copies: Int32Array;
  readonly #completed = new Set<number>();
  #fromSources = 0;
  #nowUs = 0;

  /** `strings`: the texts of the run, which may grow. */
  constructor(header: TraceHeader, strings: readonly string[], moments: readonly Moment[]) {
    const { pieceCount } = header.torrent;
    const peers = header.peers.length;
    this.#header = header;
    this.#strings = strings;
    this.#watched = moments.map((moment) => ({ moment, facts: undefined }));
    this.#groupOf = header.peers.map(({ group }) => header.groups[group] ?? '');
    this.#homes = header.peers.flatMap(({ have }, index) => (have === 'none' ? [index] : []));
    this.#held = new Uint8Array(peers * pieceCount);
    this.#heldCount = new Int32Array(peers);
    this.#there = new Uint8Array(peers);
    this.#copies = new Int32Array(pieceCount);
  }

  /** The facts of each moment, in their order; undefined for those that have not come. */
  get reached(): readonly (Facts | undefined)[] {
    return this.#watched.map(({ facts }) => facts);
  }

  /** How many of those who arrived with nothing are complete by now. */
  get complete(): number {
    return this.#homes.filter((home) => this.#completed.has(home)).length;
  }

  /** Columns as in `src/trace/trace.ts`, events in their order. */
  add(timeUs: number, kind: number, peer: number, a: number, b: number, c: number): void {
    this.#nowUs = timeUs;
    switch (kind) {
      case EventKind.joined:
        this.#join(peer);
        break;
      case EventKind.left:
        this.#leave(peer);
        if (a === Departure.planned) this.#happened(peer, (moment) => this.#isOf(moment, 'left', peer));
        break;
      case EventKind.pieceVerified:
        this.#verify(peer, a, b);
        break;
      case EventKind.completed:
        this.#complete(peer);
        break;
      case EventKind.lineChanged:
        if (this.#strings[c] === 'cap') this.#happened(peer, (moment) => this.#isOf(moment, 'capped', peer));
        break;
      case EventKind.unchoked:
        if (b === 1) this.#happened(a, (moment) => this.#isOf(moment, 'tried', a));
        break;
    }
  }

  /** Nothing more will happen. */
  end(endUs: number): void {
    this.#nowUs = endUs;
    this.#happened(-1, ({ kind }) => kind === 'over');
  }

  #isOf(moment: Moment, kind: Moment['kind'], peer: number): boolean {
    return moment.kind === kind && 'group' in moment && moment.group === this.#groupOf[peer];
  }

  #join(peer: number): void {
    if (this.#there[peer] === 1) return;
    this.#there[peer] = 1;
    if (this.#header.peers[peer]?.have === 'all') this.#fill(peer);
    this.#count(peer, 1);
  }

  #leave(peer: number): void {
    if (this.#there[peer] !== 1) return;
    this.#there[peer] = 0;
    this.#count(peer, -1);
    this.#lookWhetherStuck();
  }

  #fill(peer: number): void {
    const { pieceCount } = this.#header.torrent;
    this.#held.fill(1, peer * pieceCount, (peer + 1) * pieceCount);
    this.#heldCount[peer] = pieceCount;
  }

  #count(peer: number, by: 1 | -1): void {
    if (this.#header.peers[peer]?.behaviour !== 'honest') return;
    const { pieceCount } = this.#header.torrent;
    for (let piece = 0; piece < pieceCount; piece++) {
      if (this.#held[peer * pieceCount + piece] === 1)
        this.#copies[piece] = (this.#copies[piece] as number) + by;
    }
  }

  #verify(peer: number, piece: number, giver: number): void {
    const { pieceCount } = this.#header.torrent;
    const at = peer * pieceCount + piece;
    if (this.#held[at] === 1) return;
    this.#held[at] = 1;
    this.#heldCount[peer] = (this.#heldCount[peer] as number) + 1;
    if (this.#header.peers[peer]?.behaviour === 'honest' && this.#there[peer] === 1) {
      this.#copies[piece] = (this.#copies[piece] as number) + 1;
    }
    const from = this.#header.peers[giver];
    if (from?.have === 'all') this.#fromSources++;
    const to = this.#groupOf[peer];
    this.#happened(peer, (moment) => {
      if (moment.kind === 'passed') return moment.from === this.#groupOf[giver] && moment.to === to;
      if (moment.kind === 'share') return moment.group === to && this.#shareOf(to) >= moment.share;
      return moment.kind === 'copies' && this.#copies.every((copies) => copies >= moment.least);
    });
    this.#lookWhetherStuck();
  }

  #shareOf(group: string): number {
    let held = 0;
    let all = 0;
    for (const [peer, name] of this.#groupOf.entries()) {
      if (name !== group) continue;
      held += this.#heldCount[peer] as number;
      all += this.#header.torrent.pieceCount;
    }
    return all === 0 ? 0 : held / all;
  }

  #complete(peer: number): void {
    this.#completed.add(peer);
    const group = this.#groupOf[peer] as string;
    const count = [...this.#completed].filter((each) => this.#groupOf[each] === group).length;
    this.#happened(
      peer,
      (moment) => moment.kind === 'completed' && moment.group === group && count >= moment.count,
    );
  }

  #lookWhetherStuck(): void {
    if (!this.#watched.some(({ moment, facts }) => moment.kind === 'stuck' && facts === undefined)) return;
    const alive = this.#copies.filter((copies) => copies > 0).length;
    const { pieceCount } = this.#header.torrent;
    if (alive === 0 || alive === pieceCount) return;
    const there = this.#homes.filter((home) => this.#there[home] === 1);
    if (there.every((home) => this.#heldCount[home] === alive)) {
      this.#happened(-1, ({ kind }) => kind === 'stuck');
    }
  }

  #happened(who: number, isIt: (moment: Moment) => boolean): void {
    for (const watched of this.#watched) {
      if (watched.facts === undefined && isIt(watched.moment)) watched.facts = this.#facts(who);
    }
  }

  #facts(who: number): Facts {
    const held = this.#homes.map((home) => this.#heldCount[home] as number);
    return {
      atUs: this.#nowUs,
      sourceCopies: this.#fromSources / this.#header.torrent.pieceCount,
      complete: this.complete,
      most: Math.max(0, ...held),
      least: Math.min(...held),
      missing: this.#copies.filter((copies) => copies === 0).length,
      freeRiders: this.#homes.filter(
        (home) => this.#header.peers[home]?.behaviour === 'free-rider' && !this.#completed.has(home),
      ).length,
      who: this.#header.peers[who]?.id ?? '',
    };
  }
}
