/**
 * JUnit's XML, as CI services read it: a suite for each run, a case for each expectation. There is no standard of it; the
 * elements and attributes are those that Jenkins, GitLab and GitHub's actions agree on. GitLab shows neither properties nor
 * the output of suites, so the numbers, the seed and the command that replays stand in the text of each failure.
 */
import { formatMeasured, type Verdict } from '../../scenarios/expectations/verdict.ts';
import { redHeadline, redText } from './red-text.ts';
import type { Reporter, RunTotals, Write } from './reporter.ts';
import { isRed, isUnmet, type RunIntent, type RunRecord } from './run-record.ts';
import { xmlAttribute, xmlText } from './xml-text.ts';

export class JunitReporter implements Reporter {
  readonly #write: Write;

  constructor(write: Write) {
    this.#write = write;
  }

  end(totals: RunTotals): void {
    const suites = [
      ...totals.records.map(suiteOf),
      ...totals.notRun.map((intent, index) =>
        suiteNotRun(intent, index === 0 ? totals.error : undefined, totals),
      ),
    ];
    const sum = (count: (suite: Suite) => number): number =>
      suites.reduce((total, suite) => total + count(suite), 0);
    const failures = sum((suite) => count(suite, 'failure'));
    const errors = sum((suite) => count(suite, 'error'));
    const time = sum(({ seconds }) => seconds).toFixed(3);
    const tests = sum(({ cases }) => cases.length);
    this.#write(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites name="swarmlab" tests="${tests}" failures="${failures}" errors="${errors}" time="${time}">`,
        ...suites.flatMap(suiteLines),
        '</testsuites>',
        '',
      ].join('\n'),
    );
  }
}

interface Suite {
  readonly name: string;
  readonly file: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
  readonly output: string;
}

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly line?: number;
  readonly result?: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly type: string;
    readonly message: string;
    readonly text: string;
  };
  readonly output?: string;
}

function suiteOf(record: RunRecord): Suite {
  const { scenario, seed, network, digest, replay, file, stoppedBy, determinism } = record;
  const classname = `${scenario}.seed-${seed}`;
  const cases = record.verdicts.map((verdict) => caseOf(record, verdict, classname));
  if (stoppedBy !== undefined) {
    const message = stoppedBy === 'budget' ? 'the time of --budget ran out' : 'interrupted';
    cases.push(errorCase(classname, 'the run comes to its end', stoppedBy, message, record));
  }
  if (determinism !== undefined) {
    const { difference } = determinism;
    const name = 'a second run is the same';
    cases.push(
      difference === undefined
        ? { name, classname }
        : errorCase(classname, name, 'not deterministic', difference, record),
    );
  }
  return {
    name: `${scenario} seed ${seed}`,
    file,
    seconds: record.wallSeconds,
    properties: { seed: String(seed), network, digest, replay },
    cases,
    output: [...record.lines, `digest ${digest}`, `replay ${replay}`].join('\n'),
  };
}

function caseOf(record: RunRecord, verdict: Verdict, classname: string): Case {
  const { name, line, status } = verdict;
  // JUnit knows no warnings: the case is green, and its output says what there is to say.
  if (!isRed(verdict)) {
    return {
      name,
      classname,
      line,
      output: isUnmet(verdict) ? redText(record, verdict) : formatMeasured(verdict),
    };
  }
  const result = {
    kind: 'failure' as const,
    type: status,
    message: redHeadline(verdict),
    text: redText(record, verdict),
  };
  return { name, classname, line, result };
}

function errorCase(
  classname: string,
  name: string,
  type: string,
  message: string,
  { replay }: RunIntent,
): Case {
  return {
    name,
    classname,
    result: { kind: 'error', type, message, text: `${message}\nreplay: ${replay}` },
  };
}

function suiteNotRun(intent: RunIntent, error: string | undefined, { stoppedBy }: RunTotals): Suite {
  const { scenario, seed, network, replay, file } = intent;
  const classname = `${scenario}.seed-${seed}`;
  const name = 'the run comes to its end';
  const skipped: Case = {
    name,
    classname,
    result: {
      kind: 'skipped',
      type: 'not run',
      message: `not run: stopped before (${stoppedBy ?? 'unknown'})`,
      text: `replay: ${replay}`,
    },
  };
  return {
    name: `${scenario} seed ${seed}`,
    file,
    seconds: 0,
    properties: { seed: String(seed), network, replay },
    cases: [error === undefined ? skipped : errorCase(classname, name, 'error', error, intent)],
    output: '',
  };
}

function count({ cases }: Suite, kind: 'failure' | 'error' | 'skipped'): number {
  return cases.filter(({ result }) => result?.kind === kind).length;
}

function suiteLines(suite: Suite): string[] {
  const attributes = [
    `name="${xmlAttribute(suite.name)}"`,
    `file="${xmlAttribute(suite.file)}"`,
    `tests="${suite.cases.length}"`,
    `failures="${count(suite, 'failure')}"`,
    `errors="${count(suite, 'error')}"`,
    `skipped="${count(suite, 'skipped')}"`,
    `time="${suite.seconds.toFixed(3)}"`,
  ];
  return [
    `  <testsuite ${attributes.join(' ')}>`,
    '    <properties>',
    ...Object.entries(suite.properties).map(
      ([name, value]) => `      <property name="${name}" value="${xmlAttribute(value)}"/>`,
    ),
    '    </properties>',
    ...suite.cases.flatMap((one) => caseLines(one, suite.file)),
    ...(suite.output === '' ? [] : [`    <system-out>${xmlText(suite.output)}</system-out>`]),
    '  </testsuite>',
  ];
}

function caseLines({ name, classname, line, result, output }: Case, file: string): string[] {
  const place = line === undefined ? '' : ` file="${xmlAttribute(file)}" line="${line}"`;
  const open = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(classname)}"${place} time="0"`;
  if (result !== undefined) {
    const { kind, type, message, text } = result;
    // The schema that Jenkins uses gives a skipped case no type.
    const typed = kind === 'skipped' ? '' : ` type="${xmlAttribute(type)}"`;
    return [
      `${open}>`,
      `      <${kind} message="${xmlAttribute(message)}"${typed}>${xmlText(text)}</${kind}>`,
      '    </testcase>',
    ];
  }
  if (output === undefined) return [`${open}/>`];
  return [`${open}>`, `      <system-out>${xmlText(output)}</system-out>`, '    </testcase>'];
}
