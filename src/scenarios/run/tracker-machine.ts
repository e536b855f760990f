/** The tracker of a run: a host of its own, by UDP (BEP 15) or HTTP (BEP 3), as the plan says. */
import { formatAddress } from '../../core/address.ts';
import { StreamHttpServer } from '../../core/http/stream-server.ts';
import type { Address } from '../../core/ports.ts';
import { HttpTrackerEndpoint } from '../../core/tracker/http-endpoint.ts';
import { UdpTrackerEndpoint } from '../../core/tracker/udp-endpoint.ts';
import type { Plan } from '../plan.ts';
import { LyingRegistry } from './lying-registry.ts';
import type { Lift, Machine } from './machine.ts';

const TRACKER_PORT = 6969;

export interface TrackerEvents {
  /** Clients can announce to this URL. */
  onReady(url: string): void;
  onFailed(message: string): void;
}

export interface TrackerMachine {
  /** It cannot be reached, or answers with addresses at which nobody is. Only a simulated one can be unreachable. */
  harm(fault: 'down' | 'lies'): Lift;
  close(): void;
}

/** `groupOf`: the index of the group of the peer at this host, for a tracker that answers by groups. */
export function startTracker(
  plan: Plan,
  machine: Machine,
  groupOf: (host: string) => number | undefined,
  events: TrackerEvents,
): TrackerMachine {
  const { clock, network, random, address } = machine;
  const { intervalUs, numwant, ownGroupPerMillion } = plan.tracker;
  const registry = new LyingRegistry(
    { random: random.fork('registry') },
    { intervalUs, minIntervalUs: Math.min(60_000_000, intervalUs), defaultNumwant: numwant },
    ownGroupPerMillion === undefined
      ? undefined
      : { perMillion: ownGroupPerMillion, classOf: ({ host }) => groupOf(host) },
  );
  const harm = (fault: 'down' | 'lies'): Lift => {
    if (fault === 'down') return machine.faults?.limit(0, 0) ?? (() => {});
    registry.lies = true;
    return () => {
      registry.lies = false;
    };
  };
  const onReady = ({ port }: Address): void => {
    const host = formatAddress({ host: address, port });
    events.onReady(`${plan.tracker.transport}://${host}/announce`);
  };
  if (plan.tracker.transport === 'udp') {
    const ports = { clock, network, random: random.fork('udp') };
    const udp = new UdpTrackerEndpoint(ports, registry, {
      port: TRACKER_PORT,
      onBound: onReady,
      onError: events.onFailed,
    });
    return { harm, close: () => udp.close() };
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
  return { harm, close: () => server.close() };
}
