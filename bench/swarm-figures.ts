/** The figures of one swarm, among them its speed as a share of what the bare event queue does on the same machine. */
import { BLOCKS_PER_UNIT, type Figure, numberOf, type Results, ratioOf } from './workload.ts';

const GIB = 2 ** 30;

/** Milliseconds of a time in seconds that a swarm has taken, for each unit of work. */
export function perUnit(
  results: Results,
  task: string,
  key: 'wallSeconds' | 'cpuSeconds',
): number | undefined {
  const units = ratioOf(numberOf(results, task, 'blocks'), BLOCKS_PER_UNIT);
  return ratioOf(numberOf(results, task, key), ratioOf(units, 1000));
}

/** `raw` is the task that has measured the limits of the machine. */
export function swarmFigures(workload: string, task: string, raw: string): Figure[] {
  const get = (results: Results, key: string): number | undefined => numberOf(results, task, key);
  const eventsPerSec = (results: Results): number | undefined =>
    ratioOf(get(results, 'events'), get(results, 'wallSeconds'));
  const blocksPerSec = (results: Results): number | undefined =>
    ratioOf(get(results, 'blocks'), get(results, 'wallSeconds'));
  const percent = (of: number | undefined, limit: number | undefined): number | undefined =>
    ratioOf(of, ratioOf(limit, 100));
  const figure = (name: string, label: string, digits: number, of: Figure['of']): Figure => ({
    name: `${workload}/${name}`,
    label,
    digits,
    of,
  });
  return [
    figure('cost', 'ms per unit', 3, (results) => perUnit(results, task, 'wallSeconds')),
    figure('cpu', 'ms of CPU per unit', 3, (results) => perUnit(results, task, 'cpuSeconds')),
    figure('blocks', 'blocks/s', 0, blocksPerSec),
    figure('events', 'events per block', 2, (results) =>
      ratioOf(get(results, 'events'), get(results, 'blocks')),
    ),
    figure('queue-share', '% of the events/s of the bare queue', 1, (results) =>
      percent(eventsPerSec(results), numberOf(results, raw, 'queue1e4PerSec')),
    ),
    figure('network-share', '% of the blocks/s of the bare network', 1, (results) =>
      percent(blocksPerSec(results), numberOf(results, raw, 'networkBlocksPerSec')),
    ),
    figure('start', 'seconds to start', 2, (results) => get(results, 'startSeconds')),
    figure('wall', 'seconds to run', 1, (results) => get(results, 'wallSeconds')),
    figure('peak', 'GiB at the peak', 2, (results) => ratioOf(get(results, 'peakBytes'), GIB)),
    figure('growth', 'KiB per peer at the peak', 0, (results) => {
      const peers = get(results, 'peers');
      return ratioOf(get(results, 'memoryBytes'), peers === undefined ? undefined : (peers + 1) * 1024);
    }),
  ];
}
