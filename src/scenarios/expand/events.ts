/** What happens during a run, spelled out: peers by index, everything drawn, repetitions one by one. */
import type { Random } from '../../core/ports.ts';
import type { PlannedEvent, PlannedPeer } from '../plan.ts';
import type { Scenario } from '../scenario.ts';
import type { ScenarioEvent } from '../scenario-events.ts';
import { eventLabel } from './event-labels.ts';
import { PeerIndex } from './targets.ts';

/** In the order of time; those of one instant in the order of the scenario. `random` is the stream of the run. */
export function plannedEvents(
  scenario: Scenario,
  peers: readonly PlannedPeer[],
  random: Random,
): readonly PlannedEvent[] {
  const index = new PeerIndex(
    scenario.groups.map((group) => group.name),
    peers,
  );
  const { untilUs, healUs = untilUs } = scenario.time;
  const planned: PlannedEvent[] = [];
  for (const event of scenario.events) {
    for (const atUs of occurrences(event, Math.min(untilUs, healUs))) {
      // Named by what happens and when, so that another event does not shift what is drawn for this one.
      const stream = random.fork(`expand/events/${event.verb}@${atUs}`);
      planned.push({
        atUs,
        label: eventLabel(event),
        ...spelledOut(event, atUs, scenario.time.healUs, index, stream),
      });
    }
  }
  // Sorting is stable.
  return planned.sort((a, b) => a.atUs - b.atUs);
}

/** The times at which an event happens: the given number of times, or as often as there is time before `endUs`. */
export function occurrences(
  { atUs, everyUs, times }: Pick<ScenarioEvent, 'atUs' | 'everyUs' | 'times'>,
  endUs: number,
): number[] {
  if (everyUs === undefined) return [atUs];
  const fitting = Math.max(1, Math.ceil((endUs - atUs) / everyUs));
  return Array.from({ length: times ?? fitting }, (_, index) => atUs + index * everyUs);
}

/** A union member without the keys, member by member. */
type Without<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;

function spelledOut(
  event: ScenarioEvent,
  atUs: number,
  healUs: number | undefined,
  index: PeerIndex,
  random: Random,
): Without<PlannedEvent, 'atUs' | 'label'> {
  /** Nothing lasts longer than until it is healed. */
  const until = (forUs: number | undefined): number | undefined =>
    forUs === undefined ? undefined : Math.min(atUs + forUs, healUs ?? Number.POSITIVE_INFINITY);

  switch (event.verb) {
    case 'partition':
    case 'hold': {
      const from = index.find(event.from, random);
      const to = event.to === undefined ? index.others(from) : index.find(event.to, random);
      return { kind: event.verb, from, to, bothWays: event.bothWays, untilUs: until(event.forUs) };
    }
    case 'tracker':
      return { kind: 'tracker', fault: event.fault, untilUs: until(event.forUs) };
  }
  const peers = index.find(event.target, random);
  switch (event.verb) {
    case 'latency':
      return { kind: 'latency', peers, addUs: event.addUs, untilUs: until(event.forUs) };
    case 'loss': {
      const { lossPerMillion, lossBurst } = event;
      return { kind: 'loss', peers, lossPerMillion, lossBurst, untilUs: until(event.forUs) };
    }
    case 'line': {
      const { upBytesPerSec, downBytesPerSec } = event;
      return { kind: 'line', peers, upBytesPerSec, downBytesPerSec, untilUs: until(event.forUs) };
    }
    case 'crash':
      return { kind: 'crash', peers, restartAfterUs: event.restartAfterUs };
    case 'leave':
      return { kind: 'leave', peers };
    case 'disk':
      return { kind: 'disk', peers, fault: event.fault, untilUs: until(event.forUs) };
    case 'engine':
      return { kind: 'engine', peers, engine: event.engine };
  }
}
