/**
 * The picture of a swarm: rings and ways on a canvas, and over them a button a peer, so that everything that can be seen can
 * be reached with the keyboard and read aloud. It knows a history and nothing of where that comes from; what time it is
 * and what is chosen it is told, and it tells what is clicked.
 */
import { PieceStrip } from './piece-strip.ts';
import { pieceAt } from './ring-segments.ts';
import { bandWidth } from './ring-sprite.ts';
import type { SwarmDelivery, SwarmHistory, SwarmInstant } from './swarm-history.ts';
import type { RingPlace } from './swarm-layout.ts';
import { drawLegend } from './swarm-legend.ts';
import { SwarmPainter, type SwarmPalette } from './swarm-painter.ts';
import { describePeer, describeSwarm } from './swarm-words.ts';

/** What is chosen; -1: none. */
export interface SwarmChoice {
  readonly peer: number;
  readonly piece: number;
}

export interface SwarmViewHandler {
  /** A peer or a piece was clicked; clicking what is chosen chooses nothing. */
  onChoose(choice: SwarmChoice): void;
}

export interface SwarmView {
  readonly node: HTMLElement;
  /** Lays everything out for the width that there is, in the colours of the page. */
  layOut(): void;
  /** `seconds`: by which dots move on; undefined where the picture stands. */
  show(timeUs: number, seconds?: number): void;
  choose(choice: SwarmChoice): void;
  /** The picture of another history, say that of a run that was forked. */
  use(history: SwarmHistory): void;
}

export interface SwarmViewOptions {
  /** For two pictures beside each other, and for pages with a legend of their own. */
  readonly legend?: boolean;
  /** Height over width, where the page has something to say about it. */
  readonly ratio?: number;
}

/** Words for screen readers follow a moving picture at this distance. */
const WORDS_EVERY_MS = 500;
/** As does the row of pieces, in which nothing moves but by steps. */
const STRIP_EVERY_MS = 100;
const WIDE_RATIO = 0.62;
/** Of a picture with many rings. */
const TALL_RATIO = 0.74;
const MANY = 30;
const NARROW_RATIO = 1.25;
const NARROW = 560;

export function createSwarmView(
  first: SwarmHistory,
  handler: SwarmViewHandler,
  { legend = true, ratio }: SwarmViewOptions = {},
): SwarmView {
  let history = first;
  const node = box('swarm');
  const picture = box('swarm-picture');
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  const labels = document.createElement('canvas');
  labels.setAttribute('aria-hidden', 'true');
  const peers = box('swarm-peers');
  peers.setAttribute('role', 'group');
  peers.setAttribute('aria-label', 'Peers of the swarm');
  const words = document.createElement('p');
  words.className = 'status';
  words.dataset.inPicture = '';
  const keys = box('keys swarm-keys');
  let strip = stripOf(first);
  picture.append(canvas, labels, peers);
  node.append(picture, strip.canvas, words, ...(legend ? [keys] : []));

  let painter: SwarmPainter | undefined;
  let palette: SwarmPalette | undefined;
  let buttons: HTMLButtonElement[] = [];
  let choice: SwarmChoice = { peer: -1, piece: -1 };
  let family: readonly SwarmDelivery[] = [];
  let familyKey = '';
  let timeUs = 0;
  let wordsMs = Number.NEGATIVE_INFINITY;
  let stripMs = Number.NEGATIVE_INFINITY;

  function stripOf({ cast }: SwarmHistory): PieceStrip {
    const made = new PieceStrip(cast);
    made.canvas.addEventListener('click', (event) => {
      const share = event.offsetX / Math.max(1, made.canvas.clientWidth);
      toggle({ peer: -1, piece: made.pieceAt(share) });
    });
    return made;
  }

  const toggle = (chosen: SwarmChoice): void => {
    const again = chosen.peer === choice.peer && chosen.piece === choice.piece;
    handler.onChoose(again ? { peer: -1, piece: -1 } : chosen);
  };

  const layOut = (): void => {
    const width = Math.max(240, picture.clientWidth);
    const height = Math.round(width * (ratio ?? usualRatio(width, history.cast.peers.length)));
    const density = Math.min(3, window.devicePixelRatio || 1);
    for (const each of [canvas, labels]) {
      each.width = Math.round(width * density);
      each.height = Math.round(height * density);
    }
    picture.style.height = `${height}px`;
    const context = canvas.getContext('2d');
    const labelling = labels.getContext('2d');
    if (context === null || labelling === null) return;
    palette = readPalette();
    painter = new SwarmPainter(history.cast, context, labelling, { width, height, density }, palette);
    strip.resize(node.clientWidth, density);
    buttons = painter.places.map((place, peer) => buttonAt(place, peer));
    peers.replaceChildren(...buttons);
    if (legend) drawLegend(keys, painter);
    wordsMs = Number.NEGATIVE_INFINITY;
    show(timeUs);
  };

  const buttonAt = ({ x, y, radius }: RingPlace, peer: number): HTMLButtonElement => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.peer = String(peer);
    const half = Math.max(8, radius + 6);
    button.style.left = `${x - half}px`;
    button.style.top = `${y - half}px`;
    button.style.width = `${2 * half}px`;
    button.style.height = `${2 * half}px`;
    button.addEventListener('click', (event) => {
      const dx = event.offsetX - half;
      const dy = event.offsetY - half;
      const distance = Math.hypot(dx, dy);
      // A click that a key made has no place.
      const onBand = event.detail > 0 && distance <= radius + 2 && distance >= radius - bandWidth(radius) - 1;
      if (onBand) toggle({ peer: -1, piece: pieceAt(history.cast.torrent.pieceCount, dx, dy) });
      else toggle({ peer, piece: -1 });
    });
    return button;
  };

  const show = (nextUs: number, seconds?: number): void => {
    timeUs = nextUs;
    if (painter === undefined || palette === undefined) return;
    const instant = history.at(timeUs);
    updateFamily();
    painter.paint(instant, { ...choice, family, seconds });
    const nowMs = performance.now();
    if (seconds === undefined || nowMs - stripMs >= STRIP_EVERY_MS) {
      stripMs = nowMs;
      strip.paint(instant, choice.piece, palette);
    }
    if (seconds !== undefined && nowMs - wordsMs < WORDS_EVERY_MS) return;
    wordsMs = nowMs;
    describe(instant);
  };

  const describe = (instant: SwarmInstant): void => {
    words.textContent = describeSwarm(history, instant);
    for (const [peer, button] of buttons.entries()) {
      button.setAttribute('aria-label', describePeer(history, instant, peer));
      button.setAttribute('aria-pressed', String(choice.peer === peer));
    }
  };

  const updateFamily = (): void => {
    if (choice.piece < 0) {
      family = [];
      familyKey = '';
      return;
    }
    const key = `${choice.piece} ${history.at(timeUs).copiesOf(choice.piece)} ${Math.floor(timeUs / 1e5)}`;
    if (key === familyKey) return;
    familyKey = key;
    family = history.familyOf(choice.piece, timeUs);
  };

  return {
    node,
    layOut,
    show,
    choose(chosen) {
      choice = chosen;
      familyKey = '';
      wordsMs = Number.NEGATIVE_INFINITY;
      show(timeUs);
    },
    use(next) {
      history = next;
      const fresh = stripOf(history);
      strip.canvas.replaceWith(fresh.canvas);
      strip = fresh;
      layOut();
    },
  };
}

function usualRatio(width: number, peers: number): number {
  if (width < NARROW) return NARROW_RATIO;
  return peers > MANY ? TALL_RATIO : WIDE_RATIO;
}

function box(className: string): HTMLDivElement {
  const made = document.createElement('div');
  made.className = className;
  return made;
}

function readPalette(): SwarmPalette {
  const style = getComputedStyle(document.documentElement);
  const read = (variable: string): string => style.getPropertyValue(variable).trim();
  return {
    ink: read('--ink'),
    quiet: read('--quiet'),
    page: read('--page'),
    empty: read('--empty'),
    grey: read('--s-away'),
    seed: read('--s-complete'),
    bad: read('--bad'),
    optimistic: read('--s-capped'),
  };
}
