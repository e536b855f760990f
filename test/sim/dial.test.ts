/** Dials over ways that lose, cut or hold, to machines and translations that do not answer. */
import { describe, expect, it } from 'vitest';
import { NothingLeftChecker } from '../../src/sim/checkers/nothing-left.ts';
import { End, PORT, SmallWorld } from './small-world.ts';

const SECOND = 1_000_000;

describe('a dial', () => {
  it.each([
    [0.5, 1],
    [2, 3],
    [3.5, 7],
    [14.9, 15],
  ])('over a way that is cut for %d s opens with the call that is sent after %d s', (heal, call) => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    const lift = world.lay('cut', from, to);
    const end = world.dial(from, to);
    world.run(heal);
    lift();
    world.run(30);
    expect(end.openedUs).toBe(call * SECOND + 60_000);
    expect(world.accepted).toHaveLength(1);
  });

  it('times out after 20 s, and a call that comes through later opens nothing', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    const lift = world.lay('hold', from, to);
    const end = world.dial(from, to);
    world.run(25);
    lift();
    world.run(25);
    expect([end.ends, end.closedUs, world.accepted]).toEqual([['timeout'], 20 * SECOND, []]);
    new NothingLeftChecker(world.internet).check();
  });

  it('that is held opens a round trip after the release', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    const lift = world.layBothWays('hold', from, to);
    const end = world.dial(from, to);
    world.run(5.5);
    lift();
    world.run(5);
    expect([end.openedUs, world.accepted.length]).toEqual([5_560_000, 1]);
  });

  it('whose call is in flight when the way is cut or held calls again, or waits', () => {
    for (const [kind, openedUs] of [
      ['cut', 1_060_000],
      ['hold', 560_000],
    ] as const) {
      const world = new SmallWorld();
      const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
      const end = world.dial(from, to);
      world.run(0.01);
      const lift = world.layBothWays(kind, from, to);
      world.run(0.49);
      lift();
      world.run(5);
      expect(end.openedUs).toBe(openedUs);
    }
  });

  it('whose answer is lost is accepted once, and opens when the answer comes again', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    const lift = world.lay('cut', to, from);
    const end = world.dial(from, to);
    world.run(5);
    expect(world.accepted).toHaveLength(1);
    lift();
    world.run(10);
    // The answer was sent at 30 ms: again 1, 3 and 7 s later.
    expect([end.openedUs, world.accepted.length]).toEqual([7_060_000, 1]);
    end.send(5);
    world.run(1);
    expect(world.accepted[0]?.receivedBytes).toBe(5);
  });

  it('that times out while the answer is on a cut way leaves the other end half-open until it learns of it', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    const lift = world.lay('cut', to, from);
    const end = world.dial(from, to);
    world.run(40);
    expect([end.ends, end.closedUs]).toEqual([['timeout'], 20 * SECOND]);
    lift();
    world.run(60);
    // The answer comes again at 63.03 s and meets nobody.
    expect([world.accepted[0]?.ends, world.accepted[0]?.closedUs]).toEqual([['reset'], 63_090_000]);
    new NothingLeftChecker(world.internet).check();
  });

  it('to a translation of addresses that lets nothing in is not answered', () => {
    const world = new SmallWorld();
    const end = world.dial(world.host(), world.host({ nat: 'port-restricted' }));
    world.run(60);
    expect([end.ends, end.closedUs, world.accepted]).toEqual([['timeout'], 20 * SECOND, []]);
  });

  it('from behind a translation of addresses opens', () => {
    const world = new SmallWorld();
    const [left, right] = world.connect(world.host({ nat: 'symmetric' }), world.host());
    right.send(9);
    world.run(1);
    expect(left.receivedBytes).toBe(9);
  });

  it.each(['from', 'to'] as const)(
    'over a dead line (%s) is not answered before the line is alive',
    (whose) => {
      const world = new SmallWorld();
      const hosts = { from: world.host({ latencyUs: 30_000 }), to: world.host() };
      hosts[whose].unplug();
      const end = world.dial(hosts.from, hosts.to);
      world.run(2);
      hosts[whose].plug();
      world.run(5);
      expect(end.openedUs).toBe(3_060_000);
    },
  );

  it('to a machine that comes on in time opens, when its program listens', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    to.disconnect();
    const end = world.dial(from, to);
    world.run(5);
    to.connect();
    to.network.listen(PORT, {
      onListening() {},
      onListenError() {},
      onAccept: () => new End(world.simulation),
    });
    world.run(5);
    expect(end.openedUs).toBe(7_060_000);
  });

  it('under loss opens with the call and the answer that pass', () => {
    const opened: number[] = [];
    let timeouts = 0;
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 30_000, lossPerMillion: 400_000 });
    const to = world.host();
    for (let round = 0; round < 300; round++) {
      const startUs = world.simulation.nowUs;
      const end = world.dial(from, to);
      world.run(100);
      if (end.openedUs < 0) timeouts++;
      else opened.push((end.openedUs - startUs - 60_000) / SECOND);
      end.stream?.reset();
      world.run(1_000);
    }
    const share = (seconds: number): number => opened.filter((each) => each === seconds).length / 300;
    // Both pass with 0.6 each; one of them is lost once, the other not: 2 × 0.4 × 0.36.
    expect(Math.abs(share(0) - 0.36)).toBeLessThan(0.08);
    expect(Math.abs(share(1) - 0.288)).toBeLessThan(0.08);
    expect(timeouts).toBeLessThan(60);
    expect(new Set(opened).size).toBeLessThan(30);
    expect(world.accepted.length).toBeLessThanOrEqual(300);
    new NothingLeftChecker(world.internet).check();
  });

  it('is refused over a way that loses: the refusal, too, may need a second call', () => {
    const world = new SmallWorld();
    const from = world.host({ latencyUs: 30_000, lossPerMillion: 400_000 });
    const to = world.host();
    const delays: number[] = [];
    for (let round = 0; round < 100; round++) {
      const end = new End(world.simulation);
      const startUs = world.simulation.nowUs;
      from.network.dial({ host: to.address, port: 9 }, end);
      world.run(100);
      if (end.ends[0] === 'refused') delays.push((end.closedUs - startUs - 60_000) / SECOND);
    }
    expect([...new Set(delays)].sort((a, b) => a - b)).toEqual([0, 1, 3, 7, 15]);
    expect(delays.length).toBeGreaterThan(80);
  });

  it('that is closed while its call is in flight leaves nothing', () => {
    const world = new SmallWorld();
    const [from, to] = [world.host({ latencyUs: 30_000 }), world.host()];
    const idle = world.simulation.handleCount;
    for (const waitS of [0, 0.01, 0.03, 0.05, 0.06, 0.07]) {
      const end = world.dial(from, to);
      world.run(waitS);
      end.stream?.close();
      world.run(30);
      expect(end.ends).toEqual(['local']);
    }
    new NothingLeftChecker(world.internet).check();
    expect(world.simulation.handleCount).toBe(idle);
  });
});
