/** What each peer is connected by, runs on and behaves like, spelled out. */
import type { PlannedDisk, PlannedLink, PlannedPeer } from '../plan.ts';
import type { ScenarioGroup } from '../scenario.ts';
import type { Mixture, ScenarioDisk, ScenarioLine } from '../scenario-lines.ts';
import { drawn, type PeerStream } from './draws.ts';
import { kinds } from './shares.ts';

export type PlannedMachine = Pick<PlannedPeer, 'link' | 'disk' | 'behaviour'>;

/** Gives the machine of one peer after the other, each drawn from the streams of its peer. */
export function machines(group: ScenarioGroup, seed: number): (stream: PeerStream) => PlannedMachine {
  const kindsFor = <Kind>(purpose: string, mixture: Mixture<Kind>): (() => Kind) =>
    kinds(mixture, `${seed}/expand/${group.name}/${purpose}`);
  const lineOf = kindsFor('link', group.link);
  const regionOf = group.region && kindsFor('region', group.region);
  const natOf = kindsFor('nat', group.nat);
  const behaviourOf = kindsFor('behaviour', group.behaviour);
  return (stream) => ({
    link: {
      ...plannedLine(lineOf(), stream),
      region: regionOf?.(),
      nat: natOf(),
      caps: group.caps,
    },
    disk: plannedDisk(group.disk, stream),
    behaviour: behaviourOf(),
  });
}

function plannedLine(line: ScenarioLine, stream: PeerStream): Omit<PlannedLink, 'region' | 'nat' | 'caps'> {
  return {
    ...(line.profile === undefined ? {} : { profile: line.profile }),
    upBytesPerSec: drawn(stream('up'), line.upBytesPerSec),
    downBytesPerSec: drawn(stream('down'), line.downBytesPerSec),
    latencyUs: drawn(stream('latency'), line.latencyUs),
    queueBytes: line.queueBytes,
    jitterUs: drawn(stream('jitter'), line.jitterUs),
    lossPerMillion: drawn(stream('loss'), line.lossPerMillion),
    lossBurst: line.lossBurst,
    schedule: line.schedule,
  };
}

function plannedDisk(disk: ScenarioDisk, stream: PeerStream): PlannedDisk {
  return {
    accessUs: drawn(stream('disk-access'), disk.accessUs),
    readBytesPerSec: drawn(stream('disk-read'), disk.readBytesPerSec),
    writeBytesPerSec: drawn(stream('disk-write'), disk.writeBytesPerSec),
    roomBytes: disk.roomBytes,
    corruptPerMillion: disk.corruptPerMillion,
    unsyncedUs: disk.unsyncedUs,
  };
}
