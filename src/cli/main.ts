/**
 * The command line. Each command has a file of its own; here is only the wiring, and the end of every error. What
 * a command needs is loaded when it is called: to load everything takes longer than a small download.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { InvariantError } from '../core/result.ts';
import { StrategyFault } from '../scenarios/strategies/strategy-fault.ts';
import { CommandError, describeExitCodes, ExitCode } from './exit-codes.ts';
import { REPORTERS } from './reporters/reporter-names.ts';
import { VERSION } from './version.ts';

const clientCommands = () => import('./client-commands.ts');
const scenarioCommands = () => import('./scenario-commands.ts');

const MEMORY_HELP =
  'the most memory to use, such as 20GiB; a run that needs more is refused (default: what is free)';
const CHECK_HELP = 'hash all that is on disk, also files that look untouched since the last run';
const STATE_HELP =
  'where to remember what is complete (default: swarmlab in $XDG_STATE_HOME or ~/.local/state)';

const SET_HELP =
  'a value in place of the scenario\'s, such as "peers.crowd.engine.picker=random"; may be given again';

const METRIC_HELP = 'a column of runs.csv to compare, in place of the usual ones; may be given again';

function createProgram(finish: (exitCode: ExitCode) => void): Command {
  const program = new Command('swarmlab')
    .description(
      'Runs one real BitTorrent engine on a simulated network and on real sockets. Start with "swarmlab list" and "swarmlab run flash-crowd".',
    )
    .version(VERSION)
    .addHelpText('afterAll', `\n${describeExitCodes()}`)
    .exitOverride()
    .showHelpAfterError('  swarmlab --help shows what there is')
    .configureOutput({ outputError: (text, write) => write(text) });
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
    .command('compare')
    .description(
      'compare two runs or sweeps, before and after, or the values of one sweep; fails where after is worse',
    )
    .argument('<folder...>', 'one sweep, or two folders of runs or sweeps')
    .option('--by <path>', 'of one sweep: the path whose values are compared (default: the first)')
    .option('--metric <name>', METRIC_HELP, collect)
    .option('--tolerance <share>', 'how much worse is no regression', '2%')
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
  program
    .command('parity')
    .description('run a scenario in simulation and on real networks, and compare figure by figure')
    .argument('<scenario>', 'path of a scenario file, or the name of one in the library')
    .option('--seed <number>', "seed of all runs, in place of the scenario's", integer)
    .option('--set <path=value>', SET_HELP, collect)
    .option('--repeat <number>', 'runs on each real network; the median of them is compared', integer, 1)
    .option('--tolerance <share>', 'how far the median completion may differ', '10%')
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
  program
    .command('validate')
    .description('say all that is wrong with scenarios, without running them')
    .argument('<scenario...>', 'path of a scenario file, or the name of one in the library')
    .option('--set <path=value>', SET_HELP, collect)
    .option('--json', 'print what each is, or its problems, as JSON on stdout')
    .action(async (scenarios, options) => finish((await scenarioCommands()).validate(scenarios, options)));
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
  program
    .command('list')
    .description('list the scenarios of the library, the templates, and every name that a scenario may use')
    .option('--json', 'print JSON')
    .action(async (options) => finish((await scenarioCommands()).list(options)));
  program
    .command('play')
    .description(
      'the live page: a swarm that you watch and change in a browser, and six chapters on why it works; opens from disk',
    )
    .argument('[scenario]', 'a page of its own for this scenario, as a path or a name in the library')
    .option('--out <folder>', 'where such a page is written', 'reports')
    .action(async (scenario, options) => finish((await scenarioCommands()).play(scenario, options)));
  program
    .command('init')
    .description('write a commented scenario to begin with; nothing that is there is replaced')
    .argument('[name]', 'its name, and that of its file', 'my-swarm')
    .option('--template <name>', 'which one; "swarmlab list" tells them', 'swarm')
    .action(async (name, options) => finish((await scenarioCommands()).init(name, options)));
  program
    .command('schema')
    .description('print the JSON Schema of scenario files, with which editors complete, explain and check')
    .action(async () => finish((await scenarioCommands()).schema()));
  program
    .command('get')
    .description('download torrents, then end; what has arrived is kept when interrupted')
    .argument('<torrent...>', 'path or URL of a torrent file, or a magnet link; several share a client')
    .option('--out <folder>', 'where the files go', '.')
    .option('--save-torrent <path>', 'write the torrent file there, once it is known')
    .option('--peer <host:port>', 'a peer to ask, besides the trackers; may be given again', collect)
    .option('--port <number>', 'port to listen on (0: any)', port, 0)
    .option('--host <address>', 'local IP address to use (default: all)')
    .option('--upload-limit <rate>', 'the most to send, such as "500 KiB/s" (default: no limit)')
    .option('--download-limit <rate>', 'the most to fetch, such as "2 MiB/s" (default: no limit)')
    .option('--no-pex', 'do not exchange peers with peers (BEP 11)')
    .option('--no-lsd', 'do not look for peers on the local network (BEP 14)')
    .option('--no-dht', 'find peers without the DHT')
    .option('--dht-bootstrap <host:port>', 'a node of the DHT to begin with; may be given again', collect)
    .option('--files <numbers>', 'only these files, such as 1,3-5; "swarmlab inspect" shows their numbers')
    .option(
      '--priority <files=0..7>',
      "fetch some files first, others later (1 is low, 7 high) or not at all (0), such as '*.mkv=7' or 3-5=1; may be given again",
      collect,
    )
    .option('--sequential', 'in the order of the files, which is worse for everybody else')
    .option('--check', CHECK_HELP)
    .option('--state <folder>', STATE_HELP)
    .option('--verbose', 'say who connects and why connections end')
    .option('--json', 'print the result as JSON on stdout')
    .action(async (torrents, options) => finish(await (await clientCommands()).get(torrents, options)));
  program
    .command('seed')
    .description('serve torrents until interrupted, which is its good end (exit code 0)')
    .argument('<torrent...>', 'path of a torrent file; several share a client')
    .requiredOption(
      '--data <folder>',
      "the folder that holds the torrent's file or folder: one for all torrents, or given again for each",
      collect,
    )
    .option('--peer <host:port>', 'a peer to dial, besides the trackers; may be given again', collect)
    .option('--port <number>', 'port to listen on (0: any)', port, 6881)
    .option('--host <address>', 'local IP address to use (default: all)')
    .option('--upload-limit <rate>', 'the most to send, such as "500 KiB/s" (default: no limit)')
    .option('--super-seed', 'as the only seed: send each piece about once, and let peers pass it on (BEP 16)')
    .option('--no-pex', 'do not exchange peers with peers (BEP 11)')
    .option('--no-lsd', 'do not look for peers on the local network (BEP 14)')
    .option('--no-dht', 'find peers without the DHT')
    .option('--dht-bootstrap <host:port>', 'a node of the DHT to begin with; may be given again', collect)
    .option('--check', CHECK_HELP)
    .option('--state <folder>', STATE_HELP)
    .option('--verbose', 'say who connects and why connections end')
    .option('--json', 'print the result as JSON on stdout')
    .action(async (torrents, options) => finish(await (await clientCommands()).seed(torrents, options)));
  addTorrentCommands(program, finish);
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`  swarmlab ${command.name()} --help shows what it takes`);
  }
  return program;
}

function addTorrentCommands(program: Command, finish: (exitCode: ExitCode) => void): void {
  program
    .command('create')
    .description('make a torrent file of a file or a folder')
    .argument('<path>', 'the file or folder to share')
    .option('--out <file>', 'where the torrent file goes (default: <name>.torrent here)')
    .option('--name <name>', 'name of the torrent (default: that of the file or folder)')
    .option(
      '--tracker <url>',
      'a tracker; given again, it is the next tier; commas part those of a tier',
      collect,
    )
    .option('--web-seed <url>', 'an HTTP server that has the content too; may be given again', collect)
    .option('--piece-length <size>', 'a power of two, such as "1 MiB" (default: by the size of the content)')
    .option('--private', 'peers come from its trackers alone (BEP 27)')
    .option('--source <text>', 'where it comes from; torrents of two sources have two info-hashes')
    .option('--comment <text>', 'a comment')
    .option('--no-date', 'leave out when it was made: the same content makes the same bytes')
    .option('--pad', 'start every file with a piece, by padding that is never stored (BEP 47)')
    .option('--force', 'replace a torrent file that exists')
    .option('--json', 'print the result as JSON on stdout')
    .action(async (path, options) => finish(await (await clientCommands()).create(path, options)));
  program
    .command('inspect')
    .description('show all that a torrent file says, its files and its magnet link')
    .argument('<torrent>', 'path of a torrent file, or - for standard input')
    .option('--scrape', 'ask its trackers how many seeds, leechers and downloads they know of (BEP 48)')
    .option('--timeout <time>', 'how long trackers are waited for', '20s')
    .option('--json', 'print JSON')
    .action(async (torrent, options) => finish(await (await clientCommands()).inspect(torrent, options)));
  program
    .command('tracker')
    .description('run a tracker by HTTP and UDP until interrupted, which is its good end (exit code 0)')
    .option('--port <number>', 'port for both, TCP and UDP (0: any)', port, 6969)
    .option('--host <address>', 'local IP address to use (default: all, IPv4 and IPv6)')
    .option('--interval <time>', 'how often clients are asked to come', '30m')
    .option('--whitelist <file>', 'serve only these torrents: info-hashes in hex, one on each line')
    .option('--json', 'print the URLs at the start and the numbers at the end as JSON on stdout')
    .action(async (options) => finish(await (await clientCommands()).tracker(options)));
}

function integer(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  }
  return value;
}

function port(text: string): number {
  const value = integer(text);
  if (value > 65535) throw new InvalidArgumentError('A port is at most 65535.');
  return value;
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** Runs a command line and returns its exit code; says on stderr what went wrong, in words for people. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.held;
  try {
    await createProgram((code) => {
      exitCode = code;
    }).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function report(error: unknown): ExitCode {
  const say = (text: string): void => {
    process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  // Commander has said it already, and its own exit code for a wrong command line is 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.held : ExitCode.usage;
  if (error instanceof CommandError) {
    say(`${error.prefix}${error.message}`);
    return error.exitCode;
  }
  if (error instanceof StrategyFault) {
    say(`${error.message}\n  a strategy of your own has failed; the run ended there and left nothing behind`);
    return ExitCode.usage;
  }
  say(`This is a bug of swarmlab ${VERSION}; please report it with the command that you ran.`);
  if (error instanceof InvariantError) say(error.message);
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return ExitCode.bug;
}

// Nobody listening any more (`swarmlab … | head`) is no error, and no reason to leave the work undone.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: { code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// What is thrown in an answer of a socket, file or timer comes here and not to `main`.
process.on('uncaughtException', (error) => process.exit(report(error)));
const exitCode = await main(process.argv.slice(2));
// A remote that does not close its end of a connection must not keep the process; what was printed is let out first.
process.exitCode = exitCode;
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
