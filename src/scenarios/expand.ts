/**
 * From a scenario and a seed to the plan that spells everything out. Every draw has a stream of its own, named by group,
 * peer and purpose: one more peer, or one more thing drawn, shifts nothing else.
 */
import type { Random } from '../core/ports.ts';
import { SeededRandom } from '../sim/random.ts';
import type { PeerStream } from './expand/draws.ts';
import { plannedEvents } from './expand/events.ts';
import { initialPieces } from './expand/initial-pieces.ts';
import { machines } from './expand/lines.ts';
import { presences, type RunTime } from './expand/presence.ts';
import type { Plan, PlannedDht, PlannedLink, PlannedPeer } from './plan.ts';
import { DEFAULT_LINK, PLAN_DEFAULTS } from './plan-defaults.ts';
import type { Scenario, ScenarioDht, ScenarioGroup } from './scenario.ts';

/** The tracker's line: so wide that it is never what is measured. */
const TRACKER_LINK: PlannedLink = {
  ...DEFAULT_LINK,
  upBytesPerSec: 125_000_000,
  downBytesPerSec: 125_000_000,
  latencyUs: 5000,
  queueBytes: 4 * 1024 * 1024,
};

/**
 * The plan of one run. `seed` takes the place of the scenario's own; `random` is the stream of the run with that seed.
 */
export function expand(scenario: Scenario, seed: number, random: Random = SeededRandom.ofRun(seed)): Plan {
  // With another seed a plan decides the same, and the run draws differently.
  if (scenario.plan !== undefined) return { ...scenario.plan, seed };
  const run: RunTime = { endUs: scenario.time.untilUs, startsAtUs: scenario.time.startsAtUs };
  const { files, pieceLengthBytes } = scenario.torrent;
  const totalBytes = files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const pieceCount = Math.ceil(totalBytes / pieceLengthBytes);
  const peers = scenario.groups.flatMap((group, index) =>
    expandGroup(group, index, seed, run, pieceCount, random),
  );
  return {
    version: 1,
    name: scenario.name,
    description: scenario.description,
    seed,
    endUs: scenario.time.untilUs,
    sampleUs: scenario.time.sampleUs,
    payload: scenario.payload,
    ...PLAN_DEFAULTS,
    startsAtUs: scenario.time.startsAtUs,
    healAtUs: scenario.time.healUs,
    swarm: scenario.swarm,
    internet: scenario.internet,
    torrent: scenario.torrent,
    tracker: { ...scenario.tracker, link: TRACKER_LINK },
    ...(scenario.pex === true ? { pex: true } : {}),
    ...(scenario.dht === undefined ? {} : { dht: plannedDht(scenario, scenario.dht, peers) }),
    groups: scenario.groups.map((group) => group.name),
    peers,
    events: plannedEvents(scenario, peers, random),
    ...(scenario.strategyModules === undefined ? {} : { strategyModules: scenario.strategyModules }),
  };
}

/** The peers of the groups that are named, and those that are named themselves. */
function plannedDht(
  scenario: Scenario,
  { bootstrap }: ScenarioDht,
  peers: readonly PlannedPeer[],
): PlannedDht {
  if (bootstrap === 'router') return { bootstrap };
  const isNamed = ({ id, group }: PlannedPeer): boolean =>
    bootstrap.includes(id) || bootstrap.includes(scenario.groups[group]?.name ?? '');
  return { bootstrap: [...peers.keys()].filter((index) => isNamed(peers[index] as PlannedPeer)) };
}

function expandGroup(
  group: ScenarioGroup,
  groupIndex: number,
  seed: number,
  run: RunTime,
  pieceCount: number,
  random: Random,
): PlannedPeer[] {
  const peers: PlannedPeer[] = [];
  const machineOf = machines(group, seed);
  const presenceOf = presences(group, run);
  for (let number = 1; number <= group.count; number++) {
    const id = `${group.name}-${number}`;
    const stream: PeerStream = (purpose) => random.fork(`expand/${id}/${purpose}`);
    peers.push({
      id,
      group: groupIndex,
      have: initialPieces(group.have, pieceCount, number, () => stream('have')),
      ...machineOf(stream),
      ...presenceOf(stream),
      engine: group.engine,
    });
  }
  return peers;
}
