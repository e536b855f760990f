/**
 * Whether an address may be dialled on somebody's word (BEP 11): nobody names addresses that reach less far than its own,
 * and nobody aims us at the ports of other services.
 */
import { mayName } from '../dht/address-scope.ts';
import type { Address } from '../ports.ts';

/** Ports below this belong to services that are no peers. */
export const LOWEST_NAMED_PORT = 1024;

/** `by`: the IP address of whoever names it. */
export function isCredible(named: Address, by: string): boolean {
  return named.port >= LOWEST_NAMED_PORT && mayName(by, named);
}
