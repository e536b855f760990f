/** The commands that run scenarios, in simulation and on real networks. */
import { type Command, Option } from 'commander';
import { REPORTERS } from '../reporters/reporter-names.ts';
import type { Finish } from './finish.ts';
import { collect, integer, METRIC_HELP, SET_HELP } from './option-values.ts';

const scenarioCommands = () => import('../scenario-commands.ts');

const MEMORY_HELP =
  'the most memory to use, such as 20GiB; a run that needs more is refused (default: what is free)';

export function addRunningCommands(program: Command, finish: Finish): void {
  program.commandsGroup('Run scenarios:');
  program
    .command('run')
    .description('run scenarios, judge what they expect, write a folder with a report for each')
    .argument('<scenario...>', 'path of a scenario file, or the name of one in the library')
    .option('--seed <number>', "seed of the run, in place of the scenario's", integer)
    .option('--set <path=value>', SET_HELP, collect)
    .addOption(
      new Option(
        '--net <network>',
        'where to run; real networks refuse what only the simulation can do; namespaces: Linux, as root',
      )
        .choices(['sim', 'sockets', 'namespaces'])
        .default('sim'),
    )
    .option('--approximate', 'on sockets: leave out what they cannot do, which is said, in place of refusing')
    .option('--out <folder>', 'where run folders are written', 'reports')
    .addOption(
      new Option(
        '--payload <kind>',
        "how block bodies travel in simulation, in place of the scenario's",
      ).choices(['reference', 'bytes']),
    )
    .option(
      '--show-plan',
      'print what the scenario and the seed decide, as YAML or with --json as JSON, and run nothing; run that file to repeat the run',
    )
    .option('--verify-determinism', 'run again in a fresh process and compare the digests')
    .option('--profile', 'measure events, messages and time by kind; write a CPU profile to the run folder')
    .option('--memory <size>', MEMORY_HELP)
    .option('--baseline <file>', 'compare with this baseline, not the one beside the scenario')
    .option('--repeat <number>', 'run with so many seeds, from the first one up; judge over all', integer)
    .option('--grep <text>', 'only scenarios whose name holds this text')
    .option('--jobs <number>', 'runs at a time (default: one for each core, where that pays)', integer)
    .option('--shard <part>', 'only this part of all runs, such as 1/4')
    .option('--bail', 'end at the first red run')
    .option('--watch', 'run again whenever a file changes that is read; Ctrl-C ends it (exit code 0)')
    .option('--budget <time>', 'wall time for everything, such as 5m; what there is then is kept')
    .option(
      '--reporter <name[=file]>',
      `how to report, may be given again: ${REPORTERS.join(', ')} (default: pretty; line for many seeds; in GitHub Actions github too)`,
      collect,
    )
    .option('--json', 'print the results as JSON on stdout, as --reporter json')
    .action(async (scenarios, options) => finish(await (await scenarioCommands()).run(scenarios, options)));
  program
    .command('sweep')
    .description('run what the "sweep" of a scenario varies, on all cores; write tables with estimates')
    .argument('[scenario]', 'path of a scenario file, or the name of one in the library')
    .option('--repetitions <number>', "runs of each cell, in place of the scenario's", integer)
    .option('--seed <number>', "seed of the first repetition, in place of the scenario's", integer)
    .option('--set <path=value>', SET_HELP, collect)
    .option('--jobs <number>', 'runs at a time (default: one for each core, as far as memory goes)', integer)
    .option('--resume', 'go on with a sweep that was interrupted')
    .option('--restart', 'throw an interrupted sweep away and begin again')
    .option('--shard <part>', 'only this part of the runs, such as 1/4; each into a folder of its own')
    .option('--merge <folder...>', 'put the folders of all shards together; runs nothing')
    .option('--metric <name>', METRIC_HELP, collect)
    .option('--out <folder>', 'where the folder of the sweep is written', 'reports')
    .option('--memory <size>', 'the most memory to use for all runs at a time, such as 20GiB')
    .option('--json', 'print the result as JSON on stdout')
    .action(async (scenario, options) => finish(await (await scenarioCommands()).sweep(scenario, options)));
  program
    .command('fork')
    .description('run a scenario as it is, and again with one event more at a given time; compare both')
    .argument('<scenario>', 'path of a scenario file, or the name of one in the library')
    .requiredOption('--at <time>', 'when the two runs part, such as 5m')
    .requiredOption(
      '--change <event>',
      'the event without its time, as under "events": "crash: { group: crowd, pick: 25% }"',
    )
    .option('--seed <number>', "seed of both runs, in place of the scenario's", integer)
    .option('--set <path=value>', SET_HELP, collect)
    .option('--out <folder>', 'where run folders are written', 'reports')
    .option('--memory <size>', MEMORY_HELP)
    .option('--json', 'print the results as JSON on stdout')
    .action(async (scenario, options) => finish(await (await scenarioCommands()).fork(scenario, options)));
  program
    .command('baseline')
    .description('the numbers that expectations compare with "baseline": measured, reviewed, committed')
    .command('update')
    .description(
      'measure them, show old and new, add what is new; a number that is there changes with --accept',
    )
    .argument('<scenario>', 'path of a scenario file')
    .option('--seed <number>', "seed of the run, in place of the baseline's or the scenario's", integer)
    .option('--set <path=value>', SET_HELP, collect)
    .option('--repeat <number>', 'the median over so many seeds', integer, 1)
    .option('--baseline <file>', 'the file to write, not the one beside the scenario')
    .option('--tolerance <share>', 'how far a run may be from it, of new numbers 5% where this is not said')
    .option('--accept', 'change numbers that are there, too')
    .option('--json', 'print old and new as JSON on stdout')
    .action(async (scenario, options) =>
      finish(await (await scenarioCommands()).updateBaseline(scenario, options)),
    );
  program
    .command('parity')
    .description('run a scenario in simulation and on real networks, and compare figure by figure')
    .argument('<scenario>', 'path of a scenario file, or the name of one in the library')
    .option('--seed <number>', "seed of all runs, in place of the scenario's", integer)
    .option('--set <path=value>', SET_HELP, collect)
    .option('--simulations <number>', 'simulated runs, with different draws of the peers', integer, 10)
    .option('--repeat <number>', 'runs on each real network; the median of them is compared', integer, 1)
    .option('--tolerance <share>', 'how far the median completion may be from the mean in simulation', '10%')
    .option('--peer-tolerance <share>', "how far any peer's completion may differ (default: any)")
    .option('--namespaces', 'also in network namespaces, whose lines the kernel shapes; Linux, as root')
    .option('--approximate', 'leave out what real networks cannot do, which is said, in place of refusing')
    .option('--json', 'print all figures, those of single groups too, as JSON on stdout')
    .action(async (scenario, options) => finish(await (await scenarioCommands()).parity(scenario, options)));
  program
    .command('explore')
    .description(
      'run random worlds full of trouble, all laws checked; shrink what fails to a small scenario file',
    )
    .option('--runs <number>', 'how many worlds', integer, 100)
    .option('--seed <number>', 'seed of the worlds', integer, 1)
    .option('--from <number>', 'number of the first world; world n of a seed is always the same', integer, 1)
    .option('--out <folder>', 'where scenario files of failures go', 'reports/explored')
    .option('--jobs <number>', 'processes at a time (default: one for each core)', integer)
    .option('--shrink-runs <number>', 'most runs to make one failure smaller', integer, 300)
    // How the processes of one exploration are told their part.
    .addOption(new Option('--shard <part>', 'only this part of the worlds, such as 1/4').hideHelp())
    .option('--json', 'print the result as JSON on stdout')
    .action(async (options) => finish(await (await scenarioCommands()).explore(options)));
}
