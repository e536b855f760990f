/**
 * Bugs that somebody could make, each as one change of one place, and the test that turns red with it. `npm run planted`
 * plants them one by one and shows that each is caught.
 */

export interface PlantedBug {
  readonly name: string;
  /** What is wrong, in words. */
  readonly what: string;
  readonly file: string;
  /** The text that stands in the file, exactly once. */
  readonly of: string;
  readonly instead: string;
  /** The test file, and where only one of its tests is meant, a part of that test's name. */
  readonly caughtBy: { readonly test: string; readonly named?: string };
}

export const bugs: readonly PlantedBug[] = [
  {
    name: 'sharing-unfair',
    what: 'the first flow on a link gets a fifth more than its share',
    file: 'src/sim/max-min.ts',
    of: 'TO BE FOUND',
    instead: '',
    caughtBy: { test: 'test/sim/sharing.test.ts' },
  },
];
