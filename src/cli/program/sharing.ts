/** The commands of the ordinary client. */
import type { Command } from 'commander';
import type { Finish } from './finish.ts';
import { collect, port } from './option-values.ts';

const clientCommands = () => import('../client-commands.ts');

const CHECK_HELP = 'hash all that is on disk, also files that look untouched since the last run';

const STATE_HELP =
  'where to remember what is complete (default: swarmlab in $XDG_STATE_HOME or ~/.local/state)';

export function addSharingCommands(program: Command, finish: Finish): void {
  program.commandsGroup('Share files as an ordinary client:');
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
