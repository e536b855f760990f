/** The workloads on real sockets: transfers between processes on loopback, of ours and of other clients. */
import { CLIENTS } from './measure/loopback.ts';
import { type Figure, figure, numberOf, type Results, ratioOf, type Workload } from './workload.ts';

const MIB = 2 ** 20;
const LOOPBACK_SWARM = 'loopback-swarm:10x256';

/** What the parties of a transfer are compared by. */
const TRANSFER_COLUMNS = [
  { name: 'size', label: 'MiB', digits: 0, key: 'contentMiB' },
  { name: 'wall', label: 'seconds', digits: 2, key: 'wallSeconds' },
  { name: 'rate', label: 'MiB/s', digits: 0, key: undefined },
  { name: 'first', label: 'first data s', digits: 3, key: 'firstDataSeconds' },
  { name: 'leech-cpu', label: 'leecher CPU s/GiB', digits: 2, key: 'leechCpuSeconds', perGiB: true },
  { name: 'seed-cpu', label: 'seed CPU s/GiB', digits: 2, key: 'seedCpuSeconds', perGiB: true },
  { name: 'leech-peak', label: 'leecher MiB', digits: 0, key: 'leechPeakBytes', scale: MIB },
  { name: 'seed-peak', label: 'seed MiB', digits: 0, key: 'seedPeakBytes', scale: MIB },
] as const;

function transferOf(task: string, client: string): Figure[] {
  return TRANSFER_COLUMNS.map((column): Figure => {
    const { name, label, digits, key } = column;
    return {
      name: `loopback/${client}-${name}`,
      label: `${label}, ${client}`,
      digits,
      of: (results) => {
        const own = (of: string): number | undefined => numberOf(results, task, `${client}/${of}`);
        if (key === undefined) return ratioOf(own('contentMiB'), own('wallSeconds'));
        if ('perGiB' in column) return ratioOf(own(key), ratioOf(own('contentMiB'), 1024));
        return ratioOf(own(key), 'scale' in column ? column.scale : 1);
      },
    };
  });
}

export const LOOPBACK_MIB = 1024;

/** Transfers of so many MiB. */
export function loopbackOf(contentMiB: number): Workload {
  const task = `loopback:${contentMiB}`;
  const parties = CLIENTS.map(({ name }) => name);
  const rate = (results: Results, client: string): number | undefined =>
    ratioOf(
      numberOf(results, task, `${client}/contentMiB`),
      numberOf(results, task, `${client}/wallSeconds`),
    );
  return {
    name: 'loopback',
    title: `${contentMiB} MiB from one process to another on loopback, files in memory, one client after the other`,
    tasks: [task],
    figures: [
      ...parties.slice(1).map(
        (client): Figure => ({
          name: `loopback/${client}-ratio`,
          label: `times the rate of ${client}, start to complete`,
          digits: 2,
          of: (results) => ratioOf(rate(results, 'swarmlab'), rate(results, client)),
        }),
      ),
      ...parties.flatMap((client) => transferOf(task, client)),
    ],
    comparison: { parties, columns: TRANSFER_COLUMNS },
    isShort: false,
  };
}

export const loopback = loopbackOf(LOOPBACK_MIB);

export const loopbackSwarm: Workload = {
  name: 'loopback-swarm',
  title: 'a seed and 10 leechers on loopback, a process each, 256 MiB',
  tasks: [LOOPBACK_SWARM],
  figures: [
    figure('loopback-swarm/wall', 'seconds until all are complete', 1, LOOPBACK_SWARM, 'wallSeconds'),
    {
      name: 'loopback-swarm/cpu',
      label: 'CPU seconds of a leecher per GiB',
      digits: 2,
      of: (results) => {
        const leechers = numberOf(results, LOOPBACK_SWARM, 'leechers') ?? 0;
        const contentMiB = numberOf(results, LOOPBACK_SWARM, 'contentMiB') ?? 0;
        const cpu = numberOf(results, LOOPBACK_SWARM, 'leechCpuSeconds');
        return ratioOf(cpu, (leechers * contentMiB) / 1024);
      },
    },
    figure('loopback-swarm/peak', 'MiB of the largest process', 0, LOOPBACK_SWARM, 'peakBytes', MIB),
  ],
  isShort: false,
};
