/**
 * URLs as torrents carry them: just enough of RFC 3986 to find scheme, host, port, path and query, strict about what
 * could smuggle a second line into a request. Also percent-encoding of raw bytes.
 */
import { encodeUtf8, fromLatin1 } from '../bytes.ts';
import { failure, type Result, success } from '../result.ts';

export interface Url {
  /** Lower case, without the colon: "http", "https", "udp". */
  readonly scheme: string;
  /** Name or literal address, lower case, IPv6 without its brackets. */
  readonly host: string;
  /** 1 to 65535; undefined when the URL has none. */
  readonly port: number | undefined;
  /** Path and query as to be requested, ASCII only, at least "/". */
  readonly target: string;
}

const URL_LENGTH_MAX = 4096;

/** Splits an absolute URL. Failure for credentials, spaces, control characters, and more than 4096 characters. */
export function parseUrl(text: string): Result<Url> {
  if (text.length > URL_LENGTH_MAX) return failure(`URL longer than ${URL_LENGTH_MAX} characters`);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x7f) return failure('URL with a space or control character', index);
  }
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?#]*)([^#]*)/.exec(text);
  if (match === null) return failure('not an absolute URL');
  const [, scheme = '', authority = '', rest = ''] = match;
  if (authority.includes('@')) return failure('URL with credentials');
  const place = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(authority);
  if (place === null) return failure('URL without a usable host and port');
  const port = place[3] === undefined ? undefined : Number(place[3]);
  if (port !== undefined && (port < 1 || port > 65535)) return failure(`port ${port} is not in 1..65535`);
  const target = asciiTarget(rest.startsWith('/') ? rest : `/${rest}`);
  return success({
    scheme: scheme.toLowerCase(),
    host: (place[1] ?? place[2] ?? '').toLowerCase(),
    port,
    target,
  });
}

/** "host" or "host:port", with brackets round IPv6, as the Host header has it. */
export function authorityOf(url: Url): string {
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  return url.port === undefined ? host : `${host}:${url.port}`;
}

/** Every byte but letters, digits, "-", ".", "_" and "~" as %XX. */
export function percentEncode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9._~-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** The bytes of percent-encoded text; undefined for a broken escape or a character above U+00FF. "+" stays "+". */
export function percentDecode(text: string): Uint8Array | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text) || /[^\0-\xff]/.test(text)) return undefined;
  return fromLatin1(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

function asciiTarget(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, (part) => percentEncode(encodeUtf8(part)));
}
