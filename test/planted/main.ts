/**
 * `npm run planted`: plants each bug of the network's model in turn and runs the test that is to catch it. A bug is
 * caught when its test passes without it and fails with it by an assertion of its own; a test that cannot be read or
 * started, or that breaks down in another way, shows nothing. Ends with 1 when a bug is not caught or has no place.
 *
 * It is bundled into a folder two below the project's: planting.ts finds the project from there.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type NetworkBug, networkBugs } from './network-bugs.ts';
import { plantedText, ROOT } from './planting.ts';

const AT_A_TIME = 2;
const DEADLINE_MS = 60_000;
const FOLDER = join(ROOT, 'build/planted/results');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** What of vitest's report in JSON is looked at. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Outcome {
  readonly caught: boolean;
  readonly how: string;
}

/** Runs the tests of `files` whose names have one of `names` in them; undefined when no report came of it. */
async function runTests(
  label: string,
  files: readonly string[],
  names: readonly string[],
  planted: string,
): Promise<Report | undefined> {
  const report = join(FOLDER, `${label}.json`);
  const pattern = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const child = spawn(
    process.execPath,
    [VITEST, 'run', ...files, '-t', pattern, '--reporter=json', `--outputFile=${report}`],
    {
      cwd: ROOT,
      env: { ...process.env, SWARMLAB_PLANTED: planted },
      stdio: 'ignore',
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    },
  );
  await once(child, 'close');
  return existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as Report) : undefined;
}

/** The tests of the report that are to catch the bug. */
function testsFor({ caughtBy: { test, named } }: NetworkBug, report: Report) {
  return report.testResults
    .filter(({ name }) => resolve(name) === join(ROOT, test))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName, status }) => fullName.includes(named) && ['passed', 'failed'].includes(status));
}

async function plant(bug: NetworkBug, sound: Report): Promise<Outcome> {
  const missed = (how: string): Outcome => ({ caught: false, how });
  try {
    plantedText(bug);
  } catch (error) {
    return missed((error as Error).message);
  }
  const before = testsFor(bug, sound);
  if (before.length === 0) return missed('there is no such test');
  if (before.some(({ status }) => status !== 'passed')) return missed('the test fails without the bug');

  const report = await runTests(bug.name, [bug.caughtBy.test], [bug.caughtBy.named], bug.name);
  if (report === undefined) return missed(`no result after ${DEADLINE_MS / 1000} s`);
  const after = testsFor(bug, report);
  if (after.length !== before.length) return missed('the test cannot be run with the bug');
  const messages = after.flatMap(({ failureMessages }) => failureMessages.slice(0, 1));
  const [first] = messages;
  if (first === undefined) return missed('SURVIVES: the test passes with the bug');
  const other = messages.find((message) => !message.startsWith('AssertionError: '));
  if (other !== undefined) return missed(`fails, but by no assertion: ${firstLine(other)}`);
  const count = after.length === 1 ? '' : ` (${messages.length} of ${after.length} tests)`;
  return { caught: true, how: `${firstLine(first).replace(/^AssertionError: /, '')}${count}` };
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(' // Object.is equality', '').slice(0, 110) ?? '';
}

async function main(): Promise<number> {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const files = [...new Set(networkBugs.map(({ caughtBy }) => caughtBy.test))];
  const names = networkBugs.map(({ caughtBy }) => caughtBy.named);
  const sound = await runTests('sound', files, names, '');
  if (sound === undefined) {
    console.error('planted: the tests cannot be run');
    return 1;
  }
  const outcomes = new Map<NetworkBug, Outcome>();
  const waiting = [...networkBugs];
  const work = async (): Promise<void> => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift())
      outcomes.set(bug, await plant(bug, sound));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  console.log('| bug | caught by | how |\n| --- | --------- | --- |');
  for (const bug of networkBugs) {
    const { caught = false, how = '' } = outcomes.get(bug) ?? {};
    const { test, named } = bug.caughtBy;
    console.log(`| ${bug.name} | ${caught ? `${test}: ${named}` : 'NOTHING'} | ${how} |`);
  }
  const caught = [...outcomes.values()].filter((outcome) => outcome.caught).length;
  console.log(`${caught} of ${networkBugs.length} planted bugs are caught`);
  return caught === networkBugs.length ? 0 : 1;
}

process.exitCode = await main();
