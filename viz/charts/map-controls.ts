/** The controls of the peer × piece map: play and pause, the slider through the run, and what colours mean. */
import { interpolateRainbow, interpolateViridis } from 'd3-scale-chromatic';
import type { ReportModel } from '../report/model.ts';
import { formatDuration } from './format.ts';
import type { MapColouring } from './map-image.ts';
import { groupColour } from './theme.ts';

/** In which order peers stand within their group. */
export type MapOrder = 'arrival' | 'completion';

export interface MapControls {
  /** What colours mean, and the order of peers. */
  readonly choices: HTMLElement;
  readonly keys: HTMLElement;
  readonly transport: HTMLElement;
  /** Shows what the colours of this colouring mean. */
  showKeys(colouring: MapColouring): void;
}

export interface MapControlHandler {
  onTime(timeUs: number): void;
  onColouring(colouring: MapColouring): void;
  onOrder(order: MapOrder): void;
}

/** Steps of the slider; an arrow key moves by one. */
const STEPS = 500;
/** A whole run plays in this time. */
const PLAY_MS = 14_000;

const COLOURINGS: readonly (readonly [MapColouring, string])[] = [
  ['giver', 'who gave it'],
  ['piece', 'which piece it is'],
  ['time', 'when it came'],
];

const ORDERS: readonly (readonly [MapOrder, string])[] = [
  ['arrival', 'arrival'],
  ['completion', 'completion'],
];

export function createMapControls(
  model: ReportModel,
  startUs: number,
  handler: MapControlHandler,
): MapControls {
  const keys = document.createElement('div');
  keys.className = 'keys';
  const choices = document.createElement('div');
  choices.className = 'controls choices';
  choices.append(
    createChoice('Colour pieces by', 'colouring', COLOURINGS, (value) => handler.onColouring(value)),
    createChoice('Order peers by', 'order', ORDERS, (value) => handler.onOrder(value)),
  );
  return {
    choices,
    keys,
    transport: createTransport(model.shownUs, startUs, handler),
    showKeys(colouring) {
      keys.replaceChildren(...keyEntries(model, colouring));
    },
  };
}

function createTransport(endUs: number, startUs: number, handler: MapControlHandler): HTMLElement {
  const transport = document.createElement('div');
  transport.className = 'controls';
  const button = document.createElement('button');
  button.type = 'button';
  const slider = document.createElement('input');
  slider.type = 'range';
  slider.min = '0';
  slider.max = String(STEPS);
  slider.step = 'any';
  slider.setAttribute('aria-label', 'Time in the run');
  const output = document.createElement('output');
  transport.append(button, slider, output);

  let playing = false;
  let timeUs = startUs;
  const show = (): void => {
    output.textContent = formatDuration(timeUs);
    slider.setAttribute('aria-valuetext', formatDuration(timeUs));
    button.textContent = playing ? 'Pause' : 'Play';
  };
  const move = (next: number): void => {
    timeUs = Math.min(endUs, Math.max(0, next));
    slider.value = String((timeUs / Math.max(1, endUs)) * STEPS);
    show();
    handler.onTime(timeUs);
  };
  const step = (lastMs: number) => (nowMs: number) => {
    if (!playing) return;
    if (timeUs >= endUs) playing = false;
    move(timeUs + ((nowMs - lastMs) / PLAY_MS) * endUs);
    if (playing) requestAnimationFrame(step(nowMs));
  };
  button.addEventListener('click', () => {
    playing = !playing;
    if (playing && timeUs >= endUs) timeUs = 0;
    show();
    if (playing) requestAnimationFrame((nowMs) => step(nowMs)(nowMs));
  });
  slider.addEventListener('input', () => {
    playing = false;
    move((Number(slider.value) / STEPS) * endUs);
  });
  slider.addEventListener('keydown', (event) => {
    const change = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -25, PageUp: 25 }[
      event.key
    ];
    if (change === undefined) return;
    event.preventDefault();
    playing = false;
    move(timeUs + (change * endUs) / STEPS);
  });
  slider.value = String((startUs / Math.max(1, endUs)) * STEPS);
  show();
  return transport;
}

/** Radio buttons under a legend; the first is chosen. */
function createChoice<Value extends string>(
  title: string,
  name: string,
  choices: readonly (readonly [Value, string])[],
  onChoice: (value: Value) => void,
): HTMLElement {
  const field = document.createElement('fieldset');
  const legend = document.createElement('legend');
  legend.textContent = title;
  field.append(legend);
  for (const [index, [value, text]] of choices.entries()) {
    const label = document.createElement('label');
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = name;
    input.value = value;
    input.checked = index === 0;
    input.addEventListener('change', () => onChoice(value));
    label.append(input, text);
    field.append(label);
  }
  return field;
}

function keyEntries(model: ReportModel, colouring: MapColouring): HTMLElement[] {
  const missing = keyEntry('var(--empty)', 'missing');
  if (colouring === 'piece') {
    return [
      keyEntry(
        ramp((share) => interpolateRainbow(share * 0.92)),
        'first to last piece',
        true,
      ),
      missing,
    ];
  }
  const arrival = keyEntry('var(--ink)', 'held on arrival');
  if (colouring === 'time') {
    return [arrival, keyEntry(ramp(interpolateViridis), 'start to end of the run', true), missing];
  }
  const givers = model.groups.flatMap((group, index) =>
    (model.givenPieces[index] ?? 0) > 0 ? [keyEntry(groupColour(index), `given by ${group.name}`)] : [],
  );
  const unknown = model.givenPieces[model.groups.length] ?? 0;
  if (unknown > 0) givers.push(keyEntry('var(--quiet)', 'giver unknown'));
  return [arrival, ...givers, missing];
}

function keyEntry(background: string, text: string, wide = false): HTMLElement {
  const entry = document.createElement('span');
  const patch = document.createElement('i');
  if (wide) patch.className = 'ramp';
  patch.style.background = background;
  entry.append(patch, text);
  return entry;
}

function ramp(colour: (share: number) => string): string {
  const stops = Array.from({ length: 13 }, (_, index) => colour(index / 12));
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
