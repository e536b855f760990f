/** How Transmission is told what to do: the settings that it starts with, and its RPC. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientPlace } from './client-place.ts';

const SESSION = 'X-Transmission-Session-Id';

export interface TransmissionProcess {
  readonly command: 'transmission-daemon';
  readonly args: readonly string[];
  /** Calls a method; undefined while nobody answers. */
  ask(method: string, args: object): Promise<unknown>;
}

/** Writes its settings: it finds peers by trackers alone, and has no limits. `more`: settings that differ. */
export function transmissionProcess(
  place: ClientPlace & { readonly rpcPort: number },
  more: Readonly<Record<string, unknown>>,
): TransmissionProcess {
  const { host, port, rpcPort, folder, state, peerExchange = false } = place;
  const settings = {
    'bind-address-ipv4': host,
    'peer-port': port,
    'rpc-bind-address': host,
    'rpc-port': rpcPort,
    'rpc-host-whitelist-enabled': false,
    'rpc-whitelist-enabled': false,
    'download-dir': folder,
    'dht-enabled': false,
    'lpd-enabled': false,
    'pex-enabled': peerExchange,
    'utp-enabled': false,
    'port-forwarding-enabled': false,
    'rename-partial-files': false,
    'start-added-torrents': true,
    // Preferred is not forced: two of them talk in the clear.
    encryption: 0,
    ...more,
  };
  writeFileSync(join(state, 'settings.json'), JSON.stringify(settings));
  return {
    command: 'transmission-daemon',
    args: ['--foreground', '--config-dir', state],
    ask: rpcOf(`http://${host}:${rpcPort}/transmission/rpc`),
  };
}

/** The first answer only tells the session's name, without which nothing is done. */
function rpcOf(url: string): TransmissionProcess['ask'] {
  let session = '';
  return async (method, args) => {
    const body = JSON.stringify({ method, arguments: args });
    try {
      for (let tries = 0; tries < 2; tries++) {
        const answer = await fetch(url, { method: 'POST', body, headers: { [SESSION]: session } });
        if (answer.ok) return await answer.json();
        session = answer.headers.get(SESSION) ?? '';
        await answer.arrayBuffer();
      }
    } catch {
      // Nobody listens, or not yet.
    }
    return undefined;
  };
}
