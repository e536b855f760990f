/** `swarmlab init`: a scenario to begin with, written from a commented template. Nothing that is there is ever replaced. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listScenarios } from '../scenarios/load-scenario.ts';
import { nearest } from '../scenarios/nearest.ts';
import { templatesFolder } from './assets.ts';
import { CommandError, ExitCode, errorCode } from './exit-codes.ts';

export interface InitArguments {
  readonly template: string;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_NAME = 64;

/** Writes `<name>.yaml` into the present folder. */
export function init(name: string, { template }: InitArguments): ExitCode {
  const text = readTemplate(template);
  if (!NAME.test(name) || name.length > MAX_NAME) {
    throw new CommandError(
      `"${name}" cannot be the name of a scenario\n  expected lower-case letters, digits and single hyphens, a letter first, such as my-swarm`,
      ExitCode.usage,
    );
  }
  const file = `${name}.yaml`;
  try {
    writeFileSync(file, text.replace(/^name: .*$/m, `name: ${name}`).replaceAll(`${template}.yaml`, file), {
      flag: 'wx',
    });
  } catch (error) {
    const reason = errorCode(error);
    throw new CommandError(
      reason === 'EEXIST'
        ? `${file} is there already\n  give another name: swarmlab init other-name`
        : `cannot write ${file} (${reason})`,
      ExitCode.usage,
    );
  }
  const command = /^sweep:/m.test(text) ? 'sweep' : 'run';
  process.stdout.write(`wrote ${file}\n  look at it, change it, and then: swarmlab ${command} ${file}\n`);
  return ExitCode.held;
}

function readTemplate(name: string): string {
  const names = listScenarios(templatesFolder);
  if (names.includes(name)) return readFileSync(join(templatesFolder, `${name}.yaml`), 'utf8');
  const near = nearest(name, names);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  throw new CommandError(
    `there is no template "${name}"${hint}\n  there are: ${names.join(', ')}`,
    ExitCode.usage,
  );
}
