/** How qBittorrent is told what to do: the settings that it starts with, and its web API. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientPlace } from './client-place.ts';

export interface QbittorrentProcess {
  readonly command: 'qbittorrent-nox';
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The root of its web API, with a slash at the end. */
  readonly api: string;
}

/**
 * Writes its settings: it asks for no password on loopback and finds peers by trackers alone.
 *
 * @param more lines of its section `[BitTorrent]` that differ: `Session\GlobalMaxRatio=-1`
 */
export function qbittorrentProcess(
  place: Omit<ClientPlace, 'folder'> & { readonly webPort: number },
  more: readonly string[],
): QbittorrentProcess {
  const { host, port, webPort, state, peerExchange = false } = place;
  const folder = join(state, 'qBittorrent', 'config');
  mkdirSync(folder, { recursive: true });
  const settings = [
    '[LegalNotice]',
    'Accepted=true',
    '[Preferences]',
    `WebUI\\Address=${host}`,
    `WebUI\\Port=${webPort}`,
    'WebUI\\LocalHostAuth=false',
    'WebUI\\AuthSubnetWhitelistEnabled=true',
    // In network namespaces the addresses begin with 10.
    'WebUI\\AuthSubnetWhitelist=127.0.0.0/8, 10.0.0.0/8',
    'WebUI\\UseUPnP=false',
    '[Network]',
    'PortForwardingEnabled=false',
    '[BitTorrent]',
    'Session\\Interface=lo',
    `Session\\InterfaceAddress=${host}`,
    `Session\\Port=${port}`,
    'Session\\DHTEnabled=false',
    'Session\\LSDEnabled=false',
    `Session\\PeXEnabled=${peerExchange}`,
    'Session\\BTProtocol=TCP',
    'Session\\GlobalMaxRatio=-1',
    ...more,
  ];
  writeFileSync(join(folder, 'qBittorrent.conf'), `${settings.join('\n')}\n`);
  return {
    command: 'qbittorrent-nox',
    args: [`--profile=${state}`],
    env: { HOME: state },
    api: `http://${host}:${webPort}/api/v2/`,
  };
}
