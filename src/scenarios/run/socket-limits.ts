/**
 * What of a plan real sockets cannot do. A run that left it out would measure something else than the scenario says, so
 * it is refused, unless the user asks for the rest of it all the same. What takes too long or too many sockets is
 * refused always.
 */
import type { Plan, PlannedPeer } from '../plan.ts';
import { formatDuration } from '../unit-text.ts';
import type { NetworkKind } from './run-options.ts';
import { simulatedStrategies } from './run-strategies.ts';

/** In one process, with fifty connections each, it is the most that a machine's sockets and its one thread carry. */
export const SOCKET_PEERS_MAX = 250;
/** Longer than anybody waits for. */
export const SOCKET_TIME_MAX_US = 12 * 3_600_000_000;

export type RealNetwork = Exclude<NetworkKind, 'sim'>;

/** In network namespaces each peer is a process and a cable of its own. */
export const NAMESPACE_PEERS_MAX = 60;

interface Dishonoured {
  readonly what: string;
  readonly applies: (peer: PlannedPeer) => boolean;
}

const ON_SOCKETS: readonly Dishonoured[] = [
  { what: 'loss of packets', applies: ({ link }) => link.lossPerMillion > 0 },
  { what: 'NAT', applies: ({ link }) => link.nat !== 'open' },
];
/** The kernel gives a line one rate each way. Latency would take a part of it that is not everywhere. */
const IN_NAMESPACES: readonly Dishonoured[] = [
  ...ON_SOCKETS,
  { what: 'latency', applies: ({ link }) => link.latencyUs > 0 },
  { what: 'jitter', applies: ({ link }) => link.jitterUs > 0 },
  { what: 'timetables of lines', applies: ({ link }) => link.schedule.length > 0 },
  { what: 'data caps', applies: ({ link }) => link.caps.length > 0 },
];

/** Events that real machines cannot carry out; in namespaces nothing happens to machines, lines and ways. */
const IMPOSSIBLE_EVENTS: Readonly<Record<RealNetwork, ReadonlySet<string>>> = {
  sockets: new Set(['loss']),
  namespaces: new Set(['loss', 'partition', 'hold', 'latency', 'line', 'crash', 'disk', 'tracker']),
};

/** Names of what the plan asks for and `network` cannot do, whatever the time; empty when all of it can be done. */
export function impossibleOn(network: RealNetwork, plan: Plan): string[] {
  const dishonoured = network === 'sockets' ? ON_SOCKETS : IN_NAMESPACES;
  const found = dishonoured.filter(({ applies }) => plan.peers.some(applies)).map(({ what }) => what);
  for (const name of simulatedStrategies(plan)) {
    found.push(`the picker "${name}", which knows the whole swarm`);
  }
  const events = plan.events.map(({ kind }) => kind).filter((kind) => IMPOSSIBLE_EVENTS[network].has(kind));
  for (const kind of new Set(events)) found.push(`the event "${kind}"`);
  return found;
}

/** Why the plan is too large for real sockets, in words; empty when it is not. */
export function tooLargeFor(network: RealNetwork, { peers, endUs }: Plan): string[] {
  const found: string[] = [];
  const peersMax = network === 'sockets' ? SOCKET_PEERS_MAX : NAMESPACE_PEERS_MAX;
  if (peers.length > peersMax) {
    found.push(`${peers.length} peers, and ${peersMax} are the most that one machine carries`);
  }
  if (endUs > SOCKET_TIME_MAX_US) {
    found.push(
      `it lasts up to ${formatDuration(endUs)} of real time, and ${formatDuration(SOCKET_TIME_MAX_US)} is the most`,
    );
  }
  return found;
}

/** The plan without what `network` cannot do: nothing is lost, nobody is behind a translation, and so on. */
export function withoutImpossible(network: RealNetwork, plan: Plan): Plan {
  const open = { lossPerMillion: 0, lossBurst: 1, nat: 'open' } as const;
  const plain = network === 'sockets' ? open : { ...open, latencyUs: 0, jitterUs: 0, schedule: [], caps: [] };
  return {
    ...plan,
    peers: plan.peers.map((peer) => ({ ...peer, link: { ...peer.link, ...plain } })),
    events: plan.events.filter(({ kind }) => !IMPOSSIBLE_EVENTS[network].has(kind)),
  };
}
