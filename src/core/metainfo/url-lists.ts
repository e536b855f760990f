/**
 * Reads the tracker and web seed URLs of a torrent file (BEP 3, BEP 12, BEP 19). These fields are hints: an entry of
 * the wrong type is left out and never makes the torrent unusable.
 */
import type { BencodeDict, BencodeValue } from '../bencode/index.ts';
import { isList } from '../bencode/index.ts';
import { decodeUtf8 } from '../bytes.ts';
import { URL_COUNT_LIMIT, URL_LENGTH_LIMIT } from './limits.ts';

/** Tracker URLs in tiers. A usable `announce-list` overrides `announce` (BEP 12). No URL twice, no empty tier. */
export function readTrackers(root: BencodeDict): string[][] {
  const urls = new UrlSet();
  const tiers: string[][] = [];
  for (const tier of root.getList('announce-list') ?? []) {
    const accepted = isList(tier) ? urls.accept(tier) : [];
    if (accepted.length > 0) tiers.push(accepted);
  }
  if (tiers.length > 0) return tiers;
  const announce = urls.accept([root.get('announce')]);
  return announce.length > 0 ? [announce] : [];
}

/** Web seed URLs; `url-list` is one string or a list of them. */
export function readWebSeeds(root: BencodeDict): string[] {
  const value = root.get('url-list');
  return new UrlSet().accept(isList(value) ? value : [value]);
}

/** Any scheme passes: what is supported is for the user of the URL to say. */
const URL_FORM = /^[a-z][a-z0-9+.-]*:\/\/[^\p{Cc}\s]+$/iu;

/** Lets well-formed URLs through once each, up to a limit. */
class UrlSet {
  readonly #seen = new Set<string>();

  accept(values: readonly (BencodeValue | undefined)[]): string[] {
    const accepted: string[] = [];
    for (const value of values) {
      if (!(value instanceof Uint8Array) || value.length > URL_LENGTH_LIMIT) continue;
      const url = decodeUtf8(value).trim();
      if (this.#seen.size === URL_COUNT_LIMIT || this.#seen.has(url) || !URL_FORM.test(url)) continue;
      this.#seen.add(url);
      accepted.push(url);
    }
    return accepted;
  }
}
