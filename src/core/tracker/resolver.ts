/**
 * Names of hosts, which the engine itself cannot look up. Tracker URLs with a literal address never ask a resolver;
 * every name does, "localhost" included. In simulation there is none.
 */
import { formatIp, parseIp } from '../address.ts';

export type AddressFamily = 4 | 6;

export interface Resolver {
  /**
   * Looks up a name. `done` follows later, never inside this call: the canonical textual IP address, of `family` alone where
   * that is given, or why there is none.
   */
  resolve(
    name: string,
    done: (host: string | undefined, failure: string | undefined) => void,
    family?: AddressFamily,
  ): ResolverCall;
}

export interface ResolverCall {
  /** Gives up; `done` is not called any more. */
  cancel(): void;
}

/** The canonical form of a literal IP address; undefined for a name. */
export function literalHost(host: string): string | undefined {
  const ip = parseIp(host);
  // An IPv4 address has one form only.
  return ip === undefined ? undefined : ip.length === 4 ? host : formatIp(ip);
}

export function familyOf(host: string): AddressFamily {
  return host.includes(':') ? 6 : 4;
}

/** Whether a host of a URL is, or by its name must be, the machine itself. */
export function isLoopback(host: string): boolean {
  const ip = parseIp(host);
  if (ip === undefined) return host === 'localhost' || host.endsWith('.localhost');
  if (ip.length === 4) return ip[0] === 127;
  return formatIp(ip) === '::1';
}
