/** What `get` and `seed` are told about peers, addresses and limits: checked, and names resolved, before anything starts. */
import { parseAddress, parseIp } from '../core/address.ts';
import type { Metainfo } from '../core/metainfo/index.ts';
import type { Address } from '../core/ports.ts';
import { resolveHost } from '../host/node-resolver.ts';
import { parseRate } from '../scenarios/units.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { stateFolder } from './state-folder.ts';

/** As given on the command line. */
export interface ClientArguments {
  readonly peer?: readonly string[];
  readonly port: number;
  readonly host?: string;
  readonly uploadLimit?: string;
  readonly downloadLimit?: string;
  /** Hashes everything, whatever is remembered. */
  readonly check?: boolean;
  /** Says who comes and goes, and why. */
  readonly verbose?: boolean;
  /** Peer exchange (BEP 11); `--no-pex`. */
  readonly pex?: boolean;
  /** Local discovery (BEP 14); `--no-lsd`. */
  readonly lsd?: boolean;
  /** Takes part in the DHT; default: yes. */
  readonly dht?: boolean;
  readonly dhtBootstrap?: readonly string[];
  /** The folder for what is remembered. */
  readonly state?: string;
}

export interface ClientSettings {
  readonly peers: readonly Address[];
  readonly port: number;
  /** A local IP address. */
  readonly host: string | undefined;
  /** 0: none. */
  readonly uploadLimitBytesPerSec: number;
  readonly downloadLimitBytesPerSec: number;
  readonly verbose: boolean;
  readonly peerExchange: boolean;
  readonly localDiscovery: boolean;
  /** Undefined: it does not take part. */
  readonly dht: { readonly bootstrap: readonly Address[] } | undefined;
  readonly stateFolder: string;
}

/** Throws `CommandError`: what is written wrongly ends with 2, a name that cannot be resolved with 69. */
export async function checkClientArguments(args: ClientArguments): Promise<ClientSettings> {
  const peers = (args.peer ?? []).map((text) => readAddress('--peer', text));
  const nodes = (args.dhtBootstrap ?? []).map((text) => readAddress('--dht-bootstrap', text));
  const { host, port, verbose = false, pex: peerExchange = true, lsd: localDiscovery = true } = args;
  if (host !== undefined && parseIp(host) === undefined) {
    throw wrong(`--host ${host}`, 'an IP address of this machine, such as 127.0.0.1');
  }
  const limits = {
    uploadLimitBytesPerSec: readLimit('--upload-limit', args.uploadLimit),
    downloadLimitBytesPerSec: readLimit('--download-limit', args.downloadLimit),
  };
  if (args.dht === false && nodes.length > 0) {
    throw new CommandError(
      '--dht-bootstrap does not go with --no-dht\n  leave out one of them',
      ExitCode.usage,
    );
  }
  const bootstrap = await Promise.all(nodes.map(resolveAddress));
  return {
    peers: await Promise.all(peers.map(resolveAddress)),
    port,
    host,
    verbose,
    peerExchange,
    localDiscovery,
    ...limits,
    dht: args.dht === false ? undefined : { bootstrap },
    stateFolder: stateFolder(args.state, process.env),
  };
}

/** For a torrent of a client that has the limits already. */
export function withoutLimits(settings: ClientSettings): ClientSettings {
  return { ...settings, uploadLimitBytesPerSec: 0, downloadLimitBytesPerSec: 0 };
}

interface NamedAddress {
  readonly option: string;
  readonly text: string;
  readonly host: string;
  readonly port: number;
}

function readAddress(option: string, text: string): NamedAddress {
  const literal = parseAddress(text);
  if (literal !== undefined) return { option, text, ...literal };
  const [, host = '', digits] = /^([A-Za-z0-9._-]*[A-Za-z_-][A-Za-z0-9._-]*):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== '' && port >= 1 && port <= 65535) return { option, text, host, port };
  throw wrong(
    `${option} ${text}`,
    'a host and a port, such as 192.0.2.7:6881, [2001:db8::7]:6881 or home.example:6881',
  );
}

async function resolveAddress({ option, text, host, port }: NamedAddress): Promise<Address> {
  return await new Promise((resolve, reject) =>
    resolveHost(host, (hosts, message) => {
      if (hosts?.[0] !== undefined) resolve({ host: hosts[0], port });
      else reject(new CommandError(`${option} ${text}: ${message}`, ExitCode.unavailable));
    }),
  );
}

function readLimit(option: string, text: string | undefined): number {
  if (text === undefined) return 0;
  const rate = parseRate(text);
  // A rate of nothing would be taken for no limit at all.
  if (rate.ok && rate.value > 0) return rate.value;
  throw wrong(`${option} ${text}`, 'a rate above 0, such as "500 KiB/s" or "8 Mbit/s"');
}

/** A private torrent's peers come from its trackers alone (BEP 27): a peer named here would never be dialled. */
export function checkPrivacy(metainfo: Metainfo, settings: ClientSettings): void {
  if (!metainfo.isPrivate || settings.peers.length === 0) return;
  const hint = 'leave --peer out: a private torrent keeps to the peers that its trackers name';
  throw new CommandError(`${metainfo.name} is private\n  ${hint}`, ExitCode.usage);
}

function wrong(what: string, expected: string): CommandError {
  return new CommandError(`${what} is not valid\n  expected ${expected}`, ExitCode.usage);
}
