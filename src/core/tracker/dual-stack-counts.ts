/**
 * How many peers of a swarm are there at an address of each family (BEP 7), so that they count once in its numbers. Peers are
 * told apart by their ids here, which anybody may claim: so it is for numbers alone, and who is named to whom does not rest on
 * it. Every operation costs O(1).
 */
import { toLatin1 } from '../bytes.ts';

export interface CountedPeer {
  readonly family: 4 | 6;
  readonly peerId: Uint8Array;
  readonly seed: boolean;
}

interface Sightings {
  seeds4: number;
  seeds6: number;
  leechers4: number;
  leechers6: number;
}

export class DualStackCounts {
  readonly #byId = new Map<string, Sightings>();
  #seeds = 0;
  #leechers = 0;

  /** Seeds that are there twice. */
  get seeds(): number {
    return this.#seeds;
  }

  get leechers(): number {
    return this.#leechers;
  }

  add(peer: CountedPeer): void {
    this.#count(peer, 1);
  }

  /** With the id and the state that it was added with. */
  remove(peer: CountedPeer): void {
    this.#count(peer, -1);
  }

  #count({ family, peerId, seed }: CountedPeer, change: 1 | -1): void {
    const id = toLatin1(peerId);
    const known = this.#byId.get(id) ?? { seeds4: 0, seeds6: 0, leechers4: 0, leechers6: 0 };
    const before = pairsOf(known);
    known[`${seed ? 'seeds' : 'leechers'}${family}`] += change;
    const after = pairsOf(known);
    this.#seeds += after.seeds - before.seeds;
    this.#leechers += after.leechers - before.leechers;
    if (known.seeds4 + known.seeds6 + known.leechers4 + known.leechers6 === 0) this.#byId.delete(id);
    else this.#byId.set(id, known);
  }
}

function pairsOf({ seeds4, seeds6, leechers4, leechers6 }: Sightings) {
  return { seeds: Math.min(seeds4, seeds6), leechers: Math.min(leechers4, leechers6) };
}
