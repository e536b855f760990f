/** docs/REPRODUCTION.md: the table of all results, then each with its scenarios' own words, its picture and its numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { whereOf } from '../../src/scenarios/sweep/contrasts.ts';
import { formatDemand } from '../../src/scenarios/sweep/judge-sweep.ts';
import { REPRODUCTION, type Studied } from './kept-results.ts';
import type { ResultSpec } from './result-spec.ts';
import { formatVerdict, type OutcomeRow, outcomeRows } from './table.ts';

/** A result, and what was run of it. */
export interface Outcome {
  readonly spec: ResultSpec;
  readonly studied: readonly Studied[];
}

const HEAD = `# Published results, reproduced

What papers report of such swarms, and what comes out here, whichever way. Each result is a scenario of the library
([src/scenarios/library/reproduction](../src/scenarios/library/reproduction)) with its set-up, its source and its tolerances in the
file; \`swarmlab sweep <name>\` runs one. This page, its pictures and the results in [docs/reproduction](reproduction) are made by
\`npm run reproduce -- --full\`; \`npm run reproduce\` runs a small form with fewer seeds and sizes, in CI too.

An interval is that of the mean at 95 % (Student's t) over the seeds. Where a row is about several cells of the sweep it shows the
least and the greatest of their means; single cells are below. "OctoSim" is the simulator of Bharambe, Herley and Padmanabhan 2006.
The models in rounds of results 2 and 7 are in the project: \`npm run models\` prints what they say, as published and with what clients do otherwise.
`;

export function documentOf(outcomes: readonly Outcome[], root: string): string {
  const rows = outcomes.flatMap(({ spec, studied }) => outcomeRows(spec, studied));
  const held = rows.filter((row) => row.held).length;
  return [
    HEAD,
    `${held} of ${rows.length} expectations hold.\n`,
    table(
      ['', 'expected of', 'source', 'expected', 'ours', ''],
      rows.map((row) => [
        `[${row.result}](#result-${row.result})`,
        row.name,
        row.source,
        row.expected,
        row.ours,
        mark(row),
      ]),
    ),
    ...outcomes.map((outcome) => section(outcome, root)),
  ].join('\n');
}

export function mark({ held }: OutcomeRow): string {
  return held ? 'holds' : '**does not hold**';
}

function section({ spec, studied }: Outcome, root: string): string {
  return [
    `\n## Result ${spec.number}\n`,
    `**${spec.title}** (${spec.source}; ${runsOf(studied)})\n`,
    `![${spec.picture.title}](images/reproduction/${spec.number}.svg)\n`,
    ...studied.map((each) => scenarioSection(each, root)),
  ].join('\n');
}

/** "30 runs", or how many of those that are asked for are there. */
function runsOf(studied: readonly Studied[]): string {
  const made = studied.reduce((sum, { rows }) => sum + rows.length, 0);
  const asked = studied.reduce((sum, { sweep }) => sum + sweep.cells.length * sweep.repetitions, 0);
  return made === asked ? `${made} runs` : `${made} of the ${asked} runs that the scenarios ask for`;
}

function scenarioSection({ name, sweep, verdicts }: Studied, root: string): string {
  const rows = verdicts.map((verdict) => {
    const { expectation, cell, status } = verdict;
    return [
      expectation.name,
      whereOf(sweep, sweep.cells[cell]?.labels ?? []),
      formatDemand(expectation),
      formatVerdict(verdict),
      status === 'held' ? 'holds' : '**does not hold**',
    ];
  });
  return [
    `### \`${name}\`\n`,
    ...wordsOf(name, root).map((paragraph) => `${wrapped(paragraph)}\n`),
    table(['expected of', 'cell', 'expected', 'ours', ''], rows),
  ].join('\n');
}

/** The paragraphs with which the file of a scenario opens. */
export function wordsOf(name: string, root: string): string[] {
  const text = readFileSync(join(root, REPRODUCTION, `${name}.yaml`), 'utf8');
  const lines = /^(?:#.*\n)+/.exec(text)?.[0].split('\n') ?? [];
  return lines
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .filter((paragraph) => paragraph !== '');
}

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

function wrapped(text: string): string {
  return text.replace(/(.{1,128})(?: |$)/g, '$1\n').trimEnd();
}
