/**
 * GitHub's annotations: workflow commands that make a failed expectation stand beside its line in the diff of a pull
 * request. GitHub shows 10 errors and 10 warnings of a step and drops the rest without a word, so there is at most one for
 * each expectation, whichever seeds failed it, and of the last one's place it is said how many more there are.
 */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { ScenarioProblem } from '../../scenarios/errors.ts';
import type { Verdict } from '../../scenarios/expectations/verdict.ts';
import { type Place, placeOf, readTextIfThere } from './expectation-place.ts';
import { describeSeeds } from './overall.ts';
import { redHeadline, redText } from './red-text.ts';
import type { Reporter, RunTotals, Write } from './reporter.ts';
import { isRed, isUnmet, type RunRecord } from './run-record.ts';

/** Annotations of one kind that GitHub keeps of a step. */
const SHOWN_MAX = 10;
/** Longer messages make a page slow to read; GitHub itself cuts at 64 KiB. */
const MESSAGE_MAX = 4_000;
const TITLE_MAX = 200;

export interface GithubOptions {
  /** The folder that paths in annotations are relative to: GITHUB_WORKSPACE. */
  readonly workspace: string;
}

export interface Annotation {
  readonly level: 'error' | 'warning';
  readonly title: string;
  readonly message: string;
  /** Path from the workspace; absent for what is not in it, which could not be annotated. */
  readonly file?: string;
  readonly place?: Place;
}

export class GithubReporter implements Reporter {
  readonly #write: Write;
  readonly #workspace: string;
  readonly #annotations: Annotation[] = [];

  constructor(write: Write, { workspace }: GithubOptions) {
    this.#write = write;
    this.#workspace = workspace;
  }

  refused(problems: readonly ScenarioProblem[]): void {
    for (const { file, line, column, message, suggestion, expected } of problems) {
      const hints = [
        ...(suggestion === undefined ? [] : [`did you mean "${suggestion}"?`]),
        ...(expected === undefined ? [] : [`expected ${expected}`]),
      ];
      this.#annotations.push({
        level: 'error',
        title: 'wrong scenario, nothing was run',
        message: [message, ...hints].join('\n'),
        ...this.#fileOf(file),
        place: { line, column },
      });
    }
  }

  end(totals: RunTotals): void {
    this.#annotations.push(...this.#failures(totals.records));
    if (totals.stoppedBy !== undefined && totals.stoppedBy !== 'bail') {
      const level = totals.stoppedBy === 'interrupted' ? ('warning' as const) : ('error' as const);
      const [first] = totals.notRun;
      const replay = first === undefined ? '' : `\nreplay: ${first.replay}`;
      const what = totals.stoppedBy === 'budget' ? 'the time of --budget ran out' : totals.stoppedBy;
      this.#annotations.push({
        level,
        title: 'swarmlab did not finish',
        message: `${totals.error ?? what}; ${totals.notRun.length} runs were not finished${replay}`,
      });
    }
    for (const level of ['error', 'warning'] as const) {
      const own = this.#annotations.filter((annotation) => annotation.level === level);
      for (const annotation of withinLimit(own)) this.#write(`${workflowCommand(annotation)}\n`);
    }
  }

  /** One annotation for each expectation that some seed failed, in the order in which they were met. */
  #failures(records: readonly RunRecord[]): Annotation[] {
    const groups = new Map<string, { verdict: Verdict; records: RunRecord[] }>();
    for (const record of records) {
      for (const verdict of record.verdicts.filter(isUnmet)) {
        const key = JSON.stringify([record.file, verdict.line, verdict.name]);
        const group = groups.get(key) ?? { verdict, records: [] };
        group.records.push(record);
        groups.set(key, group);
      }
    }
    return [...groups.values()].map(({ verdict, records: failed }) => this.#failure(verdict, failed));
  }

  #failure(verdict: Verdict, [first, ...others]: readonly RunRecord[]): Annotation {
    const record = first as RunRecord;
    const also =
      others.length === 0
        ? ''
        : `\nit failed too with ${others.length === 1 ? 'seed' : 'seeds'} ${describeSeeds(others.map(({ seed }) => seed))}`;
    return {
      level: isRed(verdict) ? 'error' : 'warning',
      title: `${record.scenario}, seed ${record.seed}: ${redHeadline(verdict)}`,
      message: `${redText(record, verdict)}${also}`,
      ...this.#fileOf(record.file),
      place: placeOf(verdict, readTextIfThere(record.file)),
    };
  }

  #fileOf(path: string): { file?: string } {
    const inside = relative(this.#workspace, resolve(path));
    const isInside = inside !== '' && !isAbsolute(inside) && inside.split(sep)[0] !== '..';
    if (!isInside || inside.split(sep).includes('node_modules')) return {};
    return { file: inside.split(sep).join('/') };
  }
}

function withinLimit(annotations: readonly Annotation[]): Annotation[] {
  if (annotations.length <= SHOWN_MAX) return [...annotations];
  const shown = annotations.slice(0, SHOWN_MAX - 1);
  const rest = annotations.slice(SHOWN_MAX - 1);
  return [
    ...shown,
    {
      level: (rest[0] as Annotation).level,
      title: `and ${rest.length} more`,
      message: `GitHub shows ${SHOWN_MAX} annotations of a step. The others, which stand in the log in full:\n${rest
        .map(({ title }) => title)
        .join('\n')}`,
    },
  ];
}

/** `::error file=a.yaml,line=3,col=5,title=…::message`, escaped as GitHub's toolkit does. */
export function workflowCommand({ level, title, message, file, place }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(file === undefined || place === undefined ? [] : [`line=${place.line}`]),
    ...(file === undefined || place?.column === undefined ? [] : [`col=${place.column}`]),
    `title=${property(cut(title, TITLE_MAX))}`,
  ];
  return `::${level} ${properties.join(',')}::${data(cut(message, MESSAGE_MAX))}`;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
