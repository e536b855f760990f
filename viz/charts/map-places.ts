/** Places in the peer × piece map: which cell lies under a point, what it says, and where the arrow keys lead. */
import { NEVER_TICK, type ReportModel, tickTime } from '../report/model.ts';
import { peerName } from '../report/peer-words.ts';
import type { Selected } from '../report/selection.ts';
import { formatDuration } from './format.ts';
import type { MapCells } from './map-cells.ts';

export interface MapBlock {
  readonly group: number;
  /** Rows of the map, and so of the picture, which only orders them otherwise within the block. */
  readonly start: number;
  readonly end: number;
  /** Place in the plot, in whole CSS pixels. */
  top: number;
  height: number;
}

export interface MapLook {
  readonly model: ReportModel;
  readonly cells: MapCells;
  /** Those shown, from top to bottom. */
  readonly blocks: readonly MapBlock[];
  /** Which row of the map each row of the picture shows. */
  readonly order: Int32Array;
}

export interface MapPlace {
  /** Row of the picture. */
  readonly line: number;
  readonly column: number;
}

/** What lies under a point; undefined between the blocks. */
export function placeOf({ model, blocks }: MapLook, fractionX: number, y: number): MapPlace | undefined {
  const block = blocks.find(({ top, height }) => y >= top && y <= top + height);
  if (block === undefined) return undefined;
  const rows = block.end - block.start;
  const line =
    block.start + Math.min(rows - 1, Math.max(0, Math.floor(((y - block.top) / block.height) * rows)));
  const { columns } = model.map;
  return { line, column: Math.min(columns - 1, Math.max(0, Math.floor(fractionX * columns))) };
}

export function describeCell(
  { model, cells, order }: MapLook,
  { line, column }: MapPlace,
  timeUs: number,
): { heading: string; lines: string[] } {
  const { map, peers, endUs } = model;
  const row = order[line] ?? 0;
  const tick = cells.verified[row * map.columns + column] ?? NEVER_TICK;
  const giver = (cells.from[row * map.columns + column] ?? 0) - 1;
  const gotUs = tickTime(tick, endUs);
  const lines = [`piece ${column * map.pieceStride}`];
  if (tick === 0) lines.push('held on arrival');
  else if (tick === NEVER_TICK) lines.push('never held');
  else
    lines.push(
      gotUs <= timeUs ? `verified at ${formatDuration(gotUs)}` : `missing until ${formatDuration(gotUs)}`,
    );
  if (giver >= 0) lines.push(`last block from ${peers.id[giver] ?? 'unknown'}`);
  return { heading: peerName(model, map.peers[row] ?? 0), lines };
}

export function chosenAt({ model, order }: MapLook, { line, column }: MapPlace): Partial<Selected> {
  const peer = model.map.peers[order[line] ?? 0];
  return {
    ...(peer === undefined ? {} : { peers: { kind: 'peer', peer } }),
    piece: column * model.map.pieceStride,
  };
}

/** Where the row of the selected peer lies in the plot; undefined where none is selected or shown. */
export function selectedRow(look: MapLook, selected: Selected): { top: number; height: number } | undefined {
  const line = selectedLine(look, selected);
  const block = look.blocks.find(({ start, end }) => line >= start && line < end);
  if (line < 0 || block === undefined) return undefined;
  const height = block.height / (block.end - block.start);
  return { top: block.top + (line - block.start) * height, height };
}

/** Where a key leads from what is selected; undefined for keys that mean nothing here. */
export function move(look: MapLook, selected: Selected, key: string): MapPlace | undefined {
  const { blocks, model } = look;
  const lines = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10 }[key];
  const columns = { ArrowLeft: -1, ArrowRight: 1, Home: -model.map.columns, End: model.map.columns }[key];
  if (lines === undefined && columns === undefined) return undefined;
  const shown = blocks.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, index) => start + index),
  );
  const before = shown.indexOf(selectedLine(look, selected));
  const at = Math.min(shown.length - 1, Math.max(0, before < 0 ? 0 : before + (lines ?? 0)));
  const column =
    Math.floor((selected.piece ?? 0) / model.map.pieceStride) + (before < 0 ? 0 : (columns ?? 0));
  const line = shown[at];
  return line === undefined
    ? undefined
    : { line, column: Math.min(model.map.columns - 1, Math.max(0, column)) };
}

function selectedLine({ model, order }: MapLook, { peers }: Selected): number {
  if (peers?.kind !== 'peer') return -1;
  const row = model.map.peers.indexOf(peers.peer);
  return row < 0 ? -1 : order.indexOf(row);
}
