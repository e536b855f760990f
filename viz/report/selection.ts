/**
 * The one selection of a report, which all of its charts share: an instant, a span of time, some of the peers and a piece.
 * Whoever changes it tells everybody at once; what is out of bounds is moved within them, and what is no change is not told.
 */

export interface TimeRange {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Indices into the groups or peers of the model. */
export type PeerChoice =
  | { readonly kind: 'group'; readonly group: number }
  | { readonly kind: 'peer'; readonly peer: number };

export interface Selected {
  /** The instant that pictures of one instant show, and that a line marks in charts of time. */
  readonly instantUs: number;
  /** The only time that charts show and count; undefined: what is shown of the run anyway. */
  readonly range: TimeRange | undefined;
  /** The peers that charts show, or bring out; undefined: all. */
  readonly peers: PeerChoice | undefined;
  /** The piece that charts mark. */
  readonly piece: number | undefined;
}

export type SelectionPart = keyof Selected;
export type SelectionListener = (selected: Selected, changed: ReadonlySet<SelectionPart>) => void;

export interface SelectionBounds {
  /** The end of the run. */
  readonly endUs: number;
  /** Where charts end as long as no range is chosen. */
  readonly shownUs: number;
  readonly instantUs: number;
}

/** The shortest range that can be chosen, as a share of the run: below it instants are no longer told apart. */
const SHORTEST = 1 / 20_000;

export class Selection {
  readonly endUs: number;
  /** What charts of time show when no range is chosen. */
  readonly whole: TimeRange;
  readonly #listeners = new Set<SelectionListener>();
  #selected: Selected;

  constructor({ endUs, shownUs, instantUs }: SelectionBounds) {
    this.endUs = Math.max(1, endUs);
    this.whole = { fromUs: 0, toUs: Math.max(1, shownUs) };
    this.#selected = {
      instantUs: this.#within(instantUs),
      range: undefined,
      peers: undefined,
      piece: undefined,
    };
  }

  get selected(): Selected {
    return this.#selected;
  }

  /** The time that charts show: the range that was chosen, or the whole. */
  get view(): TimeRange {
    return this.#selected.range ?? this.whole;
  }

  set(change: Partial<Selected>): void {
    const before = this.#selected;
    const range = 'range' in change ? this.#bounded(change.range) : before.range;
    // A new range takes the instant along, unless it is said where that is to be.
    const [fromUs, toUs] =
      range === before.range ? [0, this.endUs] : [range?.fromUs ?? 0, range?.toUs ?? this.endUs];
    const instantUs = this.#within(change.instantUs ?? Math.min(toUs, Math.max(fromUs, before.instantUs)));
    const next: Selected = { ...before, ...change, instantUs, range };
    const changed = new Set<SelectionPart>();
    if (next.instantUs !== before.instantUs) changed.add('instantUs');
    if (next.range?.fromUs !== before.range?.fromUs || next.range?.toUs !== before.range?.toUs)
      changed.add('range');
    if (!sameChoice(next.peers, before.peers)) changed.add('peers');
    if (next.piece !== before.piece) changed.add('piece');
    if (changed.size === 0) return;
    this.#selected = next;
    for (const listener of [...this.#listeners]) listener(next, changed);
  }

  /** @returns what ends it */
  subscribe(listener: SelectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #within(instantUs: number): number {
    return Math.min(this.endUs, Math.max(0, instantUs));
  }

  #bounded(range: TimeRange | undefined): TimeRange | undefined {
    if (range === undefined) return undefined;
    const fromUs = this.#within(Math.min(range.fromUs, range.toUs));
    const toUs = this.#within(Math.max(range.fromUs, range.toUs));
    if (fromUs === this.whole.fromUs && toUs === this.whole.toUs) return undefined;
    return toUs - fromUs < this.endUs * SHORTEST ? this.#selected.range : { fromUs, toUs };
  }
}

function sameChoice(one: PeerChoice | undefined, other: PeerChoice | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.kind === 'group') return other.kind === 'group' && one.group === other.group;
  return other.kind === 'peer' && one.peer === other.peer;
}
