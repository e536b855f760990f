/**
 * The pixels of the peer × piece map at one instant: one pixel a cell. A held piece is coloured by who gave it, by which
 * piece it is or by when it came; a missing one is pale; peers not there yet are blank, those who left or are away are faded.
 */
import { interpolateRainbow, interpolateViridis } from 'd3-scale-chromatic';
import type { PresenceLetter, ReportModel } from '../report/model.ts';
import { NEVER_TICK, tickAt } from '../report/model.ts';
import { isThereLetter } from '../report/peer-words.ts';
import { blend, parseColour, type Rgb, readColour, readGroupColour } from './theme.ts';

export type MapColouring = 'giver' | 'piece' | 'time';

export interface MapColumns {
  readonly verified: Uint16Array;
  readonly from: Uint16Array;
}

/** Colours that depend on the page's theme and on the colouring, looked up once a redraw of the page. */
export interface MapPalette {
  readonly page: Rgb;
  readonly empty: Rgb;
  /** By cell value: see `cellColour`. */
  readonly onArrival: Rgb;
  readonly unknown: Rgb;
  readonly groups: readonly Rgb[];
  readonly pieces: readonly Rgb[];
  readonly times: readonly Rgb[];
}

const TIME_SHADES = 256;

export function readPalette(model: ReportModel): MapPalette {
  const { columns } = model.map;
  const shades = (count: number, colour: (share: number) => string): Rgb[] =>
    Array.from({ length: count }, (_, index) => parseColour(colour(index / Math.max(1, count - 1))));
  return {
    page: readColour('--page'),
    empty: readColour('--empty'),
    onArrival: readColour('--ink'),
    unknown: readColour('--quiet'),
    groups: model.groups.map((_, group) => readGroupColour(group)),
    pieces: shades(columns, (share) => interpolateRainbow(share * 0.92)),
    times: shades(TIME_SHADES, interpolateViridis),
  };
}

/** Paints rows `[start, end)` of the map into `image` (as wide as the map, `end - start` high); returns cells held. */
export function paintMapRows(
  image: ImageData,
  model: ReportModel,
  columns: MapColumns,
  palette: MapPalette,
  colouring: MapColouring,
  timeUs: number,
  start: number,
  end: number,
): number {
  const { map, peers, endUs } = model;
  const now = tickAt(timeUs, endUs);
  const rowOfPeer = new Map(model.presence.peers.map((peer, row) => [peer, row]));
  let held = 0;
  let target = 0;
  for (let row = start; row < end; row++) {
    const peer = map.peers[row] as number;
    const joinedUs = peers.joinedUs[peer] ?? null;
    const here = joinedUs !== null && joinedUs <= timeUs;
    const strength = here && isGone(model, rowOfPeer.get(peer), timeUs) ? 0.28 : 1;
    for (let column = 0; column < map.columns; column++, target += 4) {
      const cell = row * map.columns + column;
      const tick = columns.verified[cell] as number;
      const has = here && tick <= now && tick !== NEVER_TICK;
      let colour = here ? palette.empty : palette.page;
      if (has) {
        held++;
        colour = cellColour(model, columns, palette, colouring, cell, column, tick);
      }
      if (strength < 1) colour = blend(colour, palette.page, strength);
      image.data[target] = colour[0];
      image.data[target + 1] = colour[1];
      image.data[target + 2] = colour[2];
      image.data[target + 3] = 255;
    }
  }
  return held;
}

/** Whether the peer had left or was away at an instant after its arrival; one without a strip is taken for there. */
function isGone({ presence }: ReportModel, row: number | undefined, timeUs: number): boolean {
  if (row === undefined) return false;
  const times = presence.timesUs[row] ?? [];
  const span = Math.min(
    times.length - 2,
    times.findLastIndex((us) => us <= timeUs),
  );
  const letter = presence.states[row]?.charAt(span) ?? '';
  return letter !== '' && !isThereLetter(letter as PresenceLetter);
}

function cellColour(
  model: ReportModel,
  columns: MapColumns,
  palette: MapPalette,
  colouring: MapColouring,
  cell: number,
  column: number,
  tick: number,
): Rgb {
  if (colouring === 'piece') return palette.pieces[column] ?? palette.unknown;
  if (tick === 0) return palette.onArrival;
  if (colouring === 'time') return palette.times[(tick * (TIME_SHADES - 1)) >> 16] ?? palette.unknown;
  const giver = columns.from[cell] as number;
  if (giver === 0) return palette.unknown;
  return palette.groups[model.peers.group[giver - 1] ?? -1] ?? palette.unknown;
}
