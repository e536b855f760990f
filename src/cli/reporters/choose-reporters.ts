/**
 * From `--reporter` to the reporters of a command. Results go to stdout: one document for machines at the most, and where
 * there is one, what is for people goes to stderr. Files are written under another name and moved into place at the end,
 * except `ndjson`, which others may follow while it grows.
 */
import { appendFileSync, closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { makeFolder } from '../../host/make-folder.ts';
import { nearest } from '../../scenarios/nearest.ts';
import { CommandError, ExitCode, errorCode } from '../exit-codes.ts';
import { Terminal } from '../output/terminal.ts';
import { GithubReporter } from './github.ts';
import { JsonReporter } from './json.ts';
import { JunitReporter } from './junit.ts';
import { LineReporter } from './line.ts';
import { MarkdownReporter, SUMMARY_MAX_BYTES } from './markdown.ts';
import { NdjsonReporter } from './ndjson.ts';
import { PrettyReporter } from './pretty.ts';
import type { Reporter, Write } from './reporter.ts';
import { REPORTERS, type ReporterName } from './reporter-names.ts';

/** Those whose output is one document, which nothing else may be mixed into. */
const DOCUMENTS: readonly ReporterName[] = ['json', 'ndjson', 'junit', 'markdown'];

type Environment = Readonly<Record<string, string | undefined>>;

export interface ChosenReporters {
  readonly reporters: readonly Reporter[];
  /** To be called once, when all has been reported: puts files in their places. */
  readonly close: () => void;
}

interface Choice {
  readonly name: ReporterName;
  /** Where it writes; undefined: stdout. */
  readonly path: string | undefined;
}

/**
 * `given` is what stands after each `--reporter`; `manyRuns` makes short lines the default. Throws `CommandError` on
 * what cannot be, before anything was written.
 */
export function chooseReporters(
  given: readonly string[],
  { json, manyRuns }: { readonly json: boolean; readonly manyRuns: boolean },
  env: Environment,
): ChosenReporters {
  const asked = [...given.map(parseChoice), ...(json ? [{ name: 'json', path: undefined } as const] : [])];
  const choices: Choice[] = asked.map((choice) =>
    choice.name === 'markdown' && choice.path === undefined
      ? { ...choice, path: env.GITHUB_STEP_SUMMARY || undefined }
      : choice,
  );
  const documents = [
    ...new Set(
      choices
        .filter(({ name, path }) => path === undefined && DOCUMENTS.includes(name))
        .map(({ name }) => name),
    ),
  ];
  if (documents.length > 1) {
    throw new CommandError(
      `--reporter: ${documents.join(' and ')} cannot share stdout\n  give all but one a file: --reporter ${documents[1]}=<file>`,
      ExitCode.usage,
    );
  }
  const forPeople = choices.some(
    ({ name, path }) => path === undefined && (name === 'pretty' || name === 'line'),
  );
  // A document alone on stdout does not silence the command: its words go to stderr.
  if (!forPeople) choices.unshift({ name: manyRuns ? 'line' : 'pretty', path: undefined });
  if (env.GITHUB_ACTIONS === 'true' && !choices.some(({ name }) => name === 'github')) {
    choices.push({ name: 'github', path: undefined });
  }
  const talk = documents.length > 0 ? process.stderr : process.stdout;
  const files: OutputFile[] = [];
  const reporters = choices.map(({ name, path }) => {
    if (path === undefined) return create(name, DOCUMENTS.includes(name) ? process.stdout : talk, env);
    if (name === 'markdown' && path === env.GITHUB_STEP_SUMMARY) return jobSummary(path);
    const file = new OutputFile(resolve(path), name === 'ndjson');
    files.push(file);
    return create(name, file, { ...env, FORCE_COLOR: undefined });
  });
  return {
    reporters,
    close: () => {
      for (const file of files) file.close();
    },
  };
}

function parseChoice(text: string): Choice {
  const split = text.indexOf('=');
  const name = split < 0 ? text : text.slice(0, split);
  const known = REPORTERS.find((each) => each === name);
  if (known === undefined) {
    const near = nearest(name, REPORTERS);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new CommandError(
      `--reporter: there is no reporter "${name}"${hint}\n  there are: ${REPORTERS.join(', ')}`,
      ExitCode.usage,
    );
  }
  const path = split < 0 ? undefined : text.slice(split + 1);
  if (path === '') {
    throw new CommandError(`--reporter ${text}: a file name is missing after "="`, ExitCode.usage);
  }
  return { name: known, path };
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

function create(name: ReporterName, output: Output, env: Environment): Reporter {
  const write: Write = (text) => void output.write(text);
  if (name === 'pretty') return new PrettyReporter(new Terminal(output, env));
  if (name === 'line') return new LineReporter(new Terminal(output, env));
  if (name === 'json') return new JsonReporter(write);
  if (name === 'ndjson') return new NdjsonReporter(write);
  if (name === 'junit') return new JunitReporter(write);
  if (name === 'github')
    return new GithubReporter(write, { workspace: env.GITHUB_WORKSPACE || process.cwd() });
  return new MarkdownReporter(write);
}

/** The file of a step's summary is GitHub's, and other commands of the step write to it too. */
function jobSummary(path: string): Reporter {
  const there = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return new MarkdownReporter(
    (text) => {
      try {
        appendFileSync(path, text);
      } catch (error) {
        process.stderr.write(`warning: the job summary ${path} cannot be written (${errorCode(error)})\n`);
      }
    },
    Math.max(0, SUMMARY_MAX_BYTES - there),
  );
}

class OutputFile implements Output {
  readonly #path: string;
  readonly #written: string;
  readonly #descriptor: number;

  constructor(path: string, inPlace: boolean) {
    this.#path = path;
    this.#written = inPlace ? path : `${path}.${process.pid}.unfinished`;
    try {
      makeFolder(dirname(path));
      this.#descriptor = openSync(this.#written, 'w');
    } catch (error) {
      throw new CommandError(
        `--reporter: cannot write ${path} (${errorCode(error)}); nothing was started`,
        ExitCode.usage,
      );
    }
  }

  write(text: string): void {
    writeSync(this.#descriptor, text);
  }

  close(): void {
    closeSync(this.#descriptor);
    if (this.#written === this.#path) return;
    try {
      renameSync(this.#written, this.#path);
    } catch (error) {
      rmSync(this.#written, { force: true });
      throw new CommandError(`cannot write ${this.#path} (${errorCode(error)})`, ExitCode.unavailable);
    }
  }
}
