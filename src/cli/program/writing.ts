/** The commands that help to write scenarios, and strategies of one's own. */
import { type Command, Option } from 'commander';
import type { Finish } from './finish.ts';
import { collect, SET_HELP } from './option-values.ts';

const scenarioCommands = () => import('../scenario-commands.ts');

export function addWritingCommands(program: Command, finish: Finish): void {
  program.commandsGroup('Write scenarios and strategies:');
  program
    .command('list')
    .description('list the scenarios of the library, the templates, and every name that a scenario may use')
    .option('--json', 'print JSON')
    .action(async (options) => finish((await scenarioCommands()).list(options)));
  program
    .command('init')
    .description('write a commented scenario to begin with; nothing that is there is replaced')
    .argument('[name]', 'its name, and that of its file', 'my-swarm')
    .option('--template <name>', 'which one; "swarmlab list" tells them', 'swarm')
    .action(async (name, options) => finish((await scenarioCommands()).init(name, options)));
  program
    .command('validate')
    .description('say all that is wrong with scenarios, without running them')
    .argument('<scenario...>', 'path of a scenario file, or the name of one in the library')
    .option('--set <path=value>', SET_HELP, collect)
    .option('--json', 'print what each is, or its problems, as JSON on stdout')
    .action(async (scenarios, options) => finish((await scenarioCommands()).validate(scenarios, options)));
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, with which editors complete, explain and check')
    .action(async () => finish((await scenarioCommands()).schema()));
  program
    .command('check-strategy')
    .description('say what holds of a picker or choker of your own, and what does not')
    .argument('<module>', 'path of a TypeScript or JavaScript file that exports "picker" or "choker"')
    .addOption(
      new Option('--role <role>', 'which of the two, where it exports both').choices(['picker', 'choker']),
    )
    .option('--option <key=value>', 'an option for it, as in a scenario; may be given again', collect)
    .option('--json', 'print the findings as JSON on stdout')
    .action(async (module, options) => finish((await scenarioCommands()).checkStrategyFile(module, options)));
}
