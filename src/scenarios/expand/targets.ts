/** Who is meant by an event, spelled out: indices of peers, drawn where only some are meant. */
import type { Random } from '../../core/ports.ts';
import { type PlannedPeer, TRACKER } from '../plan.ts';
import type { Portion, Target } from '../scenario-events.ts';

/** Finds peers by group and id. */
export class PeerIndex {
  readonly #groups: readonly string[];
  readonly #peers: readonly PlannedPeer[];
  readonly #ofGroup = new Map<string, number[]>();
  readonly #byId = new Map<string, number>();

  constructor(groups: readonly string[], peers: readonly PlannedPeer[]) {
    this.#groups = groups;
    this.#peers = peers;
    for (const [index, { id, group }] of peers.entries()) {
      const name = groups[group] as string;
      const members = this.#ofGroup.get(name);
      if (members === undefined) this.#ofGroup.set(name, [index]);
      else members.push(index);
      this.#byId.set(id, index);
    }
  }

  /** In ascending order, each once, the tracker first. `random` is the stream of the event at its time. */
  find(target: Target, random: Random): number[] {
    const all = new Set<number>();
    for (const name of this.#groups) {
      if (target.groups.includes(name)) for (const index of this.#ofGroup.get(name) ?? []) all.add(index);
    }
    for (const id of target.peers) {
      const index = this.#byId.get(id);
      if (index !== undefined) all.add(index);
    }
    const ordered = [...all].sort((a, b) => a - b);
    const picked = target.pick === undefined ? ordered : this.#picked(ordered, target.pick, random);
    return target.tracker ? [TRACKER, ...picked] : picked;
  }

  /** Everybody else, and the tracker. */
  others(indices: readonly number[]): number[] {
    const without = new Set(indices);
    return [TRACKER, ...this.#peers.keys()].filter((index) => !without.has(index));
  }

  /**
   * Each peer has a number of its own, and the lowest are picked: one more peer pushes at most one other out, and does
   * not change what is drawn for any.
   */
  #picked(indices: readonly number[], pick: Portion, random: Random): number[] {
    const lots = indices.map((index) => {
      return { index, lot: random.fork((this.#peers[index] as PlannedPeer).id).uint32() };
    });
    lots.sort((a, b) => a.lot - b.lot || a.index - b.index);
    return lots
      .slice(0, pickedCount(pick, indices.length))
      .map(({ index }) => index)
      .sort((a, b) => a - b);
  }
}

/** A share is rounded to the nearest number of peers, but of more than nothing at least one is picked. */
function pickedCount(pick: Portion, available: number): number {
  if (pick.kind === 'count') return Math.min(pick.count, available);
  const nearest = Math.floor((available * pick.perMillion + 500_000) / 1_000_000);
  return pick.perMillion === 0 ? 0 : Math.max(1, nearest);
}
