/**
 * Every scenario of the library holds what it claims, and goes as it did in the process that wrote the snapshot, to the
 * last block: here, and a part of them with a newer version of node where there is one. Its picture in the documentation is
 * that of this run, byte for byte, the lesson shows what this run says, and those that have a sweep hold in all its cells.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { PICTURE_FOLDER, pictureOf } from '../../scripts/pictures/library.ts';
import { decodeTrace } from '../../src/trace/file-format.ts';
import { NEWER_NODE } from '../support/newer-node.ts';
import { SWARMLAB } from '../support/swarmlab-cli.ts';
import { swarmlab, swarmlabProgram } from './support.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIBRARY = join(ROOT, 'src/scenarios/library');
const scenarios = readdirSync(LIBRARY)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));
const swept = scenarios.filter((name) =>
  /^sweep:/m.test(readFileSync(join(LIBRARY, `${name}.yaml`), 'utf8')),
);
const DEADLINE_MS = 240_000;

const LESSON = readFileSync(join(ROOT, 'docs/TEACHING.md'), 'utf8');
/** The parts of the lesson that run scenarios: which, and the lines that they are to say. */
const parts = LESSON.split(/^## (?=\d\. )/m)
  .slice(1)
  .map((text) => ({
    title: text.split('\n', 1)[0] ?? '',
    runs: blocks(text, 'sh').flatMap((command) => /^npx swarmlab run (\S+)$/.exec(command)?.[1] ?? []),
    shown: blocks(text, 'text').map((line) => line.trim()),
  }))
  .filter(({ runs }) => runs.length > 0);
const inLesson = parts.flatMap(({ runs }) => runs);
const others = scenarios.filter((name) => !inLesson.includes(name));
/** All of these in one process: a fresh one needs a second until it has compiled the engine. */
const elsewhere = others.filter((_, index) => index % 2 === 0);

function blocks(text: string, kind: string): string[] {
  const pattern = new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g');
  return [...text.matchAll(pattern)].flatMap(([, block = '']) => block.trim().split('\n'));
}

interface RunOfLibrary {
  readonly scenario: string;
  readonly digest: string;
  readonly outcome: string;
}

interface Carried {
  readonly run: RunOfLibrary;
  /** Every line for people, without the spaces around it. */
  readonly said: readonly string[];
}

describe.skipIf(!SWARMLAB)('a scenario of the library', () => {
  let out = '';
  let runsElsewhere: Promise<readonly RunOfLibrary[]>;
  const runsHere = new Map<string, Promise<Carried>>();

  beforeAll(() => {
    out = mkdtempSync(join(tmpdir(), 'swarmlab-library-'));
    const options = { deadlineMs: DEADLINE_MS, node: NEWER_NODE ?? process.execPath };
    runsElsewhere = swarmlabProgram(['run', ...elsewhere, '--out', out, '--json'], options).then((ended) => {
      expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
      return JSON.parse(ended.stdout) as RunOfLibrary[];
    });
    // Whoever asks for one of them is told.
    runsElsewhere.catch(() => undefined);
    return () => rmSync(out, { recursive: true, force: true });
  });

  /** Whichever test asks first has it run. */
  function runHere(name: string): Promise<Carried> {
    const known = runsHere.get(name);
    if (known !== undefined) return known;
    const carried = swarmlab(['run', name, '--out', out, '--json'], { deadlineMs: DEADLINE_MS }).then(
      (ended) => {
        expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
        const [run] = JSON.parse(ended.stdout) as [RunOfLibrary];
        return { run, said: ended.stderr.split('\n').map((line) => line.trim()) };
      },
    );
    runsHere.set(name, carried);
    return carried;
  }

  test.each(
    scenarios
      .toSorted((a, b) => Number(elsewhere.includes(a)) - Number(elsewhere.includes(b)))
      .map((name) => ({ name })),
  )(
    '$name holds what it claims, as ever',
    async ({ name }) => {
      const run = elsewhere.includes(name)
        ? (await runsElsewhere).find(({ scenario }) => scenario === name)
        : (await runHere(name)).run;
      expect(run).toMatchObject({ scenario: name, outcome: 'held' });
      expect(run?.digest).toMatchSnapshot();
      const trace = decodeTrace(readFileSync(join(out, `${name}-1`, 'trace.swarmtrace')));
      if (!trace.ok) throw new Error(trace.error.message);
      const picture = readFileSync(join(ROOT, PICTURE_FOLDER, `${name}.svg`), 'utf8');
      expect(picture === pictureOf(name, ROOT, trace.value), 'npm run pictures makes another picture').toBe(
        true,
      );
    },
    DEADLINE_MS,
  );

  test.each(parts)(
    'says what the lesson shows: $title',
    async ({ runs, shown }) => {
      expect(shown.length).toBeGreaterThan(0);
      const said = (await Promise.all(runs.map(runHere))).flatMap((each) => each.said);
      for (const line of shown) expect(said).toContain(line);
    },
    DEADLINE_MS,
  );

  test.each(swept)(
    '%s holds what it claims in every cell of its sweep',
    async (name) => {
      const ended = await swarmlab(['sweep', name, '--out', out], { deadlineMs: DEADLINE_MS });
      expect(ended, `${ended.stdout}${ended.stderr}`).toMatchObject({ code: 0 });
    },
    DEADLINE_MS,
  );
});
