/** From the file's form to the scenario's: what the peers of a group are connected by and run on. */
import type { z } from 'zod';
import type { Behaviour } from '../../sim/misbehaviour/behaviours.ts';
import type { NatKind } from '../../sim/nat.ts';
import type { PlannedCap, PlannedInternet, PlannedRateWindow } from '../plan.ts';
import { type LineProfileName, lineProfiles } from '../profiles.ts';
import type { Mixture, ScenarioDisk, ScenarioLine, ScenarioLines } from '../scenario-lines.ts';
import { lineSchema } from '../schema/link-schema.ts';
import type { ScenarioFileGroup } from '../schema.ts';
import { weeklyWindows } from '../weekly.ts';

type Line = z.output<typeof lineSchema>;
type Overrides = { readonly [Key in keyof Line]?: Line[Key] | undefined };

/** `regions` are those of the scenario's internet. */
export function toLines(group: ScenarioFileGroup, { regions }: PlannedInternet): ScenarioLines {
  const region = group.region === undefined ? undefined : mixture(group.region);
  return {
    link: toLink(group.link),
    region: region?.map(({ kind, perMillion }) => ({ kind: regions.indexOf(kind), perMillion })),
    nat: mixture<NatKind>(group.nat),
    caps: group.cap.map(toCap),
    disk: toDisk(group.disk),
    behaviour: mixture<Behaviour>(group.behaviour),
  };
}

function toLink(link: ScenarioFileGroup['link']): Mixture<ScenarioLine> {
  if (typeof link === 'string') return profiled(link, {});
  if ('profile' in link) return profiled(link.profile, link);
  if ('mix' in link) return profiled(link.mix, link);
  // Only a line has both: in a map of shares they are no keys.
  if ('down' in link && 'up' in link) return [{ kind: toLine(link), perMillion: 1_000_000 }];
  return profiled(link as Shares<LineProfileName>, {});
}

type Shares<Name extends string> = { readonly [Key in Name]?: number | undefined };

function profiled(
  profiles: LineProfileName | Shares<LineProfileName>,
  overrides: Overrides,
): Mixture<ScenarioLine> {
  return mixture(profiles).map(({ kind, perMillion }) => {
    const base = lineSchema.parse(lineProfiles[kind].line, { jitless: true });
    const said = Object.entries(overrides).filter(([key]) => key in base);
    return { kind: { profile: kind, ...toLine({ ...base, ...Object.fromEntries(said) }) }, perMillion };
  });
}

function mixture<Name extends string>(kinds: Name | Shares<Name>): Mixture<Name> {
  if (typeof kinds === 'string') return [{ kind: kinds, perMillion: 1_000_000 }];
  return (Object.entries(kinds) as [Name, number | undefined][]).flatMap(([kind, perMillion]) =>
    perMillion === undefined || perMillion === 0 ? [] : [{ kind, perMillion }],
  );
}

function toLine(form: Line): ScenarioLine {
  return {
    upBytesPerSec: form.up,
    downBytesPerSec: form.down,
    latencyUs: form.latency,
    queueBytes: form.queue,
    jitterUs: form.jitter,
    lossPerMillion: form.loss,
    lossBurst: form['loss-burst'],
    schedule: form.schedule.flatMap(toRateWindows),
  };
}

function toRateWindows(slow: Line['schedule'][number]): readonly PlannedRateWindow[] {
  return weeklyWindows(slow).map((window) => ({
    ...window,
    upPerMille: slow.share ?? slow.up ?? 1000,
    downPerMille: slow.share ?? slow.down ?? 1000,
  }));
}

function toCap({ up, down, both, per, then }: ScenarioFileGroup['cap'][number]): PlannedCap {
  const counts = up !== undefined ? 'up' : down !== undefined ? 'down' : 'both';
  return { counts, bytes: up ?? down ?? both ?? 0, periodUs: per, then };
}

const NOTHING = { lowest: 0, highest: 0 };

function toDisk(disk: ScenarioFileGroup['disk']): ScenarioDisk {
  return {
    accessUs: disk.access ?? NOTHING,
    readBytesPerSec: disk.read ?? NOTHING,
    writeBytesPerSec: disk.write ?? NOTHING,
    roomBytes: disk.room,
    corruptPerMillion: disk.corrupt,
    unsyncedUs: disk.unsynced,
  };
}
