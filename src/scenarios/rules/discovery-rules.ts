/** Rules about how peers find each other: in one way at least, and through peers that exist. */
import { complain } from '../complaint.ts';
import { asList, asMap, atKey, atValue, type RuleFault } from './plain-data.ts';
import { Population } from './target-rules.ts';

export function discoveryFaults(root: Record<string, unknown>): RuleFault[] {
  const { tracker, dht } = asMap(root.discovery);
  const faults: RuleFault[] = [];
  if (tracker === false && (dht === undefined || dht === false)) {
    const complaint = complain('no peer can find another', { expected: 'a tracker, or "dht: true"' });
    faults.push(atKey(['discovery', 'tracker'], complaint));
  }
  const population = new Population(root.peers);
  for (const [index, name] of asList(asMap(dht).bootstrap).entries()) {
    const complaint = typeof name === 'string' ? population.unknownGroupOrPeer(name) : undefined;
    if (complaint !== undefined) faults.push(atValue(['discovery', 'dht', 'bootstrap', index], complaint));
  }
  if (tracker !== false) return faults;
  for (const [index, event] of asList(root.events).entries()) {
    if (asMap(event).tracker === undefined) continue;
    const complaint = complain('there is no tracker to which this could happen', {
      expected: 'a scenario without "discovery: { tracker: false }"',
    });
    faults.push(atKey(['events', index, 'tracker'], complaint));
  }
  return faults;
}
