/**
 * Tests run in at most three forked processes, for two cores: what drives other programs waits more than it computes. It
 * begins first, so that nobody waits for it at the end, and gets more time. What compares real time with virtual time has
 * the machine for itself, after all others.
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { plantForVitest } from './test/planted/planting.ts';

const SLOW = ['test/interop/**/*.test.ts', 'test/browser/**/*.test.ts'];
const REAL_TIME = ['test/interop/parity.test.ts'];

class WaitersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/test/interop/');
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}

export default defineConfig({
  plugins: plantForVitest(),
  test: {
    pool: 'forks',
    maxWorkers: 3,
    maxConcurrency: 12,
    sequence: { sequencer: WaitersFirst },
    projects: [
      {
        extends: true,
        test: { name: 'engine', include: ['test/**/*.test.ts'], exclude: SLOW, testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: 'outside',
          include: SLOW,
          exclude: REAL_TIME,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real time',
          include: REAL_TIME,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
