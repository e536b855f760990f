/** What a published result is for the suite: its scenarios, how much of them the small form runs, and its picture. */
import type { PictureSpec } from './picture.ts';

export interface ResultSpec {
  /** Of the suite, from 1. */
  readonly number: number;
  readonly title: string;
  /** Who published it, for the table. */
  readonly source: string;
  readonly scenarios: readonly ScenarioSpec[];
  readonly picture: PictureSpec;
}

export interface ScenarioSpec {
  readonly name: string;
  /** What the small form runs of it: seeds of each cell, and the cells that have these values, all where absent. */
  readonly small: {
    readonly repetitions: number;
    readonly where?: Readonly<Record<string, readonly string[]>>;
  };
  /** Values of a cell: the tests run the beginning of its first run once more. */
  readonly again: readonly string[];
}
