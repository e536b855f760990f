/**
 * Play and pause, a step to the event before and after, the slider through the run, and the speed on a logarithmic scale.
 * Every control is an ordinary button or slider, so that it works from the keyboard.
 */
import { formatDuration } from '../charts/format.ts';
import { element } from '../report/elements.ts';
import type { SwarmClock } from './swarm-clock.ts';

export interface SwarmControls {
  readonly node: HTMLElement;
  /** Shows what the clock says. */
  update(): void;
}

/** To the event before (-1) or after (1); `wide`: to one that changes the swarm as a whole. */
export type SwarmStep = (direction: -1 | 1, wide: boolean) => void;

const STEPS = 1000;
/** Speeds: from a tenth of the run's own pace to the whole run within two seconds. */
const SLOWEST_US_PER_SEC = 100_000;
const FASTEST_WHOLE_SEC = 2;

export function createSwarmControls(clock: SwarmClock, step: SwarmStep): SwarmControls {
  const play = button('Play', () => (clock.isPlaying ? clock.pause() : clock.play()));
  play.className = 'swarm-play';
  const back = button('Event before', () => step(-1, false));
  const next = button('Next event', () => step(1, false));
  const time = slider('Time in the run');
  const output = document.createElement('output');
  const speed = slider('Speed');
  const pace = document.createElement('output');
  pace.className = 'pace';
  time.addEventListener('input', () => {
    // To pause puts the slider back to where the clock is.
    const timeUs = (Number(time.value) / STEPS) * clock.endUs;
    clock.pause();
    clock.seek(timeUs);
  });
  speed.addEventListener('input', () => clock.setSpeed(speedAt(Number(speed.value) / STEPS, clock.endUs)));
  const node = element('div', { className: 'swarm-controls' }, [
    element('div', { className: 'controls' }, [back, play, next, time, output]),
    element('div', { className: 'controls' }, [element('span', {}, ['Speed']), speed, pace]),
  ]);
  const update = (): void => {
    play.textContent = clock.isPlaying ? 'Pause' : 'Play';
    output.textContent = formatDuration(clock.timeUs);
    time.value = String((clock.timeUs / Math.max(1, clock.endUs)) * STEPS);
    time.setAttribute('aria-valuetext', formatDuration(clock.timeUs));
    speed.value = String(shareOf(clock.speed, clock.endUs) * STEPS);
    const text = `${formatDuration(Math.round(clock.speed))} a second`;
    pace.textContent = text;
    speed.setAttribute('aria-valuetext', `${text} of the screen`);
  };
  update();
  return { node, update };
}

/** The speed at a share of the slider, in virtual microseconds a second. */
export function speedAt(share: number, endUs: number): number {
  const fastest = fastestOf(endUs);
  return SLOWEST_US_PER_SEC * (fastest / SLOWEST_US_PER_SEC) ** share;
}

/** The share of the slider for a speed, in [0, 1]. */
export function shareOf(usPerSec: number, endUs: number): number {
  const span = Math.log(fastestOf(endUs) / SLOWEST_US_PER_SEC);
  return Math.min(1, Math.max(0, Math.log(usPerSec / SLOWEST_US_PER_SEC) / span));
}

function fastestOf(endUs: number): number {
  return Math.max(10 * SLOWEST_US_PER_SEC, endUs / FASTEST_WHOLE_SEC);
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', {}, [text]);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

function slider(label: string): HTMLInputElement {
  const made = document.createElement('input');
  made.type = 'range';
  made.min = '0';
  made.max = String(STEPS);
  made.step = 'any';
  made.setAttribute('aria-label', label);
  return made;
}
