/**
 * A picture of coloured cells at the resolution of the screen. Where there are fewer dots than cells, each dot has the mean
 * colour of the cells that it covers, each by the share of it that it covers; otherwise a dot is a cell. Sums are whole
 * numbers, so a picture that was changed cell by cell is the same as one drawn anew. No DOM, so that this can be tested.
 */

/** How cells lie on dots along one axis. A cell touches one dot or two neighbouring ones. */
interface Axis {
  readonly dots: number;
  /** By cell: the first dot, and how much of `WHOLE` of the cell lies on it; the rest lies on the next. */
  readonly first: Int32Array;
  readonly share: Int32Array;
  /** By dot: the shares of all its cells. */
  readonly total: Int32Array;
}

/** Parts in which a cell can be divided along an axis; sums of 2,000 cells a dot stay within 31 bits. */
const WHOLE = 64;

export class MeanImage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and 255 of each dot, row by row; up to date after `render`. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly #across: Axis;
  readonly #down: Axis;
  readonly #sums: Int32Array;

  /** @param width, height the dots of the screen; the picture has no more of them than cells, and at least one */
  constructor(columns: number, rows: number, width: number, height: number) {
    this.#across = layCells(columns, width);
    this.#down = layCells(rows, height);
    this.width = this.#across.dots;
    this.height = this.#down.dots;
    this.#sums = new Int32Array(this.width * this.height * 3);
    this.pixels = new Uint8ClampedArray(this.width * this.height * 4).fill(255);
  }

  /** The most cells, across and down, of which a dot shows the mean. */
  get mixed(): readonly [columns: number, rows: number] {
    return [mostInDot(this.#across), mostInDot(this.#down)];
  }

  /** Makes all cells black. */
  clear(): void {
    this.#sums.fill(0);
  }

  /** Changes the colour of one cell by so much. */
  change(row: number, column: number, red: number, green: number, blue: number): void {
    const { first, share } = this.#across;
    const x = first[column] as number;
    const left = share[column] as number;
    const y = this.#down.first[row] as number;
    const upper = this.#down.share[row] as number;
    const dot = y * this.width + x;
    this.#add(dot, left * upper, red, green, blue);
    if (left < WHOLE) this.#add(dot + 1, (WHOLE - left) * upper, red, green, blue);
    if (upper === WHOLE) return;
    const lower = WHOLE - upper;
    this.#add(dot + this.width, left * lower, red, green, blue);
    if (left < WHOLE) this.#add(dot + this.width + 1, (WHOLE - left) * lower, red, green, blue);
  }

  render(): void {
    const { width, height, pixels } = this;
    const sums = this.#sums;
    const across = this.#across.total;
    let source = 0;
    let target = 0;
    for (let y = 0; y < height; y++) {
      const down = this.#down.total[y] as number;
      for (let x = 0; x < width; x++) {
        const scale = 1 / ((across[x] as number) * down);
        pixels[target] = (sums[source] as number) * scale;
        pixels[target + 1] = (sums[source + 1] as number) * scale;
        pixels[target + 2] = (sums[source + 2] as number) * scale;
        source += 3;
        target += 4;
      }
    }
  }

  #add(dot: number, weight: number, red: number, green: number, blue: number): void {
    const sums = this.#sums;
    const place = dot * 3;
    sums[place] = (sums[place] as number) + weight * red;
    sums[place + 1] = (sums[place + 1] as number) + weight * green;
    sums[place + 2] = (sums[place + 2] as number) + weight * blue;
  }
}

function layCells(cells: number, most: number): Axis {
  const dots = Math.max(1, Math.min(cells, most));
  const first = new Int32Array(cells);
  const share = new Int32Array(cells);
  const total = new Int32Array(dots);
  for (let cell = 0; cell < cells; cell++) {
    const from = (cell * dots) / cells;
    const to = ((cell + 1) * dots) / cells;
    const dot = Math.floor(from);
    const onFirst = to <= dot + 1 ? WHOLE : Math.round((WHOLE * (dot + 1 - from)) / (to - from));
    // The last dot has no neighbour that could take a rest.
    const part = dot === dots - 1 ? WHOLE : onFirst;
    first[cell] = part === 0 ? dot + 1 : dot;
    share[cell] = part === 0 ? WHOLE : part;
    total[dot] = (total[dot] as number) + part;
    if (part < WHOLE) total[dot + 1] = (total[dot + 1] as number) + WHOLE - part;
  }
  return { dots, first, share, total };
}

function mostInDot({ dots, first, share }: Axis): number {
  const cells = new Int32Array(dots + 1);
  for (const [cell, dot] of first.entries()) {
    cells[dot] = (cells[dot] as number) + 1;
    if ((share[cell] as number) < WHOLE) cells[dot + 1] = (cells[dot + 1] as number) + 1;
  }
  return cells.reduce((most, count) => Math.max(most, count), 0);
}
