/** The contract of the DHT on real sockets: five addresses of IPv4's loopback, and the one of IPv6's where there is one. */
import { networkInterfaces } from 'node:os';
import { describe } from 'vitest';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeHasher } from '../../src/host/node-hasher.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { NodeRandom } from '../../src/host/node-random.ts';
import { describeDht } from '../contract/dht.ts';
import { pollUntil } from '../contract/world.ts';

function real(hostOf: (index: number) => string) {
  return {
    clock: new NodeClock(),
    hasher: new NodeHasher(),
    random: new NodeRandom(),
    machines: [0, 1, 2, 3, 4].map((index) => {
      const host = hostOf(index);
      return { network: new NodeNetwork({ localHost: host }), host };
    }),
    until: pollUntil,
  };
}

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

describeDht('loopback, IPv4', () => real((index) => `127.0.27.${index + 1}`));
describe.skipIf(!hasIpv6)('with IPv6', () => describeDht('loopback, IPv6', () => real(() => '::1')));
