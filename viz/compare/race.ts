/**
 * Two swarms on one clock, side by side: the same instant of both runs, how far each is, and who is ahead in words. Choosing
 * a peer or a piece in one chooses nothing in the other, since peers of two runs need not be the same.
 */
import { bisectRight } from 'd3-array';
import { formatCount, formatDuration, formatShare } from '../charts/format.ts';
import { groupColour } from '../charts/theme.ts';
import { element } from '../report/elements.ts';
import { FoldedHistory } from '../swarm/folded-history.ts';
import { FrameClock } from '../swarm/frame-clock.ts';
import { createSwarmControls } from '../swarm/swarm-controls.ts';
import type { SwarmEvent, SwarmInstant } from '../swarm/swarm-history.ts';
import { createSwarmView, type SwarmView } from '../swarm/swarm-view.ts';
import { eventSentence } from '../swarm/swarm-words.ts';
import { unpackSwarm } from '../swarm/unpack-swarm.ts';
import type { RaceModel, RaceSide } from './race-model.ts';

export interface Race {
  readonly node: HTMLElement;
  /** Lays everything out for the width that there is, in the colours of the page. */
  layOut(): void;
}

interface Runner {
  readonly side: RaceSide;
  readonly history: FoldedHistory;
  readonly view: SwarmView;
  readonly bar: HTMLProgressElement;
  readonly state: HTMLElement;
  readonly node: HTMLElement;
}

/** The whole race plays in so many seconds until another speed is chosen. */
const WHOLE_RACE_SEC = 30;
/** Words follow moving pictures at this distance. */
const WORDS_EVERY_MS = 250;

export function createRace({ sides, seed }: RaceModel): Race {
  const runners = sides.map(createRunner);
  const endUs = Math.max(...sides.map((side) => side.endUs));
  const clock = new FrameClock(
    () => ({ knownUs: endUs, isComplete: true, spanUs: endUs }),
    (frame) => requestAnimationFrame(frame),
    { speed: () => endUs / WHOLE_RACE_SEC },
  );
  const lead = element('p', { className: 'reading race-lead' }, []);
  lead.setAttribute('aria-live', 'polite');
  const happened = element('p', { className: 'note' }, []);
  const step = (direction: -1 | 1, wide: boolean): void => {
    clock.pause();
    const found = nearestEvent(runners, clock.timeUs, direction, wide);
    if (found === undefined) return;
    clock.seek(found.event.timeUs);
    happened.textContent = `${found.runner.side.label}: ${eventSentence(found.runner.history, found.event)}`;
  };
  const controls = createSwarmControls(clock, step);
  let shownMs: number | undefined;
  let wordsMs = Number.NEGATIVE_INFINITY;
  const update = (): void => {
    const nowMs = performance.now();
    const seconds = shownMs === undefined ? 0 : Math.min(0.1, (nowMs - shownMs) / 1000);
    shownMs = clock.isPlaying ? nowMs : undefined;
    const still = !clock.isPlaying || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const { view, side } of runners)
      view.show(Math.min(clock.timeUs, side.endUs), still ? undefined : seconds);
    controls.update();
    if (clock.isPlaying && nowMs - wordsMs < WORDS_EVERY_MS) return;
    wordsMs = nowMs;
    for (const runner of runners) showState(runner, clock.timeUs);
    lead.textContent = leadSentence(runners, clock.timeUs);
  };
  clock.subscribe(update);
  const node = element('figure', { className: 'race' }, [
    element('h2', {}, ['The race']),
    lead,
    controls.node,
    element(
      'div',
      { className: 'race-sides' },
      runners.map((runner) => runner.node),
    ),
    happened,
    element('figcaption', {}, [
      `Both runs at the same time since their start${seed === null ? '' : `, with the same seed, ${seed}`}: ${sides.map(({ label, run }) => `${label} is ${run}`).join('; ')}. The bar is the share of all pieces that those hold who came with nothing. Each ring is a peer, its pieces clockwise from the top, each in its hue; a full disc with a star is a seed, a crossed circle is choked by all; dots move with the real rates, scaled to the lines of its own run. Click a peer to see whom it serves, a piece to see who had it from whom. Space plays, arrows step to the next event of either.`,
    ]),
  ]);
  node.dataset.chart = 'race';
  node.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    const onSlider = target instanceof HTMLInputElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === ' ' && (onSlider || target.closest('.swarm-controls') === null))
      clock.isPlaying ? clock.pause() : clock.play();
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
  clock.seek(endUs * 0.1);
  return {
    node,
    layOut() {
      for (const { view } of runners) view.layOut();
      update();
    },
  };
}

function createRunner(side: RaceSide, index: number): Runner {
  const history = new FoldedHistory(unpackSwarm(side.swarm, side.torrent, side.groups));
  const view = createSwarmView(
    history,
    { onChoose: (choice) => view.choose(choice) },
    { legend: false, ratio: 0.95 },
  );
  const bar = document.createElement('progress');
  bar.max = 1;
  bar.style.accentColor = groupColour(index);
  bar.setAttribute('aria-label', `${side.label}: share of the pieces that downloaders hold`);
  const state = element('p', { className: 'race-state' }, []);
  const name = element('h3', {}, [side.label]);
  name.style.color = groupColour(index);
  const node = element('section', {}, [name, bar, state, view.node]);
  node.setAttribute('aria-label', side.label);
  return { side, history, view, bar, state, node };
}

/** Which share of all pieces the downloaders hold, those of crowds on average. */
export function shareHeld(history: FoldedHistory, instant: SwarmInstant): number {
  const { peers, torrent } = history.cast;
  let held = 0;
  let all = 0;
  for (const [peer, { startsComplete, standsFor, behaviour }] of peers.entries()) {
    if (startsComplete || (behaviour !== 'honest' && behaviour !== 'free-rider')) continue;
    // Of a crowd those count that are there; who has not come yet holds nothing.
    const members = standsFor === 1 ? 1 : instant.thereOf(peer);
    held += members * instant.heldCountOf(peer);
    all += standsFor * torrent.pieceCount;
  }
  return all === 0 ? 0 : held / all;
}

function shareAt({ history, side }: Runner, timeUs: number): number {
  return shareHeld(history, history.at(Math.min(timeUs, side.endUs)));
}

/** When the last downloader was complete; undefined where one never was. */
function doneUs({ completedUs, downloaders }: RaceSide): number | undefined {
  return completedUs.length < downloaders ? undefined : completedUs[completedUs.length - 1];
}

function showState(runner: Runner, timeUs: number): void {
  const { side, bar, state } = runner;
  const share = shareAt(runner, timeUs);
  const complete = bisectRight(side.completedUs as number[], timeUs);
  const done = doneUs(side);
  bar.value = share;
  state.textContent =
    done !== undefined && timeUs >= done
      ? `All ${formatCount(side.downloaders, 'downloader')} complete since ${formatDuration(done)}.`
      : `${formatShare(share)} of the pieces; ${complete} of ${formatCount(side.downloaders, 'downloader')} complete.`;
}

/** Less than this is no lead that anybody can see. */
const LEVEL = 0.005;

function leadSentence(runners: readonly Runner[], timeUs: number): string {
  const [one, other] = runners as [Runner, Runner];
  const [first, second] = [doneUs(one.side), doneUs(other.side)];
  const at = formatDuration(Math.round(timeUs));
  const isDone = [first, second].map((instant) => instant !== undefined && timeUs >= instant);
  if (first !== undefined && second !== undefined && isDone[0] && isDone[1]) {
    if (first === second) return `At ${at}: both have finished, at the same time.`;
    const [winner, later, gap] =
      first < second ? [one, first, second - first] : [other, second, first - second];
    return `At ${at}: ${winner.side.label} won: everybody was complete at ${formatDuration(later)}, ${formatDuration(gap)} sooner.`;
  }
  if (isDone[0] || isDone[1]) {
    const done = isDone[0] ? one : other;
    const slow = isDone[0] ? other : one;
    return `At ${at}: with ${done.side.label} everybody is complete; ${slow.side.label} is at ${formatShare(shareAt(slow, timeUs))}.`;
  }
  const shares = [shareAt(one, timeUs), shareAt(other, timeUs)] as const;
  const gap = shares[0] - shares[1];
  if (Math.abs(gap) < LEVEL) return `At ${at}: level, at ${formatShare(shares[0])} of the pieces.`;
  const ahead = gap > 0 ? one : other;
  return `At ${at}: ${ahead.side.label} is ahead, ${formatShare(Math.max(...shares))} of the pieces against ${formatShare(Math.min(...shares))}.`;
}

function nearestEvent(
  runners: readonly Runner[],
  timeUs: number,
  direction: -1 | 1,
  wide: boolean,
): { readonly runner: Runner; readonly event: SwarmEvent } | undefined {
  let nearest: { readonly runner: Runner; readonly event: SwarmEvent } | undefined;
  for (const runner of runners) {
    const { history } = runner;
    const event = direction === 1 ? history.eventAfter(timeUs, wide) : history.eventBefore(timeUs, wide);
    if (event === undefined) continue;
    const isNearer = nearest === undefined || direction * (event.timeUs - nearest.event.timeUs) < 0;
    if (isNearer) nearest = { runner, event };
  }
  return nearest;
}
