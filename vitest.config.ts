/**
 * Tests run in at most two forked processes; those that drive other programs get more time than those that compute. What
 * compares real time with virtual time has the machine for itself, after all others.
 */
import { defineConfig } from 'vitest/config';
import { plantForVitest } from './test/planted/planting.ts';

const SLOW = ['test/interop/**/*.test.ts', 'test/browser/**/*.test.ts'];
const REAL_TIME = ['test/interop/parity.test.ts'];

export default defineConfig({
  plugins: plantForVitest(),
  test: {
    pool: 'forks',
    maxWorkers: 2,
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
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
