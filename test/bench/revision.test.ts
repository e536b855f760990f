/** Another revision is checked out and built beside the project, which stays as it is, and is gone afterwards. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { describeRevision, RevisionBuild, RevisionError } from '../../bench/revision.ts';

/** Stands for the project's build: what it bundles is the text of one file. */
const BUILD = `import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
mkdirSync('dist');
if (readFileSync('word', 'utf8') === 'broken') throw new Error('no such word');
if (readFileSync('word', 'utf8') !== 'nothing') writeFileSync('dist/bench.js', readFileSync('word'));
`;

describe('RevisionBuild', () => {
  let project = '';
  /** Temporary folders are made here, apart from those of other tests. */
  let temporary = '';
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: project,
      encoding: 'utf8',
    });
  const commit = (word: string): void => {
    writeFileSync(join(project, 'word'), word);
    git('add', '--all');
    git('commit', '--quiet', '--message', word);
    git('tag', word);
  };

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'swarmlab-project-'));
    temporary = mkdtempSync(join(tmpdir(), 'swarmlab-temporary-'));
    vi.stubEnv('TMPDIR', temporary);
    // A hook of the project's own repository would have set these.
    for (const name of ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_WORK_TREE']) vi.stubEnv(name, undefined);
    git('init', '--quiet');
    mkdirSync(join(project, 'scripts'));
    writeFileSync(join(project, 'scripts', 'build.mjs'), BUILD);
    for (const word of ['first', 'broken', 'nothing', 'second']) commit(word);
    mkdirSync(join(project, 'node_modules'));
    writeFileSync(join(project, 'node_modules', 'package'), 'installed');
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    for (const folder of [project, temporary]) rmSync(folder, { recursive: true, force: true });
  });

  test('builds the revision with the installed packages, and leaves the project alone', () => {
    writeFileSync(join(project, 'word'), 'being written');
    const status = git('status', '--porcelain');
    const build = RevisionBuild.create('first', project);
    try {
      expect(build.label).toBe(git('rev-parse', '--short', 'first').trim());
      expect(readFileSync(build.script, 'utf8')).toBe('first');
      const tree = dirname(dirname(build.script));
      expect(readFileSync(join(tree, 'node_modules', 'package'), 'utf8')).toBe('installed');
      expect(git('status', '--porcelain')).toBe(status);
    } finally {
      build.remove();
    }
    expect(existsSync(build.script)).toBe(false);
    expect(existsSync(join(project, 'node_modules', 'package'))).toBe(true);
    expect(describeRevision(project)).toBe(`${git('rev-parse', '--short', 'HEAD').trim()}+`);
  });

  test.each([
    ['nowhere', /no revision "nowhere"/],
    ['--all', /no revision "--all"/],
    ['broken', /cannot be built:(?:.|\n)*no such word/],
    ['nothing', /has no benchmarks/],
  ])('says what is wrong with %s and leaves nothing behind', (revision, message) => {
    expect(() => RevisionBuild.create(revision, project)).toThrow(RevisionError);
    expect(() => RevisionBuild.create(revision, project)).toThrow(message);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
