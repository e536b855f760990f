/**
 * The picture of the peer × piece map at one instant. A held piece is coloured by who gave it, by which piece it is or by
 * when it came; a missing one is pale; peers not there yet are blank, those who left or are away are faded. Going to
 * another instant changes only the cells that differ; what comes out is always what a fresh drawing would give.
 */
import { bisectRight } from 'd3-array';
import { interpolateRainbow, interpolateViridis } from 'd3-scale-chromatic';
import type { PresenceLetter, ReportModel } from '../report/model.ts';
import { isThereLetter } from '../report/peer-words.ts';
import type { MapCells } from './map-cells.ts';
import { MeanImage } from './mean-image.ts';
import { blend, parseColour, type Rgb, readColour, readGroupColour } from './theme.ts';

export type MapColouring = 'giver' | 'piece' | 'time';

/** Neighbouring rows of the picture that belong to one group, drawn as an image of its own. */
export interface MapBlock {
  readonly start: number;
  readonly end: number;
}

/** Colours that depend on the page's theme and on the colouring. */
export interface MapPalette {
  readonly page: Rgb;
  readonly empty: Rgb;
  readonly onArrival: Rgb;
  readonly unknown: Rgb;
  /** By group, by column, or by time, as the colouring says. */
  readonly shades: readonly Rgb[];
}

const TIME_SHADES = 256;

export function readPalette(model: ReportModel, colouring: MapColouring): MapPalette {
  const ramp = (count: number, colour: (share: number) => string): Rgb[] =>
    Array.from({ length: count }, (_, index) => parseColour(colour(index / Math.max(1, count - 1))));
  const shades = {
    giver: () => model.groups.map((_, group) => readGroupColour(group)),
    piece: () => ramp(model.map.columns, (share) => interpolateRainbow(share * 0.92)),
    time: () => ramp(TIME_SHADES, interpolateViridis),
  };
  return {
    page: readColour('--page'),
    empty: readColour('--empty'),
    onArrival: readColour('--ink'),
    unknown: readColour('--quiet'),
    shades: shades[colouring](),
  };
}

/** The block of a row that the picture does not show. */
const NOWHERE = 65535;

/** States of a peer's row. */
const BLANK = 0;
const HERE = 1;
const GONE = 2;
/** How much of its colour a peer keeps that is gone. */
const FADED = 0.28;

/** Places in the table of colours: what is not a shade stands before the shades. */
const PAGE = 0;
const EMPTY = 1;
const ON_ARRIVAL = 2;
const UNKNOWN = 3;
const SHADES = 4;

export class MapImage {
  readonly images: readonly MeanImage[];
  readonly #model: ReportModel;
  readonly #cells: MapCells;
  readonly #colouring: MapColouring;
  /** By row of the map: the image that it is in, if in any, and its place there. */
  readonly #blockOf: Uint16Array;
  readonly #placeOf: Int32Array;
  /** By row: its strip of presence, -1 where it has none. */
  readonly #stripOf: Int32Array;
  /** Red, green and blue by colour, then all of them once more, faded. */
  readonly #colours: Int32Array;
  readonly #fadedFrom: number;
  readonly #groupOfGiver: Int32Array;
  readonly #states: Uint8Array;
  #tick = -1;

  /**
   * @param order the row of the map that each row of the picture shows
   * @param heights of the blocks, in dots like `width`
   */
  constructor(
    model: ReportModel,
    cells: MapCells,
    blocks: readonly MapBlock[],
    order: Int32Array,
    size: { readonly width: number; readonly heights: readonly number[] },
    look: { readonly palette: MapPalette; readonly colouring: MapColouring },
  ) {
    const rows = model.map.peers.length;
    this.#model = model;
    this.#cells = cells;
    this.#colouring = look.colouring;
    this.#blockOf = new Uint16Array(rows).fill(NOWHERE);
    this.#placeOf = new Int32Array(rows);
    for (const [index, { start, end }] of blocks.entries()) {
      for (let place = start; place < end; place++) {
        this.#blockOf[order[place] as number] = index;
        this.#placeOf[order[place] as number] = place - start;
      }
    }
    this.images = blocks.map(
      ({ start, end }, index) =>
        new MeanImage(model.map.columns, end - start, size.width, size.heights[index] ?? 1),
    );
    const strips = new Map(model.presence.peers.map((peer, row) => [peer, row]));
    this.#stripOf = Int32Array.from(model.map.peers, (peer) => strips.get(peer) ?? -1);
    const { page, empty, onArrival, unknown, shades } = look.palette;
    const full = [page, empty, onArrival, unknown, ...shades];
    this.#colours = Int32Array.from([...full, ...full.map((colour) => blend(colour, page, FADED))].flat());
    this.#fadedFrom = full.length;
    this.#groupOfGiver = Int32Array.from([-1, ...model.peers.group]);
    this.#states = new Uint8Array(rows);
  }

  /** Brings the images to an instant; returns how many pieces the peers in them hold then. */
  show(timeUs: number): number {
    const { map } = this.#model;
    const cells = this.#cells;
    const tick = cells.tickOf(timeUs);
    const before = this.#states.slice();
    const turned: number[] = [];
    for (let row = 0; row < map.peers.length; row++) {
      const state = this.#stateOf(row, timeUs);
      if (state === before[row]) continue;
      this.#states[row] = state;
      turned.push(row);
    }
    const moved = Math.abs(cells.countUntil(tick) - cells.countUntil(this.#tick));
    const all = map.peers.length * map.columns;
    if (this.#tick < 0 || moved + turned.length * map.columns > all / 2) this.#drawAll(tick);
    else {
      for (const row of turned) this.#drawRow(row, before[row] as number, this.#tick, tick);
      this.#drawMoved(before, tick);
    }
    this.#tick = tick;
    for (const image of this.images) image.render();
    return cells.heldBy(tick, (row) => this.#states[row] !== BLANK && this.#blockOf[row] !== NOWHERE);
  }

  #drawAll(tick: number): void {
    const { columns } = this.#model.map;
    for (const image of this.images) image.clear();
    for (let row = 0; row < this.#states.length; row++) {
      const state = this.#states[row] as number;
      for (let column = 0; column < columns; column++) {
        this.#change(row, column, -1, this.#colourAt(state, row * columns + column, column, tick));
      }
    }
  }

  #drawRow(row: number, stateBefore: number, tickBefore: number, tick: number): void {
    const { columns } = this.#model.map;
    const state = this.#states[row] as number;
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      this.#change(
        row,
        column,
        this.#colourAt(stateBefore, cell, column, tickBefore),
        this.#colourAt(state, cell, column, tick),
      );
    }
  }

  /** Cells that came or went between the ticks; rows whose state turned have been drawn. */
  #drawMoved(statesBefore: Uint8Array, tick: number): void {
    const { columns } = this.#model.map;
    const { order } = this.#cells;
    const from = this.#cells.countUntil(Math.min(tick, this.#tick));
    const to = this.#cells.countUntil(Math.max(tick, this.#tick));
    for (let place = from; place < to; place++) {
      const cell = order[place] as number;
      const row = Math.floor(cell / columns);
      const state = this.#states[row] as number;
      if (state === BLANK || state !== statesBefore[row]) continue;
      const column = cell - row * columns;
      this.#change(
        row,
        column,
        this.#colourAt(state, cell, column, this.#tick),
        this.#colourAt(state, cell, column, tick),
      );
    }
  }

  /** From one place in the table of colours to another; -1 stands for black. */
  #change(row: number, column: number, from: number, to: number): void {
    if (from === to) return;
    const colours = this.#colours;
    let red = colours[to * 3] as number;
    let green = colours[to * 3 + 1] as number;
    let blue = colours[to * 3 + 2] as number;
    if (from >= 0) {
      red -= colours[from * 3] as number;
      green -= colours[from * 3 + 1] as number;
      blue -= colours[from * 3 + 2] as number;
    }
    this.images[this.#blockOf[row] as number]?.change(this.#placeOf[row] as number, column, red, green, blue);
  }

  #colourAt(state: number, cell: number, column: number, tick: number): number {
    if (state === BLANK) return PAGE;
    const came = this.#cells.verified[cell] as number;
    const colour = came <= tick ? this.#heldColour(cell, column, came) : EMPTY;
    return state === GONE ? this.#fadedFrom + colour : colour;
  }

  #heldColour(cell: number, column: number, came: number): number {
    if (this.#colouring === 'piece') return SHADES + column;
    if (came === 0) return ON_ARRIVAL;
    if (this.#colouring === 'time') return SHADES + ((came * (TIME_SHADES - 1)) >> 16);
    const group = this.#groupOfGiver[this.#cells.from[cell] as number] ?? -1;
    return group < 0 ? UNKNOWN : SHADES + group;
  }

  /** One without a strip is taken for there from its arrival on. */
  #stateOf(row: number, timeUs: number): number {
    const { map, peers, presence } = this.#model;
    const joinedUs = peers.joinedUs[map.peers[row] as number] ?? null;
    if (joinedUs === null || joinedUs > timeUs) return BLANK;
    const strip = this.#stripOf[row] as number;
    if (strip < 0) return HERE;
    const times = presence.timesUs[strip] as number[];
    const span = Math.min(times.length - 2, bisectRight(times, timeUs) - 1);
    const letter = presence.states[strip]?.charAt(span) ?? '';
    return letter !== '' && !isThereLetter(letter as PresenceLetter) ? GONE : HERE;
  }
}
