/** The controls of the peer × piece map: what colours it and orders its peers, and what its colours mean. */
import { interpolateRainbow, interpolateViridis } from 'd3-scale-chromatic';
import type { ReportModel } from '../report/model.ts';
import { choiceRow, createChoice } from './choice.ts';
import type { MapColouring } from './map-image.ts';
import { groupColour } from './theme.ts';

/** In which order peers stand within their group. */
export type MapOrder = 'arrival' | 'completion';

export interface MapControls {
  /** What colours mean, and the order of peers. */
  readonly choices: HTMLElement;
  readonly keys: HTMLElement;
  /** Shows what the colours of this colouring mean. */
  showKeys(colouring: MapColouring): void;
}

export interface MapControlHandler {
  onColouring(colouring: MapColouring): void;
  onOrder(order: MapOrder): void;
}

const COLOURINGS: readonly (readonly [MapColouring, string])[] = [
  ['giver', 'who gave it'],
  ['piece', 'which piece it is'],
  ['time', 'when it came'],
];

const ORDERS: readonly (readonly [MapOrder, string])[] = [
  ['arrival', 'arrival'],
  ['completion', 'completion'],
];

export function createMapControls(model: ReportModel, handler: MapControlHandler): MapControls {
  const keys = document.createElement('div');
  keys.className = 'keys';
  const choices = choiceRow(
    createChoice('Colour pieces by', 'colouring', COLOURINGS, (value) => handler.onColouring(value)),
    createChoice('Order peers by', 'order', ORDERS, (value) => handler.onOrder(value)),
  );
  return {
    choices,
    keys,
    showKeys(colouring) {
      keys.replaceChildren(...keyEntries(model, colouring));
    },
  };
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
