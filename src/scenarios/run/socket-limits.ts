/**
 * What of a plan real sockets cannot do. A run that left it out would measure something else than the scenario says, so
 * it is refused, unless the user asks for the rest of it all the same. What takes too long or too many sockets is
 * refused always.
 */
import type { Plan, PlannedPeer } from '../plan.ts';
import { formatDuration } from '../unit-text.ts';
import { simulatedStrategies } from './run-strategies.ts';

/** In one process, with fifty connections each, it is the most that a machine's sockets and its one thread carry. */
export const SOCKET_PEERS_MAX = 250;
/** Longer than anybody waits for. */
export const SOCKET_TIME_MAX_US = 12 * 3_600_000_000;

const DISHONOURED: readonly { readonly what: string; readonly applies: (peer: PlannedPeer) => boolean }[] = [
  { what: 'loss of packets', applies: ({ link }) => link.lossPerMillion > 0 },
  { what: 'NAT', applies: ({ link }) => link.nat !== 'open' },
];

/** Events that real machines cannot carry out. */
const IMPOSSIBLE_EVENTS: ReadonlySet<string> = new Set(['loss']);

/** Names of what the plan asks for and real sockets cannot do, whatever the time; empty when all of it can be done. */
export function simulatedOnly(plan: Plan): string[] {
  const found = DISHONOURED.filter(({ applies }) => plan.peers.some(applies)).map(({ what }) => what);
  for (const name of simulatedStrategies(plan)) {
    found.push(`the picker "${name}", which knows the whole swarm`);
  }
  const events = plan.events.map(({ kind }) => kind).filter((kind) => IMPOSSIBLE_EVENTS.has(kind));
  for (const kind of new Set(events)) found.push(`the event "${kind}"`);
  return found;
}

/** Why the plan is too large for real sockets, in words; empty when it is not. */
export function tooLargeForSockets({ peers, endUs }: Plan): string[] {
  const found: string[] = [];
  if (peers.length > SOCKET_PEERS_MAX) {
    found.push(`${peers.length} peers, and ${SOCKET_PEERS_MAX} are the most that one machine carries`);
  }
  if (endUs > SOCKET_TIME_MAX_US) {
    found.push(
      `it lasts up to ${formatDuration(endUs)} of real time, and ${formatDuration(SOCKET_TIME_MAX_US)} is the most`,
    );
  }
  return found;
}

/** The plan without what real sockets cannot do: nothing is lost, nobody is behind a translation. */
export function withoutSimulatedOnly(plan: Plan): Plan {
  return {
    ...plan,
    peers: plan.peers.map((peer) => ({
      ...peer,
      link: { ...peer.link, lossPerMillion: 0, lossBurst: 1, nat: 'open' },
    })),
    events: plan.events.filter(({ kind }) => !IMPOSSIBLE_EVENTS.has(kind)),
  };
}
