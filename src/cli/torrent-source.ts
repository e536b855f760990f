/**
 * What `get` is told to download: a torrent file, a URL of one, or a magnet link. Everything that is wrong with it ends the
 * command before anything starts; what cannot be fetched now ends it with exit code 69.
 */
import { readFileSync } from 'node:fs';
import {
  type MagnetLink,
  type Metainfo,
  parseMagnetLink,
  parseTorrentFile,
  TORRENT_FILE_LIMIT,
} from '../core/metainfo/index.ts';
import type { Address } from '../core/ports.ts';
import { describeError } from '../core/result.ts';
import { NodeHasher } from '../host/node-hasher.ts';
import { NodeHttp } from '../host/node-http.ts';
import { resolveHost } from '../host/node-resolver.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { readTorrentFile } from './read-torrent-file.ts';

/** Total time for the download of a torrent file. */
const DOWNLOAD_US = 60_000_000;

export type TorrentSource =
  | {
      readonly kind: 'file';
      readonly metainfo: Metainfo;
      /** The torrent file as it was read. */
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'magnet';
      readonly link: MagnetLink;
      /** Peers that the link names by name, looked up. */
      readonly peers: readonly Address[];
    };

export async function readTorrentSource(text: string, localHost?: string): Promise<TorrentSource> {
  if (/^magnet:/i.test(text)) return await readMagnet(text);
  if (/^https?:\/\//i.test(text)) return await download(text, localHost);
  const metainfo = readTorrentFile(text);
  return { kind: 'file', metainfo, bytes: readFileSync(text) };
}

async function readMagnet(text: string): Promise<TorrentSource> {
  const parsed = parseMagnetLink(text);
  if (!parsed.ok) {
    throw new CommandError(
      `this is not a usable magnet link: ${describeError(parsed.error)}`,
      ExitCode.usage,
    );
  }
  const link = parsed.value;
  const found = await Promise.all(link.namedPeers.map(lookUp));
  return { kind: 'magnet', link, peers: found.flat() };
}

/** A name that cannot be resolved names nobody: the other peers and the trackers are still there. */
function lookUp({ host, port }: Address): Promise<Address[]> {
  return new Promise((resolve) =>
    resolveHost(host, (hosts) => resolve(hosts?.[0] === undefined ? [] : [{ host: hosts[0], port }])),
  );
}

async function download(url: string, localHost: string | undefined): Promise<TorrentSource> {
  const http = new NodeHttp(localHost === undefined ? {} : { localHost });
  const limits = { maxBodyBytes: TORRENT_FILE_LIMIT, timeoutUs: DOWNLOAD_US };
  const bytes = await new Promise<Uint8Array>((resolve, reject) =>
    http.get(url, limits, (response, failure) => {
      if (response?.status === 200) resolve(response.body);
      else {
        const reason = failure?.message ?? `HTTP status ${response?.status}`;
        reject(new CommandError(`${url} cannot be fetched: ${reason}`, ExitCode.unavailable));
      }
    }),
  );
  const parsed = parseTorrentFile(bytes, new NodeHasher());
  if (parsed.ok) return { kind: 'file', metainfo: parsed.value, bytes };
  throw new CommandError(`${url} is not a torrent file: ${describeError(parsed.error)}`, ExitCode.usage);
}
