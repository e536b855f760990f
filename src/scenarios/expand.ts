/**
 * From a scenario and a seed to the plan that spells everything out. Every draw has a stream of its own, named by group,
 * peer and purpose: one more peer, or one more thing drawn, shifts nothing else.
 */
import type { Random } from '../core/ports.ts';
import { exponential, uniformInteger } from '../sim/distributions.ts';
import { SeededRandom } from '../sim/random.ts';
import type { Plan, PlannedLink, PlannedPeer } from './plan.ts';
import type { Scenario, ScenarioGroup } from './scenario.ts';
import type { Range } from './units.ts';

/** The tracker's line: so wide that it is never what is measured. */
const TRACKER_LINK: PlannedLink = {
  upBytesPerSec: 125_000_000,
  downBytesPerSec: 125_000_000,
  latencyUs: 5000,
  queueBytes: 4 * 1024 * 1024,
};

/**
 * The plan of one run. `seed` takes the place of the scenario's own; `random` is the stream of the run with that seed.
 */
export function expand(scenario: Scenario, seed: number, random: Random = SeededRandom.ofRun(seed)): Plan {
  return {
    version: 1,
    name: scenario.name,
    description: scenario.description,
    seed,
    endUs: scenario.time.untilUs,
    sampleUs: scenario.time.sampleUs,
    payload: scenario.payload,
    torrent: scenario.torrent,
    tracker: { ...scenario.tracker, link: TRACKER_LINK },
    groups: scenario.groups.map((group) => group.name),
    peers: scenario.groups.flatMap((group, index) => expandGroup(group, index, random)),
  };
}

function expandGroup(group: ScenarioGroup, groupIndex: number, random: Random): PlannedPeer[] {
  const peers: PlannedPeer[] = [];
  const { link, stayAfterCompleteUs } = group;
  const arrivals = arrivalTimes(group);
  for (let number = 1; number <= group.count; number++) {
    const id = `${group.name}-${number}`;
    const stream = (purpose: string): Random => random.fork(`expand/${id}/${purpose}`);
    peers.push({
      id,
      group: groupIndex,
      arriveUs: arrivals(stream('arrive')),
      have: group.have,
      link: {
        upBytesPerSec: drawn(stream('up'), link.upBytesPerSec),
        downBytesPerSec: drawn(stream('down'), link.downBytesPerSec),
        latencyUs: drawn(stream('latency'), link.latencyUs),
        queueBytes: link.queueBytes,
      },
      leaveAfterCompleteUs: stayAfterCompleteUs && drawn(stream('stay'), stayAfterCompleteUs),
      engine: group.engine,
    });
  }
  return peers;
}

/** Gives one arrival after the other, each drawn from the stream of its peer. */
function arrivalTimes({ arrive }: ScenarioGroup): (random: Random) => number {
  switch (arrive.process) {
    case 'at':
      return () => arrive.atUs;
    case 'flash':
      return (random) => uniformInteger(random, 0, arrive.withinUs - 1);
    case 'poisson': {
      let exactUs = 0;
      return (random) => {
        exactUs += exponential(random, arrive.meanIntervalUs);
        return Math.ceil(exactUs);
      };
    }
  }
}

function drawn(random: Random, range: Range): number {
  return uniformInteger(random, range.lowest, range.highest);
}
