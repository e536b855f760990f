/** Magnet links for programs: what one says, and the link that says it (BEP 9, BEP 53). */
import { SwarmlabError } from '../client/errors.ts';
import { formatAddress, parseAddress } from '../core/address.ts';
import { fromHex, toHex } from '../core/bytes.ts';
import { formatMagnetLink, parseMagnetLink } from '../core/metainfo/index.ts';
import { describeError } from '../core/result.ts';

export interface Magnet {
  /** 40 hex digits. */
  readonly infoHash: string;
  /** Only to be shown, until the metadata is known. */
  readonly name?: string | undefined;
  /** Tracker URLs, each a tier of its own. */
  readonly trackers?: readonly string[];
  readonly webSeeds?: readonly string[];
  /** "host:port". */
  readonly peers?: readonly string[];
  /** Numbers of the files to be fetched, from 1, as ranges with both ends; absent: all. */
  readonly files?: readonly (readonly [first: number, last: number])[] | undefined;
}

/** Throws `SwarmlabError` when the link names no torrent; what it has besides and is malformed is left out. */
export function parseMagnet(link: string): Required<Magnet> {
  const parsed = parseMagnetLink(link);
  if (!parsed.ok) throw new SwarmlabError(`this is not a usable magnet link: ${describeError(parsed.error)}`);
  const { infoHash, name, trackers, webSeeds, peers, namedPeers, selectedFiles } = parsed.value;
  return {
    infoHash: toHex(infoHash),
    name,
    trackers,
    webSeeds,
    peers: [...peers, ...namedPeers].map(formatAddress),
    files: selectedFiles?.map(({ first, last }) => [first + 1, last + 1] as const),
  };
}

/** Throws `SwarmlabError` when the info-hash or a peer is not one. */
export function formatMagnet(magnet: Magnet): string {
  const infoHash = magnet.infoHash.length === 40 ? fromHex(magnet.infoHash) : undefined;
  if (infoHash === undefined) throw new SwarmlabError(`"${magnet.infoHash}" is not 40 hex digits`);
  const peers = (magnet.peers ?? []).map((text) => {
    const named = /^([^:]+):(\d{1,5})$/.exec(text);
    const address = parseAddress(text) ?? (named && { host: named[1] as string, port: Number(named[2]) });
    if (!address) throw new SwarmlabError(`"${text}" is not the address of a peer, such as 192.0.2.7:6881`);
    return address;
  });
  const { name, trackers = [], webSeeds = [], files } = magnet;
  return formatMagnetLink({
    infoHash,
    name,
    trackers,
    webSeeds,
    peers,
    selectedFiles: files?.map(([first, last]) => ({ first: first - 1, last: last - 1 })),
  });
}
