/** The commands that look at what came of runs: pages, tables, sentences, comparisons. */
import { type Command, Option } from 'commander';
import type { Finish } from './finish.ts';
import { collect, integer, METRIC_HELP } from './option-values.ts';

const scenarioCommands = () => import('../scenario-commands.ts');

export function addLookingCommands(program: Command, finish: Finish): void {
  program.commandsGroup('Look at what came of them:');
  program
    .command('play')
    .description(
      'the live page: a swarm that you watch and change in a browser, and six chapters on why it works; opens from disk',
    )
    .argument('[scenario]', 'a page of its own for this scenario, as a path or a name in the library')
    .option('--out <folder>', 'where such a page is written', 'reports')
    .action(async (scenario, options) => finish((await scenarioCommands()).play(scenario, options)));
  program
    .command('compare')
    .description(
      'compare two runs or sweeps, before and after, or the values of one sweep; fails where after is worse',
    )
    .argument('<folder...>', 'one sweep, or two folders of runs or sweeps')
    .option('--by <path>', 'of one sweep: the path whose values are compared (default: the first)')
    .option('--metric <name>', METRIC_HELP, collect)
    .option('--tolerance <share>', 'how much worse is allowed (default: 2%); named, one run a side can fail')
    .option('--out <folder>', 'where compare.csv and compare.html are written', 'reports')
    .option('--json', 'print the result as JSON on stdout')
    .action(async (folders, options) => finish((await scenarioCommands()).compare(folders, options)));
  program
    .command('explain')
    .description(
      'say in sentences why a run went as it did: why this piece, from whom, why choked, what it waited for',
    )
    .argument('<run>', 'folder of a run, such as reports/flash-crowd-1')
    .requiredOption('--peer <name>', 'of whom; alone: its course and its longest wait')
    .option('--piece <number>', 'why it was chosen, who gave it, and its way from its origin', integer)
    .option('--at <time>', 'at this time of the run, such as 5m10s: what came, who served it and why')
    .option('--remote <name>', 'why each of the two had the other choked or unchoked')
    .option('--json', 'print the answer as JSON on stdout')
    .action(async (folder, options) => finish((await scenarioCommands()).explain(folder, options)));
  program
    .command('export')
    .description('print a table of a run, such as who gave which piece to whom')
    .argument('<run>', 'folder of a run, such as reports/flash-crowd-1')
    .option(
      '--table <name>',
      'transfers, pairs, arrivals, picks, joins, judgements, peers, pieces, samples or events',
      'transfers',
    )
    .addOption(new Option('--format <format>', 'how it is printed').choices(['csv', 'ndjson']).default('csv'))
    .action(async (folder, options) => finish(await (await scenarioCommands()).exportTable(folder, options)));
  program
    .command('report')
    .description('make report.html of a run anew from its folder, and print its path')
    .argument('<run>', 'folder of a run, such as reports/flash-crowd-1')
    .option('--out <file>', 'write the page here instead')
    .action(async (folder, options) => finish((await scenarioCommands()).report(folder, options)));
}
