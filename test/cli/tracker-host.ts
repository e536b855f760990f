/** A real tracker on a loopback address, by HTTP or by UDP: the engine's own, on real sockets. */
import { StreamHttpServer } from '../../src/core/http/stream-server.ts';
import type { Address } from '../../src/core/ports.ts';
import { HttpTrackerEndpoint } from '../../src/core/tracker/http-endpoint.ts';
import { SwarmRegistry } from '../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../src/core/tracker/udp-endpoint.ts';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { FakeRandom } from '../support/fake-world.ts';

export interface TrackerHost {
  /** What a torrent file says. */
  readonly announceUrl: string;
  /** Peers that it knows at this moment, of all torrents. */
  peerCount(): number;
  close(): void;
}

export async function startTracker(transport: 'http' | 'udp', host: string): Promise<TrackerHost> {
  const clock = new NodeClock({ keepAlive: true });
  const network = new NodeNetwork({ localHost: host });
  const registry = new SwarmRegistry({ random: new FakeRandom('tracker') }, { idleMayLackMetadata: true });
  let close = (): void => {};
  const { port } = await new Promise<Address>((resolve, reject) => {
    const failed = (message: string): void => reject(new Error(message));
    if (transport === 'http') {
      const endpoint = new HttpTrackerEndpoint(registry);
      const server = new StreamHttpServer(
        { clock, network },
        {
          port: 0,
          handle: (target, from, nowUs) => endpoint.handle(target, from, nowUs),
          onListening: resolve,
          onError: failed,
        },
      );
      close = () => server.close();
    } else {
      const ports = { clock, network, random: new FakeRandom('udp') };
      const endpoint = new UdpTrackerEndpoint(ports, registry, {
        port: 0,
        onBound: resolve,
        onError: failed,
      });
      close = () => endpoint.close();
    }
  });
  return {
    announceUrl: `${transport}://${host}:${port}/announce`,
    peerCount: () => registry.peerCount,
    close: () => close(),
  };
}
