/** Piece × time: how many copies each piece had, as colour. */
import { drawCopiesHeatMap } from '../../charts/copies-heat-map.ts';
import { formatDuration } from '../../charts/format.ts';
import { unpackUint16 } from '../base64.ts';
import { readGrid } from '../readings.ts';
import type { ChartSection } from '../section.ts';

export const HEAT: ChartSection = {
  id: 'heat',
  part: 'pieces',
  title: 'Every piece over time',
  units: 'copies (colour) of a piece (row) over virtual time',
  shows: ['piece.first_copy_time', 'piece.downloads', 'piece.failures'],
  reading: readGrid,
  definition({ grid }) {
    const folded =
      grid.piecesPerRow > 1
        ? ` A row stands for ${grid.piecesPerRow} neighbouring pieces and shows the rarest of them; so does a line of the screen that covers several rows.`
        : '';
    return `Each row is a piece, each column a slice of time of ${formatDuration(Math.round(grid.sliceUs))}; colour is the number of present peers that hold the piece at the end of the slice.${folded}`;
  },
  table({ grid, torrent }) {
    const copies = unpackUint16(grid.copies);
    return {
      columns: [
        { name: 'time_us', title: 'Time', unit: 'us' },
        { name: 'first_piece', title: 'From piece', unit: 'number' },
        { name: 'last_piece', title: 'To piece', unit: 'number' },
        { name: 'copies_min', title: 'Copies of the rarest of them', unit: 'number' },
      ],
      count: copies.length,
      row(index) {
        const slice = Math.floor(index / grid.rows);
        const row = index % grid.rows;
        const first = row * grid.piecesPerRow;
        return [
          Math.round((slice + 1) * grid.sliceUs),
          first,
          Math.min(torrent.pieceCount, first + grid.piecesPerRow) - 1,
          copies[row * grid.count + slice] ?? null,
        ];
      },
    };
  },
  redrawOn: ['range'],
  prepare(host, context) {
    const copies = unpackUint16(context.model.grid.copies);
    return () => drawCopiesHeatMap(host, context, copies);
  },
};
