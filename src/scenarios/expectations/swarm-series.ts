/** The metrics of the swarm over time, read off a trace: series of one row. */
import { foldPopulation, type PopulationSeries } from '../../trace/metrics/population.ts';
import { uplinkChanges } from '../../trace/metrics/uplinks.ts';
import { foldSentRate } from '../../trace/metrics/upload-use.ts';
import { EventKind, type Trace } from '../../trace/trace.ts';
import type { Series, SeriesChange, SwarmMetric } from './metrics.ts';

/** @param neededUntilUs from here on nobody needs a piece any more */
export function swarmSeries(
  trace: Trace,
  name: SwarmMetric,
  group: string | undefined,
  neededUntilUs: number,
): Series {
  const { header, endUs } = trace;
  const counts = (peer: number): boolean =>
    group === undefined || header.groups[header.peers[peer]?.group ?? -1] === group;
  const startUs = firstArrival(trace);
  const whole = { rows: 1, startUs, untilUs: endUs };
  switch (name) {
    case 'peers.present':
      return { ...whole, changes: counted(foldPopulation(trace, counts), false) };
    case 'peers.complete':
      return { ...whole, changes: counted(foldPopulation(trace, counts), true) };
    case 'swarm.uplink':
      return { ...whole, changes: uplinkSums(trace, counts) };
    case 'swarm.sent_rate': {
      const { sliceUs, rates } = foldSentRate(trace, counts);
      const firstUs = startUs === undefined ? undefined : Math.floor(startUs / sliceUs) * sliceUs;
      const changes = Array.from(rates, (value, slice) => ({ timeUs: slice * sliceUs, index: 0, value }));
      return { rows: 1, startUs: firstUs, untilUs: neededUntilUs, changes };
    }
  }
}

/** The first arrival of all peers: before it there is no swarm, for no group. */
function firstArrival({ events }: Trace): number | undefined {
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] === EventKind.joined) return events.timeUs[row];
  }
  return undefined;
}

function* counted(
  { count, timeUs, seeds, leechers }: PopulationSeries,
  onlySeeds: boolean,
): Generator<SeriesChange> {
  for (let row = 0; row < count; row++) {
    const value = (seeds[row] as number) + (onlySeeds ? 0 : (leechers[row] as number));
    yield { timeUs: timeUs[row] as number, index: 0, value };
  }
}

function* uplinkSums(trace: Trace, counts: (peer: number) => boolean): Generator<SeriesChange> {
  let bytesPerSec = 0;
  for (const { timeUs, peer, fromBytesPerSec, toBytesPerSec } of uplinkChanges(trace)) {
    if (!counts(peer)) continue;
    bytesPerSec += toBytesPerSec - fromBytesPerSec;
    yield { timeUs, index: 0, value: bytesPerSec / 1e6 };
  }
}
