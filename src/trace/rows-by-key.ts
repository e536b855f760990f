/** Finds the rows of a table by the number that they hold in one column. Made by counting; four bytes a row. */

/** Those of key k are `rows[start[k]]` to `rows[start[k + 1] - 1]`, in the order of the table. */
export interface RowsByKey {
  readonly start: Int32Array;
  readonly rows: Int32Array;
}

/** Keys outside [0, keys) are in no list. */
export function rowsByKey(column: Int32Array, keys: number): RowsByKey {
  const start = new Int32Array(keys + 1);
  for (const key of column) if (key >= 0 && key < keys) start[key + 1] = (start[key + 1] as number) + 1;
  for (let key = 0; key < keys; key++) start[key + 1] = (start[key + 1] as number) + (start[key] as number);
  const rows = new Int32Array(start[keys] as number);
  const next = start.slice();
  for (const [row, key] of column.entries()) {
    if (key < 0 || key >= keys) continue;
    const at = next[key] as number;
    rows[at] = row;
    next[key] = at + 1;
  }
  return { start, rows };
}

/** A view; empty for a key that there is not. */
export function rowsOf({ start, rows }: RowsByKey, key: number): Int32Array {
  return rows.subarray(start[key] ?? 0, start[key + 1] ?? 0);
}
