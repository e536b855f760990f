/** What every contract suite needs of the world in which a port lives. */

export interface World {
  /**
   * Lets the world run until `condition` holds. Rejects when it cannot come true any more: a simulation has run out of
   * events, the real machine has passed a generous deadline.
   */
  until(condition: () => boolean): Promise<void>;
  /** Frees what the world holds. Called after each test, also a failed one. */
  dispose?(): Promise<void> | void;
}

/** For the real machine: looks again every millisecond, gives up after ten seconds. */
export async function pollUntil(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Bytes that look random and are the same in every run. */
export function patternBytes(length: number, salt: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (salt * 2654435761 + 12345) >>> 0;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** "" when equal; else where they part. (The matcher's own comparison takes seconds for megabytes.) */
export function difference(actual: Uint8Array | undefined, expected: Uint8Array | undefined): string {
  if (actual === undefined || expected === undefined) return actual === expected ? '' : 'one is undefined';
  const shared = Math.min(actual.length, expected.length);
  for (let index = 0; index < shared; index++) {
    if (actual[index] !== expected[index]) return `byte ${index}: ${actual[index]}, not ${expected[index]}`;
  }
  return actual.length === expected.length ? '' : `${actual.length} bytes, not ${expected.length}`;
}
