/**
 * What of a plan only the simulated network can do. A run on real sockets that left it out would measure something else
 * than the scenario says, so it is refused.
 */
import type { Plan, PlannedPeer } from '../plan.ts';

const DISHONOURED: readonly { readonly what: string; readonly applies: (peer: PlannedPeer) => boolean }[] = [
  { what: 'jitter', applies: ({ link }) => link.jitterUs > 0 },
  { what: 'loss', applies: ({ link }) => link.lossPerMillion > 0 },
  { what: 'regions', applies: ({ link }) => link.region !== undefined },
  { what: 'NAT', applies: ({ link }) => link.nat !== 'open' },
  { what: 'rate schedules', applies: ({ link }) => link.schedule.length > 0 },
  { what: 'data caps', applies: ({ link }) => link.caps.length > 0 },
  {
    what: 'settings of the disk',
    applies: ({ disk }) =>
      disk.accessUs + disk.readBytesPerSec + disk.writeBytesPerSec + disk.corruptPerMillion > 0 ||
      disk.roomBytes !== undefined,
  },
];

/** Events that real machines can carry out. */
const POSSIBLE_EVENTS: ReadonlySet<string> = new Set(['leave', 'engine']);

/** Names of what the plan asks for and real sockets cannot do; empty when it can run there. */
export function simulatedOnly(plan: Plan): string[] {
  const found = DISHONOURED.filter(({ applies }) => plan.peers.some(applies)).map(({ what }) => what);
  if (plan.internet.pairDelayUs.highest > 0) found.push('a delay for each pair');
  if (plan.healAtUs !== undefined) found.push('a time to heal');
  const events = plan.events.map(({ kind }) => kind).filter((kind) => !POSSIBLE_EVENTS.has(kind));
  for (const kind of new Set(events)) found.push(`the event "${kind}"`);
  return found;
}
