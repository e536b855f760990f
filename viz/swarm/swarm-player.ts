/**
 * A swarm that can be played: the picture, its controls, what happened last, and what is chosen in words. Keys, wherever the
 * focus is in it: space plays and pauses, arrows step to the next event and back (with shift to one that changes the
 * swarm as a whole), escape chooses nothing.
 */
import { formatDuration } from '../charts/format.ts';
import { element } from '../report/elements.ts';
import type { SwarmClock } from './swarm-clock.ts';
import { createSwarmControls } from './swarm-controls.ts';
import type { SwarmHistory } from './swarm-history.ts';
import { peerPanel, piecePanel } from './swarm-panel.ts';
import { createSwarmView, type SwarmChoice, type SwarmViewOptions } from './swarm-view.ts';
import { eventSentence } from './swarm-words.ts';

export interface SwarmPlayerHandler {
  /** Something was chosen in the picture; -1 is nothing. */
  onChoose?(choice: SwarmChoice): void;
  /** Says a sentence to those who do not see the picture. */
  announce?(text: string): void;
}

export interface SwarmPlayer {
  readonly node: HTMLElement;
  /** Lays everything out for the width that there is, in the colours of the page. */
  layOut(): void;
  /** Shows what the clock and the history say now. */
  update(): void;
  choose(choice: SwarmChoice): void;
  use(history: SwarmHistory): void;
  /** Listens to the clock no more. */
  end(): void;
}

const NOTHING: SwarmChoice = { peer: -1, piece: -1 };
const FEED = 6;
/** Words follow a moving picture at this distance. */
const WORDS_EVERY_MS = 250;

export function createSwarmPlayer(
  first: SwarmHistory,
  clock: SwarmClock,
  handler: SwarmPlayerHandler = {},
  options: SwarmViewOptions = {},
): SwarmPlayer {
  let history = first;
  let choice = NOTHING;
  let shownMs: number | undefined;
  let wordsMs = Number.NEGATIVE_INFINITY;
  const choose = (next: SwarmChoice): void => {
    if (next.peer === choice.peer && next.piece === choice.piece) return;
    choice = next;
    view.choose(next);
    wordsMs = Number.NEGATIVE_INFINITY;
    update();
  };
  const view = createSwarmView(
    history,
    {
      onChoose(next) {
        choose(next);
        handler.onChoose?.(next);
      },
    },
    options,
  );
  const step = (direction: -1 | 1, wide: boolean): void => {
    clock.pause();
    const event =
      direction === 1 ? history.eventAfter(clock.timeUs, wide) : history.eventBefore(clock.timeUs, wide);
    if (event === undefined) {
      handler.announce?.(direction === 1 ? 'No event after this one.' : 'No event before this one.');
      return;
    }
    clock.seek(event.timeUs);
    handler.announce?.(`${formatDuration(event.timeUs)}: ${eventSentence(history, event)}`);
  };
  const controls = createSwarmControls(clock, step);
  const feed = element('ol', { className: 'swarm-feed' }, []);
  const panel = element('div', { className: 'swarm-panel' }, []);
  const node = element('div', { className: 'swarm-player' }, [
    controls.node,
    view.node,
    element('div', { className: 'swarm-words' }, [
      element('div', {}, [element('h3', {}, ['What happens']), feed]),
      panel,
    ]),
  ]);

  const update = (): void => {
    const nowMs = performance.now();
    const seconds = shownMs === undefined ? 0 : Math.min(0.1, (nowMs - shownMs) / 1000);
    shownMs = clock.isPlaying ? nowMs : undefined;
    const isMoving = clock.isPlaying && !window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    view.show(clock.timeUs, isMoving ? seconds : undefined);
    controls.update();
    if (clock.isPlaying && nowMs - wordsMs < WORDS_EVERY_MS) return;
    wordsMs = nowMs;
    showFeed();
    showPanel();
  };

  const showFeed = (): void => {
    const events = history.eventsUntil(clock.timeUs, FEED);
    feed.replaceChildren(
      ...events.map((event) =>
        element('li', {}, [
          element('time', {}, [formatDuration(event.timeUs)]),
          ` ${eventSentence(history, event)}`,
        ]),
      ),
    );
  };

  const showPanel = (): void => {
    const instant = history.at(clock.timeUs);
    if (choice.peer >= 0) panel.replaceChildren(...peerPanel(history, instant, choice.peer));
    else if (choice.piece >= 0) panel.replaceChildren(...piecePanel(history, instant, choice.piece));
    else panel.replaceChildren(element('p', { className: 'note' }, [HINT]));
  };

  node.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const onSlider = target instanceof HTMLInputElement;
    const onControl = target.closest('.swarm-controls') !== null;
    if (event.key === 'Escape') choosen(NOTHING);
    else if (event.key === ' ' && !(onControl && !onSlider)) clock.isPlaying ? clock.pause() : clock.play();
    else if (event.key === 'ArrowRight' && !onSlider) step(1, event.shiftKey);
    else if (event.key === 'ArrowLeft' && !onSlider) step(-1, event.shiftKey);
    else return;
    event.preventDefault();
  });
  // A button is pressed when the space bar is let go; over the peers it plays instead.
  node.addEventListener('keyup', (event) => {
    if (event.key === ' ' && (event.target as HTMLElement).closest('.swarm-peers') !== null)
      event.preventDefault();
  });
  const choosen = (next: SwarmChoice): void => {
    choose(next);
    handler.onChoose?.(next);
  };

  const end = clock.subscribe(update);
  return {
    node,
    layOut() {
      view.layOut();
      update();
    },
    update,
    choose,
    use(next) {
      history = next;
      choice = NOTHING;
      view.use(next);
      update();
    },
    end,
  };
}

const HINT =
  'Click a peer to see whom it serves and why, or a piece, on a ring or in the row below the picture, to see who had it from whom. Space plays, arrows step to the next event and back.';
