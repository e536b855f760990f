/** When each peer comes, is away, and leaves, spelled out. */
import type { Random } from '../../core/ports.ts';
import { exponential, uniformInteger } from '../../sim/distributions.ts';
import { WeeklySchedule } from '../../sim/weekly-schedule.ts';
import type { PlannedLeave, PlannedPeer } from '../plan.ts';
import type { ScenarioGroup } from '../scenario.ts';
import type { Stay } from '../scenario-presence.ts';
import { awaySpans, cutToPresence } from './absences.ts';
import { drawnDuration, type PeerStream } from './draws.ts';

export type PlannedPresence = Pick<PlannedPeer, 'arriveUs' | 'absences' | 'leave'>;

/** What of a run bears on who is there when. */
export interface RunTime {
  readonly endUs: number;
  /** The time of the week at the start. */
  readonly startsAtUs: number;
}

/** Gives the presence of one peer after the other, each drawn from the streams of its peer. */
export function presences(group: ScenarioGroup, run: RunTime): (stream: PeerStream) => PlannedPresence {
  const arrivals = arrivalTimes(group);
  const off = new WeeklySchedule(group.off, run.startsAtUs).spansUntil(run.endUs);
  let index = 0;
  return (stream) => {
    const plannedUs = arrivals(stream('arrive'), index);
    const away = awaySpans(group.sessions, off, { arriveUs: plannedUs, index, endUs: run.endUs }, stream);
    index++;
    return { ...cutToPresence(plannedUs, away, run.endUs), leave: plannedLeave(group.stay, stream) };
  };
}

/** Gives the arrival of the peer with this index in its group. */
function arrivalTimes({ arrive }: ScenarioGroup): (random: Random, index: number) => number {
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
    case 'decaying':
      // Arrivals of a Poisson process with a rate in proportion to e^(-t / mean), given how many there are, are
      // independent exponential times: one more peer shifts no other.
      return (random) => Math.ceil(exponential(random, arrive.meanUs));
    case 'waves':
      return (random, index) => {
        const withinUs = Math.max(1, arrive.withinUs);
        return Math.floor(index / arrive.size) * arrive.everyUs + uniformInteger(random, 0, withinUs - 1);
      };
    case 'trace':
      return (_, index) => arrive.timesUs[index] as number;
  }
}

function plannedLeave(stay: Stay, stream: PeerStream): PlannedLeave {
  return {
    afterCompleteUs: stay.afterCompleteUs && drawnDuration(stream('stay'), stay.afterCompleteUs),
    atShareRatioPerMille: stay.untilRatioPerMille,
    whenCopies: stay.untilCopies,
    abortAfterUs: stay.giveUpAfterUs && drawnDuration(stream('give-up'), stay.giveUpAfterUs),
    atUs: stay.untilUs && drawnDuration(stream('until'), stay.untilUs),
  };
}
