/**
 * Tests share four processes, for two cores, which have loaded and compiled the engine once: no module of ours keeps a state
 * that one file could leave to the next, and what a file lays over the engine or its process is lifted. Files that mostly
 * wait, for programs of others or for time to pass, and files that compute take turns, so that no core is ever idle.
 */
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { compiledSources } from './test/support/compiled-sources.ts';
import { inTurns } from './test/support/turns.ts';

class InTurns extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return inTurns(sorted, ({ moduleId }) => relative('test', moduleId));
  }
}

export default defineConfig({
  plugins: [compiledSources()],
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 4,
    maxConcurrency: 12,
    sequence: { sequencer: InTurns },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
