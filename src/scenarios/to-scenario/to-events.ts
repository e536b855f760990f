/** From the file's form to the scenario's: what happens during a run. */
import { invariant } from '../../core/result.ts';
import type { PlannedDiskFault, PlannedEngine } from '../plan.ts';
import type { Portion, ScenarioAction, ScenarioCut, ScenarioEvent, Target } from '../scenario-events.ts';
import { TRACKER_NAME } from '../schema/target-schema.ts';
import type { ScenarioFile } from '../schema.ts';

type FileEvent = ScenarioFile['events'][number];
type FilePick = NonNullable<FileEvent['leave']>['pick'];
type FileCut = NonNullable<FileEvent['partition']>;
type FileDisk = NonNullable<FileEvent['disk']>;
type FileEngine = NonNullable<FileEvent['engine']>;
interface FileTarget {
  readonly group?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly peer?: string | undefined;
  readonly pick?: FilePick;
}

export function toEvents(file: ScenarioFile): readonly ScenarioEvent[] {
  const groups = new Set(file.peers.map((group) => group.group));
  return file.events.map((event) => ({
    atUs: event.at,
    everyUs: event.every,
    times: event.times,
    ...toAction(event, groups),
  }));
}

function toAction(event: FileEvent, groups: ReadonlySet<string>): ScenarioAction {
  const { partition, hold, latency, loss, line, crash, leave, disk, tracker, engine } = event;
  if (partition !== undefined) return { verb: 'partition', ...toCut(partition, groups) };
  if (hold !== undefined) return { verb: 'hold', ...toCut(hold, groups) };
  if (latency !== undefined) {
    return { verb: 'latency', target: toTarget(latency), addUs: latency.add, forUs: latency.for };
  }
  if (loss !== undefined) {
    return {
      verb: 'loss',
      target: toTarget(loss),
      lossPerMillion: loss.share,
      lossBurst: loss.burst,
      forUs: loss.for,
    };
  }
  if (line !== undefined) {
    const { up, down } = line;
    return {
      verb: 'line',
      target: toTarget(line),
      upBytesPerSec: up,
      downBytesPerSec: down,
      forUs: line.for,
    };
  }
  if (crash !== undefined) {
    return { verb: 'crash', target: toTarget(crash), restartAfterUs: crash['restart-after'] };
  }
  if (leave !== undefined) return { verb: 'leave', target: toTarget(leave) };
  if (disk !== undefined) {
    return { verb: 'disk', target: toTarget(disk), fault: toDiskFault(disk), forUs: disk.for };
  }
  if (tracker !== undefined) return { verb: 'tracker', fault: tracker.fault, forUs: tracker.for };
  invariant(engine !== undefined, 'an event has a verb');
  return { verb: 'engine', target: toTarget(engine), engine: toSettings(engine) };
}

function toCut(cut: FileCut, groups: ReadonlySet<string>): Omit<ScenarioCut, 'verb'> {
  const forUs = cut.for;
  const [one, other] = cut.groups ?? [];
  if (one !== undefined && other !== undefined) {
    return { from: toSide(one, groups), to: toSide(other, groups), bothWays: true, forUs };
  }
  if (cut.from !== undefined && cut.to !== undefined) {
    return { from: toSide(cut.from, groups), to: toSide(cut.to, groups), bothWays: false, forUs };
  }
  const { group, peer, pick } = cut;
  return { from: toTarget({ group, peer, pick }), to: undefined, bothWays: true, forUs };
}

/** Names of groups come first: a peer whose id is the name of a group too is reached by the key `peer` alone. */
function toSide(names: readonly string[], groups: ReadonlySet<string>): Target {
  return {
    groups: names.filter((name) => groups.has(name)),
    peers: names.filter((name) => !groups.has(name) && name !== TRACKER_NAME),
    tracker: names.includes(TRACKER_NAME),
    pick: undefined,
  };
}

function toTarget({ group, groups, peer, pick }: FileTarget): Target {
  return {
    groups: groups ?? (group === undefined ? [] : [group]),
    peers: peer === undefined ? [] : [peer],
    tracker: false,
    pick: toPick(pick),
  };
}

function toPick(pick: FilePick): Portion | undefined {
  if (pick === undefined) return undefined;
  return typeof pick === 'number'
    ? { kind: 'count', count: pick }
    : { kind: 'share', perMillion: pick.perMillion };
}

function toDiskFault(disk: FileDisk): PlannedDiskFault {
  switch (disk.fault) {
    case 'slow':
      return { kind: 'slow', bytesPerSec: disk.rate };
    case 'corrupting':
      return { kind: 'corrupting', perMillion: disk.share };
    default:
      return { kind: disk.fault };
  }
}

/** Only what is given: what is not stays as it is. */
function toSettings(file: FileEngine): Partial<PlannedEngine> {
  const settings = {
    picker: file.picker,
    choker: file.choker,
    seedChoker: file['seed-choker'],
    suggest: file.suggest,
    uploadSlots: file['upload-slots'],
    connectionsMax: file.connections,
    uploadLimitBytesPerSec: file['upload-limit'],
    downloadLimitBytesPerSec: file['download-limit'],
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
