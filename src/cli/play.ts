/** `swarmlab play`: where the live page is, or a page of its own for a scenario. Nothing is served: both open from disk. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withOwnScenario } from '../../viz/play/own-scenario.ts';
import { tooLarge } from '../../viz/play/page-limits.ts';
import { formatScenarioErrors, ScenarioError } from '../scenarios/errors.ts';
import { expand } from '../scenarios/expand.ts';
import { loadWholeText } from '../scenarios/load-scenario.ts';
import { parseScenario } from '../scenarios/parse.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { strategyNames } from '../scenarios/strategy-names.ts';
import { libraryFolder, livePage, readLivePage } from './assets.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';
import { loadScenarios } from './load-scenarios.ts';

export interface PlayArguments {
  readonly out: string;
}

/** Prints the path of the page, and its address in a browser. */
export function play(reference: string | undefined, { out }: PlayArguments): ExitCode {
  const path = reference === undefined ? livePage : writeOwnPage(reference, out);
  process.stdout.write(`${path}\n  open it in a browser: ${pathToFileURL(path).href}\n`);
  return ExitCode.held;
}

function writeOwnPage(reference: string, out: string): string {
  // Says what is wrong with the file, as every command does.
  loadScenarios([reference]);
  const text = loadWholeText(reference, libraryFolder);
  const scenario = alone(text, reference);
  const tooMuch = tooLarge(expand(scenario, scenario.seed));
  if (tooMuch !== undefined) throw new CommandError(tooMuch, ExitCode.usage);
  const page = withOwnScenario(readLivePage(), { name: scenario.name, text });
  if (page === undefined)
    throw new CommandError('the live page of this installation is damaged', ExitCode.bug);
  const path = resolve(join(out, `${scenario.name}-play.html`));
  try {
    mkdirSync(resolve(out), { recursive: true });
    writeFileSync(path, page);
  } catch (error) {
    throw new CommandError(`cannot write ${path} (${errorCode(error)})`, ExitCode.usage);
  }
  return path;
}

/** As the page reads it: without any file beside it. */
function alone(text: string, reference: string): Scenario {
  try {
    return parseScenario(text, reference, strategyNames);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const why = `a page has no files beside it, and ${reference} needs some`;
    throw new CommandError(`${why}:\n\n${formatScenarioErrors(error)}`, ExitCode.usage);
  }
}
