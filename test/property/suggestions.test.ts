/** The account of a seed that suggests against a model: what each peer took, is taking or may still take, and nothing else, is counted. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BLOCK_LENGTH, PieceGeometry } from '../../src/core/metainfo/piece-geometry.ts';
import type { PeerConnection } from '../../src/core/peer/peer-connection.ts';
import { PieceTable } from '../../src/core/pieces/piece-table.ts';
import { ASKED_MAX, Suggestions } from '../../src/core/torrent/suggestions.ts';
import { FakeRandom } from '../support/fake-world.ts';

const PIECES = 7;
const PEERS = 4;

/** How a piece stands with a peer. What it has of us, or had when it left, counts for good. */
type State = 'suggested' | 'asked' | 'begun' | 'broken-off' | 'had';

interface Peer {
  readonly connection: PeerConnection;
  readonly states: Map<number, State>;
  /** All that it has. */
  readonly has: Set<number>;
}

const step = fc.record({
  name: fc.constantFrom(
    'serve',
    'serve',
    'choke',
    'ask',
    'ask',
    'ask what was suggested',
    'have',
    'have what was sent',
    'describe',
    'send',
    'send',
    'refuse',
    'leave',
    'other number',
  ),
  peer: fc.nat(PEERS - 1),
  piece: fc.nat(PIECES - 1),
});

class Books {
  readonly table: PieceTable;
  readonly suggestions: Suggestions;
  count: number;
  readonly peers: (Peer | undefined)[] = Array(PEERS).fill(undefined);
  /** Given for good: to peers that are gone, or once more than once to one. */
  readonly past: number[];

  constructor(count: number, pieces = PIECES) {
    this.count = count;
    this.past = Array(pieces).fill(0);
    this.table = new PieceTable(new PieceGeometry(pieces * BLOCK_LENGTH, BLOCK_LENGTH), new FakeRandom());
    for (let piece = 0; piece < pieces; piece++) this.table.addFound(piece);
    this.suggestions = new Suggestions(this.table, new FakeRandom(), count, () => undefined);
  }

  expected(): number[] {
    return this.past.map((past, piece) =>
      this.peers.reduce((sum, peer) => sum + weight(peer?.states.get(piece)), past),
    );
  }

  counted(): number[] {
    return this.past.map((_, piece) => this.suggestions.timesGiven(piece));
  }

  /** Another one where the peer has left. */
  #peer(index: number): Peer {
    const known = this.peers[index];
    if (known !== undefined) return known;
    const states = new Map<number, State>();
    const has = new Set<number>();
    const connection = {
      slot: this.table.holdings.add(),
      fast: index !== 0,
      uploadRate: 1_000_000,
      closed: false,
      amChoking: true,
      grantFast: () => undefined,
      endGrant: () => undefined,
      suggest: (piece: number) => {
        // While it knows of too few, one of those that were given least, of what it can use.
        expect(inState(states, 'suggested').length).toBeLessThan(this.count);
        const counts = this.expected();
        const useful = counts.filter((_, other) => !has.has(other) && !states.has(other));
        expect(states.has(piece) || has.has(piece)).toBe(false);
        expect(counts[piece]).toBe(Math.min(...useful));
        this.#set({ states }, piece, 'suggested');
      },
    } as unknown as PeerConnection;
    const peer = { connection, states, has };
    this.peers[index] = peer;
    return peer;
  }

  #set({ states }: Pick<Peer, 'states'>, piece: number, state: State): void {
    if (states.get(piece) === 'had') this.past[piece] = (this.past[piece] as number) + 1;
    states.set(piece, state);
  }

  take({ name, peer: index, piece }: { name: string; peer: number; piece: number }): void {
    const { suggestions, table } = this;
    const peer = this.#peer(index);
    const { connection, states } = peer;
    if (name === 'serve') {
      suggestions.suggestTo(connection);
      connection.amChoking = false;
    } else if (!suggestions.haveBegun) return;
    else if (name === 'choke') {
      connection.amChoking = true;
      for (const each of inState(states, 'suggested')) states.delete(each);
      suggestions.weChoked(connection);
    } else if (name.startsWith('ask')) {
      const asked = name === 'ask' ? piece : (inState(states, 'suggested')[0] ?? piece);
      const state = states.get(asked);
      if (state === 'broken-off') states.set(asked, 'begun');
      else if (state !== 'begun') this.#set(peer, asked, 'asked');
      suggestions.remoteAsked(connection, asked);
    } else if (name === 'send') {
      const sent = inState(states, 'asked')[0] ?? piece;
      if (states.get(sent) === 'asked') states.set(sent, 'begun');
      suggestions.weSent(connection, sent);
    } else if (name.startsWith('have')) {
      const got = name === 'have' ? piece : (inState(states, 'begun')[0] ?? piece);
      this.#gain(peer, got);
      suggestions.remoteGot(connection, got);
    } else if (name === 'describe') {
      for (let each = piece; each < Math.min(PIECES, piece + 3); each++) this.#gain(peer, each);
      suggestions.remoteHas(connection);
    } else if (name === 'refuse') {
      if (states.get(piece) === 'asked') states.delete(piece);
      else if (states.get(piece) === 'begun') states.set(piece, 'broken-off');
      suggestions.weRefused(connection, piece);
    } else if (name === 'leave') {
      for (const each of inState(states, 'had')) this.past[each] = (this.past[each] as number) + 1;
      suggestions.forget(connection);
      table.holdings.remove(connection.slot);
      this.peers[index] = undefined;
    } else {
      this.count = piece;
      suggestions.setCount(piece);
    }
  }

  #gain({ connection, states, has }: Peer, piece: number): void {
    this.table.holdings.gain(connection.slot, piece);
    has.add(piece);
    const state = states.get(piece);
    if (state === 'begun' || state === 'broken-off') states.set(piece, 'had');
    else if (state !== 'had') states.delete(piece);
  }
}

function inState(states: ReadonlyMap<number, State>, wanted: State): number[] {
  return [...states].flatMap(([piece, state]) => (state === wanted ? [piece] : []));
}

function weight(state: State | undefined): number {
  return state === undefined ? 0 : state === 'broken-off' ? 0.5 : 1;
}

it('counts what each peer has taken, is taking or may take, and half of what was broken off', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 80 }), (count, steps) => {
      const books = new Books(count);
      for (const each of steps) {
        books.take(each);
        expect(books.counted()).toEqual(books.expected());
      }
    }),
  );
});

it('keeps account of so many pieces at a time that a peer asks for, and counts the oldest of more no longer', () => {
  const books = new Books(1, ASKED_MAX + 2);
  books.take({ name: 'serve', peer: 0, piece: 0 });
  for (let piece = 0; piece < ASKED_MAX + 2; piece++) books.take({ name: 'ask', peer: 0, piece });
  const counted = books.counted();
  expect(counted.slice(0, 2)).toEqual([0, 0]);
  expect(counted.slice(2)).toEqual(Array(ASKED_MAX).fill(1));
});
