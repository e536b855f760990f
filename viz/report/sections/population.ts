/** Seeds, leechers and those away over time. */
import { drawPopulation } from '../../charts/population.ts';
import { everyNth } from '../peer-words.ts';
import { readPopulation } from '../readings.ts';
import type { ChartSection } from '../section.ts';

export const POPULATION: ChartSection = {
  id: 'population',
  part: 'swarm',
  title: 'Population',
  units: 'peers (number) over virtual time',
  shows: ['peers.present', 'peers.leeching', 'swarm.one_club'],
  reading: readPopulation,
  definition({ population }) {
    const away = `${population.away.some((count) => count > 0) ? '; on top those that are switched off or crashed and have not left for good' : ''}${population.capped.some((count) => count > 0) ? '. The line counts present peers whose data cap is used up' : ''}`;
    const steps =
      population.stride > 1
        ? ` Of all changes ${everyNth(population.stride)} is drawn, and the largest crowd; counts named at an instant are those of the last change drawn.`
        : '';
    return `Present peers that hold every piece (seeds) and that do not (leechers), stacked${away}.${steps} All peers are counted, also where only some are selected.`;
  },
  table({ population }) {
    return {
      columns: [
        { name: 'time_us', title: 'From', unit: 'us' },
        { name: 'leechers', title: 'Leechers', unit: 'number' },
        { name: 'seeds', title: 'Seeds', unit: 'number' },
        { name: 'away', title: 'Away', unit: 'number' },
        { name: 'capped', title: 'Data cap used up', unit: 'number' },
      ],
      count: population.timeUs.length,
      row: (index) => [
        population.timeUs[index] ?? null,
        population.leechers[index] ?? null,
        population.seeds[index] ?? null,
        population.away[index] ?? null,
        population.capped[index] ?? null,
      ],
    };
  },
  redrawOn: ['range'],
  prepare: (host, context) => () => drawPopulation(host, context),
};
