/**
 * Ways to lose determinism, each as one change of one place, and the command that has to notice. The first and the last
 * depend on the process, the second only on what ran in it before: a fresh process hides that one.
 */
import type { Planting } from './planting.ts';

export interface Canary extends Planting {
  /** What the user runs; `SCENARIO` and `FOLDER` stand for paths. */
  readonly command: readonly string[];
  readonly exitCode: number;
}

export const VERIFY = ['run', 'SCENARIO', '--out', 'FOLDER', '--verify-determinism'];
/** Worlds whose number is a multiple of ten are run twice. */
export const REPEAT = ['explore', '--runs', '1', '--from', '10', '--shrink-runs', '0', '--out', 'FOLDER'];

export const canaries: readonly Canary[] = [
  {
    name: 'wall-clock',
    what: 'the picker of pieces looks at the clock on the wall',
    file: 'src/core/strategies/rarest-first.ts',
    of: 'const draw = random.uint32();',
    instead: 'const draw = (random.uint32() + performance.now() * 1e6) >>> 0;',
    command: VERIFY,
    exitCode: 3,
  },
  {
    name: 'shared-random-stream',
    what: 'all random streams of a process draw from one generator',
    file: 'src/sim/random.ts',
    of: 'if (!this.#seeded) this.#seed();',
    instead:
      'if ((globalThis.stream ??= this) !== this) return globalThis.stream.uint32(); if (!this.#seeded) this.#seed();',
    command: REPEAT,
    exitCode: 1,
  },
  {
    name: 'undefined-order',
    what: 'the choker sees its peers in an order that is another in each process, as of objects by their place in memory',
    file: 'src/core/torrent/choke-rounds.ts',
    of: 'for (const connection of this.#subject.connections) {',
    instead: `const places = (globalThis.places ??= new WeakMap());
    for (const each of this.#subject.connections) if (!places.has(each)) places.set(each, Math.random());
    const inMemory = [...this.#subject.connections].sort((a, b) => places.get(a) - places.get(b));
    for (const connection of inMemory) {`,
    command: VERIFY,
    exitCode: 3,
  },
];
