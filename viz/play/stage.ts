/**
 * One swarm or two on one clock, with the controls of time below them. It is given records, which may still grow; what was
 * on it stays until there is something to show of the new one at the instant that is shown.
 */
import { element } from '../report/elements.ts';
import { FoldedHistory } from '../swarm/folded-history.ts';
import { type ClockBounds, FrameClock } from '../swarm/frame-clock.ts';
import { createSwarmControls, type SwarmControls } from '../swarm/swarm-controls.ts';
import type { SwarmHistory } from '../swarm/swarm-history.ts';
import type { SwarmRecord } from '../swarm/swarm-record.ts';
import { createSwarmView, type SwarmChoice, type SwarmView } from '../swarm/swarm-view.ts';
import type { LiveRecord } from './live-record.ts';
import { toldHistory } from './told-history.ts';

/** As in the swarm's own time, until a chapter or a reader wants another speed. */
const OWN_SPEED = 1_000_000;
/** Shorter than this no slider is, in microseconds. */
const LEAST_SPAN_US = 5_000_000;
/** Height over width: with the words above and the controls below, all of it fits on a wide screen. */
const RATIO = 0.5;
const PAIR_RATIO = 0.9;
const NARROW_RATIO = 1.1;
const NARROW = 560;
/** Shown after the last thing that happened, as a share of the time until then. */
const AFTERMATH = 0.03;

export interface StageHandler {
  onChoose?(lane: number, choice: SwarmChoice): void;
  /** Of each frame. */
  onFrame?(): void;
}

interface Place {
  readonly node: HTMLElement;
  readonly heading: HTMLElement;
  label: string;
  view: SwarmView | undefined;
  /** What is drawn. */
  shown: LiveRecord | undefined;
  history: SwarmHistory | undefined;
  drawn: SwarmRecord | undefined;
  /** What takes its place as soon as it is known for long enough. */
  coming: LiveRecord | undefined;
}

export class Stage {
  readonly node: HTMLElement;
  readonly clock: FrameClock;
  readonly #handler: StageHandler;
  readonly #pictures: HTMLElement;
  #places: Place[] = [];
  readonly #controls: SwarmControls;
  #shownMs: number | undefined;

  constructor(handler: StageHandler = {}) {
    this.#handler = handler;
    this.clock = new FrameClock(
      () => this.#bounds(),
      (frame) => requestAnimationFrame(frame),
      { speed: () => OWN_SPEED },
    );
    this.#pictures = element('div', { className: 'stage-pictures' }, []);
    this.#controls = createSwarmControls(this.clock, (direction) => this.#step(direction));
    this.node = element('div', { className: 'stage' }, [this.#pictures, this.#controls.node]);
    this.clock.subscribe(() => this.#update());
  }

  /** The record that is drawn in a lane, and its history. */
  shown(lane: number): { readonly record: LiveRecord; readonly history: SwarmHistory } | undefined {
    const place = this.#places[lane];
    if (place?.shown === undefined || place.history === undefined) return undefined;
    return { record: place.shown, history: place.history };
  }

  /** Empties the stage for so many pictures. */
  prepare(labels: readonly string[]): void {
    this.clock.reset();
    this.node.dataset.complete = 'false';
    this.#places = labels.map((label) => {
      const heading = element('h3', { className: 'stage-label' }, [label]);
      const node = element('div', { className: 'stage-picture' }, label === '' ? [] : [heading]);
      return {
        drawn: undefined,
        node,
        heading,
        label,
        view: undefined,
        shown: undefined,
        history: undefined,
        coming: undefined,
      };
    });
    this.#pictures.className = labels.length > 1 ? 'stage-pictures pair' : 'stage-pictures';
    this.#pictures.replaceChildren(...this.#places.map(({ node }) => node));
    this.#controls.update();
  }

  /** A run for a lane: at once, where nothing is drawn there yet. */
  put(lane: number, record: LiveRecord): void {
    const place = this.#places[lane];
    if (place === undefined) return;
    place.coming = record;
    this.refresh();
  }

  /** More may be known of a record. */
  refresh(): void {
    for (const [lane, place] of this.#places.entries()) {
      const { coming, shown, drawn } = place;
      // The record of a run that is over says more than the one that grew.
      if (coming === undefined && shown !== undefined && shown.record !== drawn)
        this.#exchange(lane, place, shown);
      if (coming === undefined) continue;
      const isReady =
        place.shown === undefined || coming.knownUs >= this.clock.timeUs || coming.end !== undefined;
      if (isReady) this.#exchange(lane, place, coming);
    }
    this.node.dataset.complete = String(this.clock.isComplete);
    if (!this.clock.isPlaying) this.#update();
    else this.#controls.update();
  }

  choose(lane: number, choice: SwarmChoice): void {
    this.#places[lane]?.view?.choose(choice);
  }

  layOut(): void {
    for (const { view } of this.#places) view?.layOut();
  }

  #exchange(lane: number, place: Place, record: LiveRecord): void {
    place.coming = undefined;
    place.shown = record;
    place.drawn = record.record;
    place.history =
      record.end === undefined ? new FoldedHistory(place.drawn) : toldHistory(place.drawn, record.end.trace);
    if (place.view === undefined) {
      const isPair = this.#places.length > 1;
      const name = place.label === '' ? 'Peers of the swarm' : `Peers of the swarm: ${place.label}`;
      place.view = createSwarmView(
        place.history,
        { onChoose: (choice) => this.#handler.onChoose?.(lane, choice) },
        { legend: false, ratio: ratioFor(isPair) },
      );
      place.node.append(place.view.node);
      place.node.querySelector('.swarm-peers')?.setAttribute('aria-label', name);
      place.view.layOut();
    } else place.view.use(place.history);
    this.clock.seek(this.clock.timeUs);
  }

  #bounds(): ClockBounds {
    const records = this.#places.flatMap(({ shown }) => (shown === undefined ? [] : [shown]));
    const going = records.filter(({ end }) => end === undefined);
    const isComplete = records.length === this.#places.length && going.length === 0;
    const spanUs = Math.max(LEAST_SPAN_US, ...records.map((record) => spanOf(record)));
    // One that is over does not hold the others up: it stands still.
    const known = going.map(({ knownUs }) => knownUs);
    const knownUs = records.length < this.#places.length ? 0 : Math.min(...known, spanUs);
    return { knownUs, isComplete, spanUs };
  }

  #step(direction: -1 | 1): void {
    this.clock.pause();
    const { timeUs } = this.clock;
    const times = this.#places.flatMap(({ history }) => {
      const event = direction === 1 ? history?.eventAfter(timeUs) : history?.eventBefore(timeUs);
      return event === undefined ? [] : [event.timeUs];
    });
    if (times.length > 0) this.clock.seek(direction === 1 ? Math.min(...times) : Math.max(...times));
  }

  #update(): void {
    const nowMs = performance.now();
    const { timeUs, isPlaying } = this.clock;
    const passed = this.#shownMs === undefined ? 0 : Math.min(0.1, (nowMs - this.#shownMs) / 1000);
    this.#shownMs = isPlaying ? nowMs : undefined;
    const isMoving = isPlaying && !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const { view, shown } of this.#places) {
      view?.show(Math.min(timeUs, shown?.knownUs ?? 0), isMoving ? passed : undefined);
    }
    this.#controls.update();
    this.#handler.onFrame?.();
  }
}

function ratioFor(isPair: boolean): number {
  if (window.innerWidth < NARROW) return NARROW_RATIO;
  return isPair ? PAIR_RATIO : RATIO;
}

/** Until when something happens, and a little more; as far as is known while a run goes on. */
function spanOf({ end, lastUs, knownUs }: LiveRecord): number {
  if (end === undefined) return knownUs;
  return Math.min(end.trace.endUs, Math.max(lastUs * (1 + AFTERMATH), LEAST_SPAN_US));
}
