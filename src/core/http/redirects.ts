/**
 * Redirects of HTTP: how many are followed, where one leads, and where none may lead. Invariant: whoever answers from
 * farther away never makes us ask a host that only we can reach: the address that would be asked counts, not its name.
 */
import { parseIp } from '../address.ts';
import { type Scope, scopeOf } from '../dht/address-scope.ts';
import { failure, type Result } from '../result.ts';
import { authorityOf, parseUrl, type Url } from './url.ts';

/** More in a row are a failure (libtorrent's bound for trackers). */
export const REDIRECTS_MAX = 5;

const STATUSES: readonly number[] = [301, 302, 303, 307, 308];
/** From what anybody reaches to what only this machine does; what no host can have comes last. */
const NEARER: readonly Scope[] = ['global', 'private', 'loopback', 'none'];

export function isRedirect(status: number): boolean {
  return STATUSES.includes(status);
}

/** The URL that `location` means in an answer from `base` (RFC 3986, 5.2, without dot segments). */
export function redirectTarget(base: Url, location: string): Result<Url> {
  const text = absolute(base, location);
  const target = parseUrl(text);
  if (target.ok && target.value.scheme !== 'http' && target.value.scheme !== 'https') {
    return failure(`not an http: or https: URL: ${text.slice(0, 200)}`);
  }
  return target;
}

/** How far an IP address reaches. Addresses that providers share among homes (RFC 6598) are not the internet's either. */
export function reachOf(host: string): Scope {
  const ip = parseIp(host);
  if (ip?.length === 4 && ip[0] === 100 && ((ip[1] as number) & 0xc0) === 64) return 'private';
  return scopeOf(host);
}

/** Why an answer from the IP address `from` may not lead to the IP address `to`; undefined when it may. */
export function redirectRefusal(
  from: string,
  to: string,
  reach: (host: string) => Scope = reachOf,
): string | undefined {
  const there = reach(to);
  const isNearer = NEARER.indexOf(there) > NEARER.indexOf(reach(from));
  if (there !== 'none' && !isNearer) return undefined;
  const what: Readonly<Record<Scope, string>> = {
    global: '',
    private: 'in the local network',
    loopback: 'on this machine',
    none: 'that no host can have',
  };
  return `a redirect to an address ${what[there]} is not followed`;
}

function absolute(base: Url, location: string): string {
  const origin = `${base.scheme}://${authorityOf(base)}`;
  if (location.startsWith('//')) return `${base.scheme}:${location}`;
  if (location.startsWith('/')) return origin + location;
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(location)) return location;
  const path = base.target.replace(/\?.*$/s, '');
  if (location.startsWith('?')) return origin + path + location;
  return origin + path.slice(0, path.lastIndexOf('/') + 1) + location;
}
