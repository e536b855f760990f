/** Which bytes of a piece have been written: disjoint ranges in order, adjacent ones joined. */

export class WrittenRanges {
  /** Starts and ends in turn: [start, end, start, end, …). */
  readonly #edges: number[] = [];

  add(start: number, end: number): void {
    const edges = this.#edges;
    let first = 0;
    while (first < edges.length && (edges[first + 1] as number) < start) first += 2;
    let last = first;
    let joinedStart = start;
    let joinedEnd = end;
    while (last < edges.length && (edges[last] as number) <= end) {
      joinedStart = Math.min(joinedStart, edges[last] as number);
      joinedEnd = Math.max(joinedEnd, edges[last + 1] as number);
      last += 2;
    }
    edges.splice(first, last - first, joinedStart, joinedEnd);
  }

  /** Whether every byte of [start, end) has been written. */
  covers(start: number, end: number): boolean {
    for (let index = 0; index < this.#edges.length; index += 2) {
      if ((this.#edges[index + 1] as number) >= end) return (this.#edges[index] as number) <= start;
    }
    return false;
  }

  /** How many bytes of [start, end) have not been written. */
  missing(start: number, end: number): number {
    let missing = end - start;
    for (let index = 0; index < this.#edges.length; index += 2) {
      const from = Math.max(start, this.#edges[index] as number);
      const to = Math.min(end, this.#edges[index + 1] as number);
      if (to > from) missing -= to - from;
    }
    return missing;
  }

  clone(): WrittenRanges {
    const copy = new WrittenRanges();
    copy.#edges.push(...this.#edges);
    return copy;
  }
}
