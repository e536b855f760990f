/** From the file's form to the scenario's: when the peers of a group are there. */
import type { Arrival, ScenarioPresence, Sessions } from '../scenario-presence.ts';
import type { ScenarioFileGroup } from '../schema.ts';
import type { GroupTraces } from '../traces.ts';
import { weeklyWindows } from '../weekly.ts';

export function toPresence(group: ScenarioFileGroup, traces: GroupTraces): ScenarioPresence {
  const { stay } = group;
  const ratio = stay['until-ratio'];
  return {
    arrive: toArrival(group.arrive, traces),
    stay: {
      afterCompleteUs: stay['after-complete'],
      untilRatioPerMille: ratio && Math.round(ratio * 1000),
      untilCopies: stay['until-copies'],
      giveUpAfterUs: stay['give-up-after'],
      untilUs: stay.until,
    },
    off: (group.off ?? []).flatMap(weeklyWindows),
    sessions: toSessions(group.sessions, traces),
  };
}

function toArrival(arrive: ScenarioFileGroup['arrive'], { arrivalsUs }: GroupTraces): Arrival {
  if ('at' in arrive) return { process: 'at', atUs: arrive.at };
  if ('csv' in arrive) return { process: 'trace', timesUs: arrivalsUs ?? [] };
  switch (arrive.process) {
    case 'flash':
      return { process: 'flash', withinUs: arrive.within };
    case 'poisson':
      return { process: 'poisson', meanIntervalUs: arrive.rate };
    case 'decaying':
      return { process: 'decaying', meanUs: arrive.mean };
    case 'waves': {
      const { size, every, within } = arrive;
      return { process: 'waves', size, everyUs: every, withinUs: within };
    }
  }
}

function toSessions(sessions: ScenarioFileGroup['sessions'], { online }: GroupTraces): Sessions | undefined {
  if (sessions === undefined) return undefined;
  if ('csv' in sessions) return { kind: 'trace', online: online ?? [] };
  return { kind: 'drawn', onlineUs: sessions.online, awayUs: sessions.away };
}
