/**
 * The histories of a playground: each is the text of a scenario with what was done to it, and where it parted from
 * another. Whoever meddles at an instant that was already passed makes a new one and leaves the old one as it was; who meddles at
 * the front carries on with the same. Pure data, no runs.
 */
import { type Deed, describeDeed, type Intervention, layInterventions } from './intervention.ts';

export interface Branch {
  readonly id: number;
  /** Undefined: it begins with a set-up of its own. */
  readonly parent: number | undefined;
  /** Where it parted from its parent; 0 for one that did not. */
  readonly fromUs: number;
  /** The set-up, before anything was done. */
  readonly setUp: string;
  /** In the order of time. */
  readonly interventions: readonly Intervention[];
  /** What it is called: what was done first in it, or the name of the set-up. */
  readonly name: string;
}

/** The oldest beyond this that no other hangs on is forgotten. */
export const BRANCHES_MAX = 40;
/** The language takes no more events than this; a page is not the place for them either. */
export const INTERVENTIONS_MAX = 400;

export class Branches {
  #branches: Branch[] = [];
  #current = -1;
  #next = 1;
  /** The latest instant of each that was looked at. */
  readonly #seenUs = new Map<number, number>();

  get all(): readonly Branch[] {
    return this.#branches;
  }

  /** Throws when nothing was begun yet. */
  get current(): Branch {
    const found = this.#branches.find(({ id }) => id === this.#current);
    if (found === undefined) throw new Error('nothing was begun');
    return found;
  }

  /** How deep a branch lies under those that it parted from. */
  depthOf({ parent }: Branch): number {
    const above = this.#branches.find(({ id }) => id === parent);
    return above === undefined ? 0 : 1 + this.depthOf(above);
  }

  /** The whole text: what has to be run. */
  textOf({ setUp, interventions }: Branch): string {
    return layInterventions(setUp, interventions);
  }

  /** That instant of the current branch was shown. */
  seen(timeUs: number): void {
    this.#seenUs.set(this.#current, Math.max(timeUs, this.#seenUs.get(this.#current) ?? 0));
  }

  /** A swarm from its start. It takes the place of the current one where nothing was done to that and nothing hangs on it. */
  begin(setUp: string, name: string): Branch {
    const current = this.#branches.find(({ id }) => id === this.#current);
    const replaced =
      current?.parent === undefined &&
      current?.interventions.length === 0 &&
      !this.#branches.some(({ parent }) => parent === current.id);
    if (replaced) this.#forget(this.#current);
    return this.#add({ parent: undefined, fromUs: 0, setUp, interventions: [], name });
  }

  /** Something is done in the current branch; the branch in which it is. Undefined: nothing more may be done. */
  intervene(atUs: number, deed: Deed): Branch | undefined {
    const { current } = this;
    const before = current.interventions.filter((each) => each.atUs <= atUs);
    if (before.length >= INTERVENTIONS_MAX) return undefined;
    const interventions = [...before, { atUs, ...deed }];
    const isFront =
      before.length === current.interventions.length && atUs >= (this.#seenUs.get(current.id) ?? 0);
    if (!isFront) {
      const { id: parent, setUp } = current;
      return this.#add({ parent, fromUs: atUs, setUp, interventions, name: describeDeed(deed) });
    }
    const isFirst = current.interventions.length === 0 && current.parent === undefined;
    const carriedOn = { ...current, interventions, name: isFirst ? describeDeed(deed) : current.name };
    this.#branches = this.#branches.map((each) => (each.id === current.id ? carriedOn : each));
    return carriedOn;
  }

  /** Goes back to another one; undefined when it is not known. */
  choose(id: number): Branch | undefined {
    const chosen = this.#branches.find((each) => each.id === id);
    if (chosen !== undefined) this.#current = id;
    return chosen;
  }

  #add(branch: Omit<Branch, 'id'>): Branch {
    const added = { id: this.#next++, ...branch };
    this.#branches.push(added);
    this.#current = added.id;
    this.#seenUs.set(added.id, added.fromUs);
    if (this.#branches.length > BRANCHES_MAX) {
      const parents = new Set(this.#branches.map(({ parent }) => parent));
      const leaf = this.#branches.find(({ id }) => !parents.has(id) && id !== added.id);
      if (leaf !== undefined) this.#forget(leaf.id);
    }
    return added;
  }

  #forget(id: number): void {
    this.#branches = this.#branches.filter((each) => each.id !== id);
    this.#seenUs.delete(id);
  }
}
