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
/** Up to one in so many dots are brought up to date one by one. */
const FEW = 4;

export class MeanImage {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and 255 of each dot, row by row; up to date after `render`. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly #across: Axis;
  readonly #down: Axis;
  readonly #sums: Int32Array;
  /** 1 for each dot that changed since the last `render`, and which they are as long as they are few. */
  readonly #isStale: Uint8Array;
  readonly #stale: Int32Array;
  #staleCount = 0;

  /** @param width, height the dots of the screen; the picture has no more of them than cells, and at least one */
  constructor(columns: number, rows: number, width: number, height: number) {
    this.#across = layCells(columns, width);
    this.#down = layCells(rows, height);
    this.width = this.#across.dots;
    this.height = this.#down.dots;
    this.#sums = new Int32Array(this.width * this.height * 3);
    this.#isStale = new Uint8Array(this.width * this.height);
    this.#stale = new Int32Array(Math.ceil((this.width * this.height) / FEW));
    // All cells are black, and no dot says so yet.
    this.#staleCount = this.#stale.length + 1;
    this.pixels = new Uint8ClampedArray(this.width * this.height * 4).fill(255);
  }

  /** The most cells, across and down, of which a dot shows the mean. */
  get mixed(): readonly [columns: number, rows: number] {
    return [mostInDot(this.#across), mostInDot(this.#down)];
  }

  /** Makes all cells black. */
  clear(): void {
    this.#sums.fill(0);
    this.#staleCount = this.#stale.length + 1;
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
    const { width } = this;
    if (this.#staleCount <= this.#stale.length) {
      for (let place = 0; place < this.#staleCount; place++) {
        const dot = this.#stale[place] as number;
        this.#isStale[dot] = 0;
        this.#renderDot(dot, dot % width, Math.floor(dot / width));
      }
    } else {
      for (let y = 0, dot = 0; y < this.height; y++) {
        for (let x = 0; x < width; x++, dot++) this.#renderDot(dot, x, y);
      }
      this.#isStale.fill(0);
    }
    this.#staleCount = 0;
  }

  #renderDot(dot: number, x: number, y: number): void {
    const { pixels } = this;
    const sums = this.#sums;
    const weight = (this.#across.total[x] as number) * (this.#down.total[y] as number);
    pixels[dot * 4] = (sums[dot * 3] as number) / weight;
    pixels[dot * 4 + 1] = (sums[dot * 3 + 1] as number) / weight;
    pixels[dot * 4 + 2] = (sums[dot * 3 + 2] as number) / weight;
  }

  #add(dot: number, weight: number, red: number, green: number, blue: number): void {
    if (this.#isStale[dot] === 0) {
      this.#isStale[dot] = 1;
      if (this.#staleCount < this.#stale.length) this.#stale[this.#staleCount] = dot;
      this.#staleCount++;
    }
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
