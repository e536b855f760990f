/**
 * Tests run in at most three forked processes, for two cores: what drives other programs waits more than it computes. It
 * begins first, so that nobody waits for it at the end, and gets more time. What compares real time with virtual time has
 * the machine for itself, after all others. Files about the engine and about its commands share processes, which
 * have loaded and compiled it once: no module of ours keeps a state that one file could leave to the next, and what a file
 * lays over the engine or its process is lifted.
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { compiledSources } from './test/support/compiled-sources.ts';

const SLOW = ['test/interop/**/*.test.ts', 'test/browser/**/*.test.ts'];
const REAL_TIME = ['test/interop/parity.test.ts'];
/** These start processes of their own, or plant bugs into modules. */
const PROGRAMS = ['api', 'cli', 'planted', 'vitest'].map((folder) => `test/${folder}/**/*.test.ts`);

/**
 * A process goes on with the next file only where that is of the same kind: kinds go one after the other. Programs of others
 * mostly wait for one another, the browser computes: after each file of the former come two of the latter, so that of three
 * processes one waits. The longest wait comes first.
 */
class WaitersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const of = (kind: string): TestSpecification[] => sorted.filter(({ project }) => project.name === kind);
    const outside = of('outside');
    const isIn = (part: string) => (file: TestSpecification) => file.moduleId.includes(`/test/${part}`);
    const waiting = outside.filter(isIn('interop/')).toSorted((a, b) => isPex(b) - isPex(a));
    const computing = outside.filter(isIn('browser/'));
    const mixed = waiting.flatMap((file) => [file, ...computing.splice(0, 2)]);
    return [...mixed, ...computing, ...of('programs'), ...of('engine'), ...of('real time')];
  }
}

/** rTorrent sends its first message after a minute and a half. */
function isPex({ moduleId }: TestSpecification): number {
  return Number(moduleId.endsWith('/test/interop/pex.test.ts'));
}

export default defineConfig({
  plugins: [compiledSources()],
  test: {
    pool: 'forks',
    maxWorkers: 3,
    maxConcurrency: 12,
    sequence: { sequencer: WaitersFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/**/*.test.ts'],
          exclude: [...SLOW, ...PROGRAMS],
          testTimeout: 120_000,
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'programs',
          include: PROGRAMS,
          testTimeout: 120_000,
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
        },
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
