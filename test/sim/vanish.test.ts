/** Machines whose power fails: what their remotes notice, when, and that nothing is left of it. */
import { describe, expect, it } from 'vitest';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { NothingLeftChecker } from '../../src/sim/checkers/nothing-left.ts';
import { SmallWorld } from './small-world.ts';

const SECOND = 1_000_000;

function pairOf() {
  const world = new SmallWorld();
  const gone = world.host({ latencyUs: 15_000 });
  const stays = world.host({ latencyUs: 5_000 });
  const [there, here] = world.connect(gone, stays);
  const startUs = world.simulation.nowUs;
  const since = (atUs: number | undefined): number => ((atUs ?? -1) - startUs) / SECOND;
  return { world, gone, stays, there, here, since };
}

describe('a machine whose power fails', () => {
  it('says nothing: what was in flight arrives, what was pending does not, its handler is not called', () => {
    const { world, gone, there, here } = pairOf();
    there.send(1_000);
    world.run(0.001);
    for (let block = 0; block < 10; block++) there.sendBlock();
    world.run(0.05);
    here.send(500);
    world.run(0.005);
    gone.vanish();
    world.run(2_000);
    expect([here.receivedBytes, here.ends]).toEqual([1_000 + 16_384, ['timeout']]);
    expect([there.receivedBytes, there.ends, there.writableUs]).toEqual([0, [], []]);
  });

  it('is not noticed by a remote that has nothing to send', () => {
    const { world, gone, stays, here } = pairOf();
    gone.vanish();
    world.run(100_000);
    expect([here.ends, stays.streams.size]).toEqual([[], 1]);
  });

  it('and does not come back: a remote that sends gives up after 15 minutes', () => {
    const { world, gone, here, since } = pairOf();
    gone.vanish();
    world.run(50);
    here.send(100);
    world.run(2_000);
    expect([here.ends, since(here.closedUs)]).toEqual([['timeout'], 950]);
    new NothingLeftChecker(world.internet).check();
  });

  it('and comes back: the next retransmission is answered by a reset', () => {
    const { world, gone, there, here, since } = pairOf();
    here.send(100);
    world.run(0.001);
    gone.vanish();
    world.run(9);
    gone.connect();
    world.run(100);
    // Sent in vain at the instant of the failure: retransmissions after 1, 3, 7 and 15 s; there and back takes 40 ms.
    expect([here.ends, since(here.closedUs)]).toEqual([['reset'], 15.041]);
    expect(there.ends).toEqual([]);
    new NothingLeftChecker(world.internet).check();
  });

  it('comes back to a remote that sends only then: that is answered by a reset', () => {
    const { world, gone, here, since } = pairOf();
    gone.vanish();
    world.run(30);
    gone.connect();
    world.run(30);
    expect(here.ends).toEqual([]);
    here.send(100);
    world.run(1);
    expect([here.ends, since(here.closedUs)]).toEqual([['reset'], 60.0402]);
  });

  it('a close towards it gives up in silence; a reset too; nothing is left', () => {
    for (const how of ['close', 'reset'] as const) {
      const { world, gone, here } = pairOf();
      gone.vanish();
      world.run(1);
      here.stream?.[how]();
      world.run(2_000);
      expect(here.ends).toEqual(['local']);
      new NothingLeftChecker(world.internet).check();
    }
  });

  it('both ends at once: nothing is left', () => {
    const { world, gone, stays, there, here } = pairOf();
    there.send(50_000);
    here.send(50_000);
    world.run(0.02);
    gone.vanish();
    stays.vanish();
    world.run(2_000);
    new NothingLeftChecker(world.internet).check();
    expect([there.ends, here.ends]).toEqual([[], []]);
  });

  it('a remote that leaves in order afterwards leaves nothing', () => {
    const { world, gone, stays, here } = pairOf();
    here.send(1e6);
    world.run(0.1);
    gone.vanish();
    world.run(1);
    stays.disconnect();
    world.run(1);
    new NothingLeftChecker(world.internet).check();
    expect(here.ends).toEqual(['reset']);
  });

  it('an end that had closed before still ends the stream with what was in flight', () => {
    const { world, gone, there, here } = pairOf();
    there.send(100);
    there.stream?.close();
    world.run(0.001);
    gone.vanish();
    world.run(1);
    expect([here.receivedBytes, here.ends]).toEqual([100, ['finished']]);
    new NothingLeftChecker(world.internet).check();
  });

  it('while a dial is under way: a caller that nobody called', () => {
    const world = new SmallWorld();
    const gone = world.host({ latencyUs: 50_000 });
    const stays = world.host();
    const end = world.dial(gone, stays);
    world.run(0.075);
    expect(world.accepted).toHaveLength(1);
    gone.vanish();
    world.run(2_000);
    // The answer to the call is not answered: half-open until the called one gives up.
    expect([end.ends, world.accepted[0]?.ends]).toEqual([[], ['timeout']]);
    new NothingLeftChecker(world.internet).check();
  });

  it('a machine that leaves in order behind a cut is not heard', () => {
    const { world, gone, stays, there, here } = pairOf();
    const heal = world.layBothWays('cut', gone, stays);
    gone.disconnect();
    world.run(1);
    heal();
    world.run(100);
    expect([there.ends, here.ends]).toEqual([['reset'], []]);
    gone.connect();
    here.send(1);
    world.run(1);
    expect(here.ends).toEqual(['reset']);
  });

  it('takes with it what a cut had taken: that is not sent again', () => {
    const { world, gone, stays, there, here } = pairOf();
    const checker = new ConservationChecker(world.internet);
    there.send(1_000);
    world.run(0.015);
    const heal = world.layBothWays('cut', gone, stays);
    world.run(0.001);
    gone.vanish();
    checker.check();
    heal();
    world.run(100);
    expect([here.receivedBytes, here.ends]).toEqual([0, []]);
  });

  it('lets through what a hold had kept', () => {
    const { world, gone, stays, there, here } = pairOf();
    there.send(1_000);
    world.run(0.015);
    const release = world.layBothWays('hold', gone, stays);
    world.run(0.001);
    gone.vanish();
    world.run(100);
    release();
    world.run(1);
    expect(here.receivedBytes).toBe(1_000);
  });

  it('keeps the books at every step, whatever was under way', () => {
    for (let step = 0; step < 60; step++) {
      const { world, gone, there, here } = pairOf();
      const checker = new ConservationChecker(world.internet);
      there.send(30_000);
      here.send(20_000);
      world.run(step * 0.002);
      gone.vanish();
      checker.check();
      world.run(0.05 * (step % 7));
      if (step % 2 === 0) gone.connect();
      if (step % 3 === 0) here.send(100);
      for (let round = 0; round < 5; round++) {
        world.run(200);
        checker.check();
      }
      here.stream?.reset();
      world.run(2_000);
      checker.check();
      new NothingLeftChecker(world.internet).check();
      expect(there.ends).toEqual([]);
      expect(here.ends).toHaveLength(1);
    }
  });
});
