/** The part of `get` and `seed` in the DHT, as the command line has it: over both families of addresses, kept in a file. */
import { join } from 'node:path';
import type { DhtNetwork, DhtOptions } from '../core/dht/dht.ts';
import { STATE_BYTES_MAX } from '../core/dht/dht-state.ts';
import { NodeNetwork } from '../host/node-network.ts';
import { StateFile } from '../host/state-file.ts';
import type { ClientSettings } from './client-arguments.ts';
import type { Terminal } from './output/terminal.ts';

/** In the state folder. */
export const DHT_FILE = 'dht.dat';

/** `network`: that of the client. */
export function dhtNetworks(host: string | undefined, network: NodeNetwork): DhtNetwork[] {
  if (host !== undefined) return [{ network, ipv6: host.includes(':') }];
  return [
    { network, ipv6: false },
    { network: new NodeNetwork({ localHost: '::' }), ipv6: true },
  ];
}

/** Undefined where the DHT is not to be used. */
export function dhtOptions(
  settings: Pick<ClientSettings, 'dht' | 'verbose' | 'stateFolder'>,
  terminal: Pick<Terminal, 'print'>,
): DhtOptions | undefined {
  const { dht, verbose, stateFolder } = settings;
  if (dht === undefined) return undefined;
  return {
    bootstrap: dht.bootstrap,
    store: dhtStore(stateFolder, (message) => terminal.print(message)),
    onFailed: (message) => terminal.print(`no DHT: ${message}`),
    onJoined: (nodes) => {
      if (verbose) terminal.print(`DHT: reached, ${nodes} nodes known`);
    },
  };
}

/** Whether there may be nodes to begin with: some that are named, or a file of an earlier session. */
export function knowsDhtNodes({ dht, stateFolder }: ClientSettings): boolean {
  if (dht === undefined) return false;
  return dht.bootstrap.length > 0 || dhtStore(stateFolder, () => {}).load() !== undefined;
}

function dhtStore(folder: string, onFailed: (message: string) => void): StateFile {
  return new StateFile(join(folder, DHT_FILE), { maxBytes: STATE_BYTES_MAX, onFailed });
}
