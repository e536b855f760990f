/**
 * `npm run bench`: measures workloads in fresh processes and prints their figures beside the raw limits of the machine,
 * the targets, and, on demand, the same figures of another revision that is run in turn in the same sitting.
 */
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchCommand, HELP, parseCommand } from './arguments.ts';
import { type Build, knowsTask, measureInFreshProcess } from './fresh-process.ts';
import { describeMachine } from './machine.ts';
import { RevisionBuild, RevisionError } from './revision.ts';
import { type Party, sit, tasksOf } from './sitting.ts';
import { judgeDigests, listLines, summarize, workloadLines } from './summary.ts';
import { findTask, PLAIN_SWARM } from './tasks.ts';
import { RAW_LIMITS, WORKLOADS } from './workloads.ts';

/** As in the command line of swarmlab. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 };

const THIS_BUILD: Build = { label: 'this', script: fileURLToPath(import.meta.url) };

type RunCommand = Extract<BenchCommand, { kind: 'run' }>;

async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv, WORKLOADS);
  if (typeof command === 'string') return refuse(command);
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.done;
    case 'list':
      process.stdout.write(`${listLines(WORKLOADS).join('\n')}\n`);
      return EXIT.done;
    case 'knows':
      return findTask(command.task) === undefined ? EXIT.usage : EXIT.done;
    case 'one':
      return await measureOne(command.task);
    case 'run':
      return await run(command);
  }
}

/** Measures in this process. */
async function measureOne(name: string): Promise<number> {
  const task = findTask(name);
  if (task === undefined) return refuse(`there is no task "${name}"`);
  const measured = await task.measure();
  process.stdout.write(`${JSON.stringify(measured)}\n`);
  return EXIT.done;
}

async function run(command: RunCommand): Promise<number> {
  if (command.json !== undefined && !canWrite(command.json)) return refuse(`cannot write ${command.json}`);
  const interruption = new AbortController();
  const { signal } = interruption;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
  let other: RevisionBuild | undefined;
  try {
    if (command.against !== undefined) {
      process.stderr.write(`building ${command.against} …\n`);
      other = RevisionBuild.create(command.against);
    }
    return await compare(command, other === undefined ? [THIS_BUILD] : [THIS_BUILD, other], signal);
  } catch (error) {
    if (error instanceof RevisionError) return refuse(error.message);
    if (signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    other?.remove();
  }
}

async function compare(command: RunCommand, builds: readonly Build[], signal: AbortSignal): Promise<number> {
  const { runs, json } = command;
  // Figures of a machine say little without the machine's own.
  const workloads = [...new Set([RAW_LIMITS, ...command.workloads])];
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const tasks = tasksOf(workloads);
  const parties: Party[] = [];
  for (const build of builds) parties.push(await partyOf(build, tasks, signal));
  const { processor, cores, memoryGiB, node, revision } = machine;
  print(`${processor} × ${cores}, ${memoryGiB} GiB · node ${node} · revision ${revision}`);
  print(runs === 1 ? 'one run of each' : `${runs} runs of each: medians and spreads`);
  const done = await sit(
    tasks,
    parties,
    runs,
    () => signal.aborted,
    (task, party, count) =>
      process.stderr.write(`  ${task}${parties.length > 1 ? `, ${party}` : ''}, run ${count} of ${runs}\n`),
  );
  const labels = parties.map(({ label }) => label);
  const results = workloads.map((workload) => ({
    workload,
    figures: summarize(workload, done, labels, runs),
  }));
  for (const { workload, figures } of results) {
    if (signal.aborted && figures.every(({ spread }) => spread === undefined)) continue;
    print('');
    for (const line of workloadLines(workload, figures, labels[1])) print(line);
  }
  const { notes, faults } = judgeDigests(done, labels);
  if (notes.length > 0) print('');
  for (const note of notes) print(note);
  const failures = [...done.map(({ failure }) => failure).filter((each) => each !== undefined), ...faults];
  for (const failure of failures) process.stderr.write(`failed: ${failure}\n`);
  if (json !== undefined) {
    const figures = results.flatMap((each) => each.figures);
    const content = { startedAt, machine, builds: labels, runs, figures, tasks: done };
    writeFileSync(json, `${JSON.stringify(content, null, 2)}\n`);
  }
  if (signal.aborted) {
    process.stderr.write('interrupted: the figures are of what was measured until then\n');
    return EXIT.interrupted;
  }
  return failures.length > 0 ? EXIT.failed : EXIT.done;
}

/** Says aloud which tasks another revision lacks. */
async function partyOf(build: Build, tasks: readonly string[], signal: AbortSignal): Promise<Party> {
  const known: string[] = [];
  for (const task of tasks) {
    if (build === THIS_BUILD || PLAIN_SWARM.test(task) || (await knowsTask(build, task, signal)))
      known.push(task);
    else process.stderr.write(`${build.label} has no ${task}: nothing to compare there\n`);
  }
  return {
    label: build.label,
    knows: new Set(known),
    measure: (task) => measureInFreshProcess(build, task, signal),
  };
}

/** To be known before anything is measured, and not after. */
function canWrite(path: string): boolean {
  try {
    accessSync(existsSync(path) ? path : dirname(resolve(path)), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return EXIT.usage;
}

process.exitCode = await main(process.argv.slice(2));
