/**
 * How much room tables of rows make when they are full: a sixteenth more. Doubling would leave a quarter of such a
 * table empty on average; this leaves one row in thirty, and copies each sixteen times in all, which is nothing beside
 * its use.
 */

/** The least number of rows that a table grows by. */
const LEAST_ROWS = 64;

/** For how many rows a table with room for `rows` makes room when these are taken: an even number more. */
export function moreRows(rows: number): number {
  return rows + Math.max(LEAST_ROWS, (rows >> 5) * 2);
}
