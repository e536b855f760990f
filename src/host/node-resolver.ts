/** Names to addresses by the machine's own resolver. The engine never sees a name: whoever starts it resolves first. */
import { lookup } from 'node:dns';
import { formatIp, parseIp } from '../core/address.ts';

/** Exactly one of the arguments is defined; `hosts` are canonical IP addresses in the resolver's order, at least one. */
export type Resolved = (hosts: readonly string[] | undefined, message: string | undefined) => void;

/** Resolves `name`, or canonicalises it when it is an IP address already. `done` follows later, exactly once. */
export function resolveHost(name: string, done: Resolved): void {
  const literal = parseIp(name);
  if (literal !== undefined) {
    setImmediate(() => done([formatIp(literal)], undefined));
    return;
  }
  lookup(name, { all: true }, (error, addresses) => {
    const hosts: string[] = [];
    for (const { address } of addresses ?? []) {
      const ip = parseIp(address);
      if (ip !== undefined) hosts.push(formatIp(ip));
    }
    if (error === null && hosts.length > 0) done(hosts, undefined);
    else done(undefined, `cannot resolve ${name}${error?.code === undefined ? '' : `: ${error.code}`}`);
  });
}
