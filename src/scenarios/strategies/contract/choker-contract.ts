/** What is claimed of every choker, whatever its taste. The same peers and draws each time it is asked. */
import type { Choker } from '../../../core/strategies/choker.ts';
import { SeededRandom } from '../../../sim/random.ts';
import { ChokerBench } from './choker-bench.ts';
import type { Claim } from './claim.ts';

const SITUATIONS = 200;
const ROUNDS = 12;

/** What it decided in a situation: who was named, of whom, in how many slots. */
interface Decision {
  readonly named: number;
  readonly interested: number;
  readonly slots: number;
}

/** Rounds with peers that come, go, change their minds and their rates; downloading and seeding. */
function* decisions(create: () => Choker): Generator<Decision> {
  const random = SeededRandom.named('peers of the contract');
  for (let situation = 0; situation < SITUATIONS; situation++) {
    const bench = new ChokerBench(create(), random.below(6), `bench ${situation}`);
    bench.seeding = situation % 2 === 1;
    for (let round = 0; round < ROUNDS; round++) {
      if (random.below(2) === 0)
        bench.add({ interested: random.below(2) === 0, havePieces: random.below(101) });
      if (bench.peers.length > 0 && random.below(4) === 0)
        bench.peers.splice(random.below(bench.peers.length), 1);
      for (const peer of bench.peers) {
        if (random.below(4) === 0) peer.interested = !peer.interested;
        peer.downloadRate = random.below(3) * 1000;
        peer.uploadRate = random.below(3) * 1000;
        peer.receivedBytes += peer.downloadRate * 10;
        peer.sentBytes += peer.uploadRate * 10;
        peer.unchokesUs = random.below(2) === 0;
        peer.snubbed = random.below(5) === 0;
      }
      const named = bench.round().size;
      bench.between();
      yield {
        named,
        interested: bench.peers.filter(({ interested }) => interested).length,
        slots: bench.slots,
      };
    }
  }
}

export const chokerClaims: readonly Claim<Choker>[] = [
  {
    says: 'names interested peers, each once, within its slots',
    advice: false,
    broken: (create) => {
      for (const { named, slots } of decisions(create))
        if (named > slots) return `${named} in ${slots} slots`;
      const empty = new ChokerBench(create(), 4);
      return empty.round().size + empty.between().size === 0
        ? undefined
        : 'it names somebody where there is nobody';
    },
  },
  {
    says: 'decides the same from the same history and the same draws',
    advice: false,
    broken: (create) => {
      const history = (): string => {
        const bench = new ChokerBench(create(), 3);
        for (let count = 0; count < 9; count++)
          bench.add({ downloadRate: count * 100, uploadRate: 900 - count * 100 });
        return Array.from({ length: 20 }, () => [...bench.round().keys()].join(' ')).join('; ');
      };
      const [first, second] = [history(), history()];
      return first === second ? undefined : `it named ${first}, and the second time ${second}`;
    },
  },
  {
    says: 'leaves no slot empty while somebody wants one',
    advice: true,
    broken: (create) => {
      let empty = 0;
      let rounds = 0;
      for (const { named, interested, slots } of decisions(create)) {
        if (Math.min(interested, slots) > 0) rounds++;
        if (named < Math.min(interested, slots)) empty++;
      }
      return empty === 0 ? undefined : `in ${empty} of ${rounds} rounds somebody waited beside an empty slot`;
    },
  },
  {
    says: 'serves everybody in time as a seed: 12 peers within 300 rounds, four at a time',
    advice: true,
    broken: (create) => {
      const bench = new ChokerBench(create(), 4);
      bench.seeding = true;
      for (let count = 0; count < 12; count++) bench.add({ uploadRate: count * 1000 });
      const served = new Set<number>();
      for (let round = 0; round < 300; round++) for (const index of bench.round().keys()) served.add(index);
      return served.size === 12 ? undefined : `it served ${served.size} of them`;
    },
  },
];
