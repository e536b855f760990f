/** How many peers are there, away and capped over time, in a bounded number of steps. */
import { foldPopulation, type PopulationSeries } from '../../src/trace/metrics/population.ts';
import { foldPresence } from '../../src/trace/metrics/presence.ts';
import type { Trace } from '../../src/trace/trace.ts';
import type { ReportPopulation } from './model.ts';

const POPULATION_STEPS = 2000;

export function buildPopulation(trace: Trace): ReportPopulation {
  const series = foldPopulation(trace);
  const capped = cappedSteps(trace);
  const instants = [...new Set([...series.timeUs, ...capped.map(({ timeUs }) => timeUs)])].sort(
    (a, b) => a - b,
  );
  const stride = Math.max(1, Math.ceil(instants.length / POPULATION_STEPS));
  const result = {
    stride,
    timeUs: [] as number[],
    seeds: [] as number[],
    leechers: [] as number[],
    away: [] as number[],
    capped: [] as number[],
  };
  const peaks = new Set([instantOfMost(series, series.leechers), instantOfMost(series, series.away)]);
  let row = -1;
  let step = 0;
  let cappedNow = 0;
  for (const [index, timeUs] of instants.entries()) {
    while (row + 1 < series.count && (series.timeUs[row + 1] as number) <= timeUs) row++;
    while (step < capped.length && (capped[step]?.timeUs ?? 0) <= timeUs)
      cappedNow += capped[step++]?.change ?? 0;
    if (index % stride !== 0 && index !== instants.length - 1 && !peaks.has(timeUs)) continue;
    result.timeUs.push(timeUs);
    result.seeds.push(series.seeds[row] ?? 0);
    result.leechers.push(series.leechers[row] ?? 0);
    result.away.push(series.away[row] ?? 0);
    result.capped.push(cappedNow);
  }
  return result;
}

/** When the most were counted, for the first time: never left out, since the report names it. */
function instantOfMost({ timeUs }: PopulationSeries, counts: Int32Array): number | undefined {
  const most = counts.reduce((highest, count) => Math.max(highest, count), 0);
  return timeUs[counts.indexOf(most)];
}

function cappedSteps(trace: Trace): { timeUs: number; change: number }[] {
  return foldPresence(trace)
    .flatMap((spans) =>
      spans.flatMap(({ state, fromUs, toUs }) => {
        if (state !== 'capped') return [];
        // A run that ends ends no cap.
        const end = toUs < trace.endUs ? [{ timeUs: toUs, change: -1 }] : [];
        return [{ timeUs: fromUs, change: 1 }, ...end];
      }),
    )
    .sort((a, b) => a.timeUs - b.timeUs);
}
