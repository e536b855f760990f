/** Who takes what we send: a table of looks, then a peer that asks and never reads. */
import { describe, expect, it } from 'vitest';
import { Uptake } from '../../../src/core/peer/uptake.ts';
import { EngineWorld, PIECE, type Testee } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

const KIB = 1024;

/** Looks every ten seconds: [KiB given so far, KiB unsent]. The second at which each verdict came first. */
function verdicts(looks: readonly (readonly [number, number])[]): { stuck: number; hopeless: number } {
  const uptake = new Uptake(0);
  const first = { stuck: -1, hopeless: -1 };
  looks.forEach(([sent, unsent], index) => {
    const second = 10 * (index + 1);
    const hope = uptake.look(sent * KIB, unsent * KIB, second * 1e6);
    if (uptake.isStuck && first.stuck < 0) first.stuck = second;
    if (!hope && first.hopeless < 0) first.hopeless = second;
  });
  return first;
}

const looks = (count: number, at: (index: number) => [number, number]): [number, number][] =>
  Array.from({ length: count }, (_, index) => at(index));

describe('a remote', () => {
  it.each<[string, [number, number][], number, number]>([
    ['that has nothing waiting is never stuck', looks(100, () => [48, 0]), -1, -1],
    ['that takes all it gets is never stuck', looks(100, (index) => [48 * index, 48]), -1, -1],
    ['that takes nothing is stuck after 30 s, hopeless after 240', looks(60, () => [48, 48]), 40, 250],
    ['that takes 12 KiB in 10 s of much is well', looks(80, (index) => [1000, 1000 - 12 * index]), -1, -1],
    [
      'that takes a block in two minutes is stuck now and then',
      looks(90, (index) => [48 + 16 * Math.floor(index / 12), 48]),
      40,
      -1,
    ],
    ['that takes a byte now and then is hopeless', looks(60, (index) => [48, 48 - index / KIB]), -1, 250],
    ['must take more where a mebibyte waits', looks(60, (index) => [1024, 1024 - 4 * index]), -1, 250],
    [
      'is given its time from when something waits',
      [...looks(30, (): [number, number] => [0, 0]), ...looks(30, () => [48, 48])],
      340,
      550,
    ],
  ])('%s', (_name, table, stuck, hopeless) => {
    expect(verdicts(table)).toEqual({ stuck, hopeless });
  });

  it('is not stuck for a look that came late, right after something was given to it', () => {
    const uptake = new Uptake(0);
    uptake.look(0, 0, 10e6);
    uptake.look(48 * KIB, 48 * KIB, 70e6);
    expect(uptake.isStuck).toBe(false);
  });
});

describe('a peer that asks for everything and reads nothing', () => {
  function neverReads(world: EngineWorld, seed: Testee): Conversation {
    const reader = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    reader.hear('unchoke');
    reader.stream?.pause();
    for (let piece = 0; piece < 200; piece++) reader.sayBlock('request', piece, 0, PIECE / 2);
    return reader;
  }

  const unsent = (seed: Testee): number => {
    let bytes = 0;
    for (const stream of seed.host.streams) bytes += stream.unsentBytes();
    return bytes;
  };

  it('costs little memory, and that not for ever', () => {
    const world = new EngineWorld({ totalBytes: 200 * PIECE });
    const seed = world.client({ have: 'all' });
    const reader = neverReads(world, seed);
    world.run(200);
    expect(unsent(seed)).toBeGreaterThan(16 * KIB);
    expect(unsent(seed)).toBeLessThan(1100 * KIB);
    for (let minute = 0; minute < 3; minute++) {
      reader.sayBare('interested');
      world.run(60);
    }
    expect(seed.observer.reasons).toEqual(['does not read what it asked for']);
    expect(unsent(seed)).toBe(0);
    expectServes(world, seed);
  });

  it('loses its slot to one that reads', () => {
    const world = new EngineWorld({ totalBytes: 200 * PIECE });
    const seed = world.client({ have: 'all', uploadSlots: 2 });
    for (let count = 0; count < 2; count++) neverReads(world, seed);
    world.run(60);
    const late = world.client({ peers: [seed.address] });
    world.run(20);
    expect(late.torrent.status().verifiedPieces).toBeGreaterThan(0);
    const { observer } = seed;
    // Both were choked for it, and while it is there neither comes back.
    const choked = observer.of('choked').map(({ remote }) => remote);
    expect(world.runUntil(() => late.torrent.status().state === 'seeding', 60)).toBe(true);
    expect(observer.of('unchoked').filter(({ remote }) => choked.includes(remote))).toHaveLength(
      choked.length,
    );
  });
});
