/**
 * A summary in GitHub's Markdown, as a job summary or for a comment: a table of expectations for each scenario, and under it
 * what broke and the commands that replay it. It never grows beyond a given size: GitHub drops a longer one whole.
 */
import { formatMeasured } from '../../scenarios/expectations/verdict.ts';
import { formatDuration } from '../../scenarios/unit-text.ts';
import { describeSeeds, type OverallScenario, overall } from './overall.ts';
import { redText } from './red-text.ts';
import type { Reporter, RunTotals, Write } from './reporter.ts';
import { isRed, isUnmet, outcomeOf, type RunRecord } from './run-record.ts';

/** GitHub's bound on the summary of a step is 1 MiB; the rest is for what else a step writes. */
export const SUMMARY_MAX_BYTES = 900_000;
/** Red runs of a scenario that are spelled out; of the others the commands are listed. */
const SPELLED_OUT_MAX = 10;

export class MarkdownReporter implements Reporter {
  readonly #write: Write;
  readonly #bytesMax: number;

  /** `bytesMax`: the room that there is. */
  constructor(write: Write, bytesMax = SUMMARY_MAX_BYTES) {
    this.#write = write;
    this.#bytesMax = bytesMax;
  }

  end(totals: RunTotals): void {
    this.#write(fitted(blocksOf(totals), this.#bytesMax));
  }
}

function blocksOf(totals: RunTotals): string[] {
  const scenarios = overall(totals.records);
  const planned = totals.records.length + totals.notRun.length;
  const red = totals.records.filter(({ exitCode }) => exitCode !== 0).length;
  const mark = totals.exitCode === 0 ? '✅' : '❌';
  const stopped =
    totals.stoppedBy === undefined
      ? ''
      : `\n\nStopped (${totals.stoppedBy}): ${totals.notRun.length} of ${planned} runs were not finished.${
          totals.error === undefined ? '' : `\n\n${fenced(totals.error)}`
        }`;
  return [
    `## ${mark} swarmlab: ${totals.records.length - red} of ${planned} ${planned === 1 ? 'run' : 'runs'} green${stopped}`,
    ...scenarios.flatMap(scenarioBlocks),
  ];
}

function scenarioBlocks(scenario: OverallScenario): string[] {
  const { records, red } = scenario;
  const seeds = records.map(({ seed }) => seed);
  const heading = `### ${inline(scenario.scenario)}, ${seeds.length === 1 ? 'seed' : `${seeds.length} seeds:`} ${describeSeeds(seeds)}`;
  const first = records[0] as RunRecord;
  const table = records.length === 1 ? tableOfRun(first) : tableOfSeeds(scenario);
  const ends =
    records.length === 1
      ? `${outcomeOf(first)}; ${formatDuration(first.endUs)} of ${first.network === 'sim' ? 'virtual' : 'real'} time, digest \`${first.digest}\``
      : `${records.length - red.length} of ${records.length} seeds green`;
  return [
    `${heading}\n\n${table}\n\n${ends}`,
    ...red.slice(0, SPELLED_OUT_MAX).map(redBlock),
    ...(red.length > SPELLED_OUT_MAX
      ? [
          `Further red runs:\n\n${fenced(
            red
              .slice(SPELLED_OUT_MAX)
              .map(({ replay }) => replay)
              .join('\n'),
          )}`,
        ]
      : []),
  ];
}

function tableOfRun({ verdicts }: RunRecord): string {
  const rows = verdicts.map((verdict) => [
    isRed(verdict) ? '❌' : isUnmet(verdict) ? '⚠️' : '✅',
    inline(verdict.name),
    inline(formatMeasured(verdict)),
    code(verdict.expression),
  ]);
  return tableText(['', 'expectation', 'measured', 'expression'], rows);
}

function tableOfSeeds({ verdicts }: OverallScenario): string {
  const rows = verdicts.map(({ name, held, of, worst, worstSeed, failedSeeds }) => [
    failedSeeds.length > 0 ? '❌' : '✅',
    inline(name),
    `${held} of ${of}`,
    inline(`seed ${worstSeed}: ${formatMeasured(worst)}`),
    failedSeeds.length === 0 ? '' : describeSeeds(failedSeeds),
  ]);
  return tableText(['', 'expectation', 'held', 'worst', 'failed seeds'], rows);
}

function redBlock(record: RunRecord): string {
  const texts = record.verdicts.filter(isRed).map((verdict) => redText(record, verdict));
  const other =
    texts.length > 0
      ? texts
      : [`${record.determinism?.difference ?? outcomeOf(record)}\nreplay: ${record.replay}`];
  return fenced(other.join('\n\n'));
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text that Markdown shows as it is, in a cell of a table too. */
function inline(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]#|~@]/g, '\\$&');
}

function code(text: string): string {
  if (text === '') return '';
  const plain = text.replace(/[\s\p{Cc}]+/gu, ' ').replaceAll('|', '\\|');
  const ticks = longestRun(plain) + 1;
  const fence = '`'.repeat(ticks);
  return ticks === 1 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}

function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** The most backticks in a row. */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/** As many whole blocks as there is room for, and a sentence about the rest. */
function fitted(blocks: readonly string[], bytesMax: number): string {
  const encoder = new TextEncoder();
  const note = (left: number): string => `_${left} more sections do not fit into a summary._\n`;
  const reserve = encoder.encode(note(blocks.length)).length;
  let text = '';
  let bytes = 0;
  for (const [index, block] of blocks.entries()) {
    const part = `${block}\n\n`;
    const size = encoder.encode(part).length;
    if (bytes + size + (index === blocks.length - 1 ? 0 : reserve) > bytesMax) {
      return bytes + reserve > bytesMax ? text : `${text}${note(blocks.length - index)}`;
    }
    text += part;
    bytes += size;
  }
  return text;
}
