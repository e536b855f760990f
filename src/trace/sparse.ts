/** Columns in which most numbers are nought: of a run of zeros, a zero and how many follow it. */
import type { VarintReader, VarintWriter } from './varint.ts';

/** Numbers, with each run of zeros as a zero and the length of the run. */
export function writeSparse(writer: VarintWriter, column: Float64Array | Uint32Array): void {
  let index = 0;
  while (index < column.length) {
    const value = column[index] as number;
    writer.unsigned(value);
    const start = index++;
    if (value !== 0) continue;
    while (index < column.length && column[index] === 0) index++;
    writer.unsigned(index - start);
  }
}

/** Of a column that is cut off, `reader.failed` tells. */
export function readSparse(reader: VarintReader, length: number): Float64Array {
  const column = new Float64Array(reader.failed ? 0 : length);
  let index = 0;
  while (index < column.length && !reader.failed) {
    const value = reader.unsigned();
    if (value !== 0) column[index++] = value;
    else index += Math.max(1, reader.unsigned());
  }
  return column;
}
