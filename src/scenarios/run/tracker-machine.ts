/** The tracker of a run: a host of its own, by UDP (BEP 15) or HTTP (BEP 3), as the plan says. */
import { formatAddress } from '../../core/address.ts';
import { StreamHttpServer } from '../../core/http/stream-server.ts';
import type { Address } from '../../core/ports.ts';
import { HttpTrackerEndpoint } from '../../core/tracker/http-endpoint.ts';
import { SwarmRegistry } from '../../core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../core/tracker/udp-endpoint.ts';
import type { Plan } from '../plan.ts';
import type { Machines } from './machine.ts';

const TRACKER_PORT = 6969;

export interface TrackerEvents {
  /** Clients can announce to this URL. */
  onReady(url: string): void;
  onFailed(message: string): void;
}

/** Starts the tracker and returns what closes it. */
export function startTracker(plan: Plan, machines: Machines, events: TrackerEvents): () => void {
  const { clock, hasher } = machines;
  const { network, random, address } = machines.create('tracker', plan.tracker.link);
  const { intervalUs, numwant } = plan.tracker;
  const registry = new SwarmRegistry(
    { random: random.fork('registry') },
    { intervalUs, minIntervalUs: Math.min(60_000_000, intervalUs), defaultNumwant: numwant },
  );
  const onReady = ({ port }: Address): void => {
    const host = formatAddress({ host: address, port });
    events.onReady(`${plan.tracker.transport}://${host}/announce`);
  };
  if (plan.tracker.transport === 'udp') {
    const ports = { clock, network, hasher, random: random.fork('udp') };
    const udp = new UdpTrackerEndpoint(ports, registry, {
      port: TRACKER_PORT,
      onBound: onReady,
      onError: events.onFailed,
    });
    return () => udp.close();
  }
  const endpoint = new HttpTrackerEndpoint(registry);
  const server = new StreamHttpServer(
    { clock, network },
    {
      port: TRACKER_PORT,
      handle: (target, from, nowUs) => endpoint.handle(target, from, nowUs),
      onListening: onReady,
      onError: events.onFailed,
    },
  );
  return () => server.close();
}
