/**
 * When charts are drawn: each at the start, all again when the page's width or colours change, and those in view at once
 * when the selection changes. The others follow when they come into view, or when the reader pauses: so moving through time
 * costs what is on the screen, however long the report is.
 */
import { type Draw, type Follow, REDRAW_ON } from './section.ts';
import type { Selection, SelectionPart } from './selection.ts';

export interface StagedChart {
  readonly node: HTMLElement;
  readonly draw: Draw;
  readonly redrawOn?: readonly SelectionPart[] | undefined;
}

/** How far from the screen a chart counts as in view. */
const NEAR = '40px';
/** Charts out of view follow when nothing has changed for so long. */
const PAUSE_MS = 150;

interface Entry extends StagedChart {
  follow: Follow | undefined;
  inView: boolean;
  /** What changed since it last followed. */
  readonly missed: Set<SelectionPart>;
}

export class Stage {
  readonly #selection: Selection;
  readonly #entries: Entry[] = [];
  readonly #observer: IntersectionObserver;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(selection: Selection) {
    this.#selection = selection;
    this.#observer = new IntersectionObserver((changes) => this.#onView(changes), { rootMargin: NEAR });
    selection.subscribe((_, changed) => this.#onSelection(changed));
  }

  add(chart: StagedChart): void {
    this.#entries.push({ ...chart, follow: undefined, inView: false, missed: new Set() });
    this.#observer.observe(chart.node);
  }

  /** Draws one after the other and lets the page breathe in between, so that the first is seen at once. */
  async drawInTurn(): Promise<void> {
    for (const entry of this.#entries) {
      this.#draw(entry);
      await new Promise<void>((resume) => setTimeout(resume));
    }
  }

  drawAll(): void {
    for (const entry of this.#entries) this.#draw(entry);
  }

  /** Draws one chart anew. */
  redraw(node: HTMLElement): void {
    const entry = this.#entries.find((each) => each.node === node);
    if (entry !== undefined) this.#draw(entry);
  }

  /** Brings every chart up to date, also those out of view. */
  settle(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    for (const entry of this.#entries) this.#catchUp(entry);
  }

  #onSelection(changed: ReadonlySet<SelectionPart>): void {
    let anyMissed = false;
    for (const entry of this.#entries) {
      for (const part of changed) entry.missed.add(part);
      if (entry.inView) this.#catchUp(entry);
      else anyMissed = true;
    }
    if (!anyMissed) return;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.settle(), PAUSE_MS);
  }

  #onView(changes: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of changes) {
      const entry = this.#entries.find(({ node }) => node === target);
      if (entry === undefined) continue;
      entry.inView = isIntersecting;
      if (isIntersecting) this.#catchUp(entry);
    }
  }

  #catchUp(entry: Entry): void {
    if (entry.missed.size === 0) return;
    const redrawOn = entry.redrawOn ?? REDRAW_ON;
    if (redrawOn.some((part) => entry.missed.has(part))) this.#draw(entry);
    else {
      const changed = new Set(entry.missed);
      entry.missed.clear();
      entry.follow?.(this.#selection.selected, changed);
    }
  }

  #draw(entry: Entry): void {
    entry.missed.clear();
    entry.follow = entry.draw();
    entry.follow?.(this.#selection.selected, new Set(['instantUs', 'range', 'peers', 'piece']));
  }
}
