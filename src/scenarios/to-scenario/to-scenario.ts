/** From what the schema made of a file to the scenario that the rest of the program sees. */
import type { Expectation } from '../expectations/expectation.ts';
import type { PlannedInternet } from '../plan.ts';
import type { RunPieces } from '../run-pieces.ts';
import type { Scenario, ScenarioGroup, ScenarioHave, ScenarioTorrent } from '../scenario.ts';
import type { ScenarioFile, ScenarioFileGroup } from '../schema.ts';
import type { StrategyModule } from '../strategies/strategy-module.ts';
import type { ScenarioSweep } from '../sweep/sweep.ts';
import type { GroupTraces } from '../traces.ts';
import { toDiscovery } from './to-discovery.ts';
import { toEngine } from './to-engine.ts';
import { toEvents } from './to-events.ts';
import { toInternet } from './to-internet.ts';
import { toLines } from './to-lines.ts';
import { toPresence } from './to-presence.ts';

/** What was read beside the form of the file; traces and pieces are those of its groups, in order. */
export interface ReadParts {
  readonly traces: readonly GroupTraces[];
  readonly runPieces: RunPieces;
  readonly strategyModules: readonly StrategyModule[];
  readonly expectations: readonly Expectation[];
  readonly sweep: ScenarioSweep | undefined;
}

/** `file` obeys the rules between keys. */
export function toScenario(
  file: ScenarioFile,
  { traces, runPieces, strategyModules, expectations, sweep }: ReadParts,
): Scenario {
  const internet = toInternet(file);
  return {
    version: file.version,
    name: file.name,
    description: file.description,
    seed: file.seed,
    time: {
      untilUs: file.time.until,
      sampleUs: file.time.sample,
      startsAtUs: file.time.starts,
      healUs: file.time.heal,
    },
    payload: file.payload,
    torrent: toTorrent(file),
    ...toDiscovery(file),
    swarm: file.swarm === 'on',
    internet,
    groups: file.peers.map((group, index) => toGroup(group, internet, traces[index] ?? {}, runPieces[index])),
    events: toEvents(file),
    expectations,
    sweep,
    ...(strategyModules.length === 0 ? {} : { strategyModules }),
  };
}

function toTorrent(file: ScenarioFile): ScenarioTorrent {
  const { torrent } = file;
  const name = torrent.name ?? file.name;
  const files = torrent.files?.map(({ path, size }) => ({ path: path.split('/'), lengthBytes: size }));
  return {
    name,
    pieceLengthBytes: torrent.piece,
    files: files ?? [{ path: [name], lengthBytes: torrent.size ?? 0 }],
  };
}

function toGroup(
  group: ScenarioFileGroup,
  internet: PlannedInternet,
  traces: GroupTraces,
  runPieces: RunPieces[number],
): ScenarioGroup {
  return {
    name: group.group,
    count: group.count,
    have: toHave(group.have, runPieces),
    ...toLines(group, internet),
    ...toPresence(group, traces),
    engine: toEngine(group.engine),
  };
}

function toHave(have: ScenarioFileGroup['have'], runPieces: RunPieces[number]): ScenarioHave {
  if (runPieces !== undefined) return { pieces: runPieces };
  if (!Array.isArray(have)) return have as Exclude<typeof have, { run: string } | readonly unknown[]>;
  const parts = have.map((entry) => (typeof entry === 'number' ? String(entry) : entry.join('-')));
  return { pieces: parts.join(',') };
}
