/** Tests run in at most two forked processes; those that drive other programs get more time than those that compute. */
import { defineConfig } from 'vitest/config';
import { plantForVitest } from './test/planted/planting.ts';

const SLOW = ['test/interop/**/*.test.ts', 'test/browser/**/*.test.ts'];

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
        test: { name: 'outside', include: SLOW, testTimeout: 120_000, hookTimeout: 120_000 },
      },
    ],
  },
});
