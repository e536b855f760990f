/** From the file's form to the scenario's: how peers find each other. */
import type { Scenario, ScenarioTracker } from '../scenario.ts';
import type { ScenarioFile } from '../schema.ts';

/** What stands in the place of a tracker that is not there. */
const NO_TRACKER = { isOff: true, transport: 'udp', intervalUs: 120_000_000, numwant: 50 } as const;

export function toDiscovery({ discovery }: ScenarioFile): Pick<Scenario, 'tracker' | 'pex' | 'dht'> {
  const { tracker, pex, dht } = discovery;
  return {
    tracker: tracker === false ? NO_TRACKER : toTracker(tracker),
    ...(pex ? { pex } : {}),
    ...(dht === false ? {} : { dht: { bootstrap: dht === true ? 'router' : dht.bootstrap } }),
  };
}

function toTracker(tracker: Exclude<ScenarioFile['discovery']['tracker'], false>): ScenarioTracker {
  const { transport, interval, numwant, 'own-group': ownGroupPerMillion } = tracker;
  return {
    transport,
    intervalUs: interval,
    numwant,
    ...(ownGroupPerMillion === undefined ? {} : { ownGroupPerMillion }),
  };
}
