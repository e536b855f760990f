/** Streams between machines that are cut off, held, unplugged, lossy, and switched off and on at random. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { FairShareChecker } from '../../src/sim/checkers/fair-share.ts';
import { LinkBudgetChecker } from '../../src/sim/checkers/link-budget.ts';
import { NothingLeftChecker } from '../../src/sim/checkers/nothing-left.ts';
import type { SimulatedHost } from '../../src/sim/simulated-host.ts';
import { End, PORT, SmallWorld } from '../sim/small-world.ts';

const HOSTS = 3;

const action = fc.record({
  kind: fc.constantFrom(
    ...([
      'write',
      'write',
      'write',
      'dial',
      'close',
      'reset',
      'pause',
      'resume',
      'cut',
      'hold',
      'delay',
    ] as const),
    ...(['lift', 'lift', 'unplug', 'plug', 'loss', 'vanish', 'leave', 'return', 'return'] as const),
  ),
  one: fc.nat({ max: HOSTS - 1 }),
  other: fc.nat({ max: HOSTS - 1 }),
  end: fc.nat(),
  bothWays: fc.boolean(),
  bytes: fc.oneof(fc.integer({ min: 1, max: 1_400 }), fc.integer({ min: 1, max: 60_000 })),
  waitUs: fc.oneof(fc.constant(0), fc.nat({ max: 300_000 }), fc.nat({ max: 30_000_000 })),
});

/** Both ends of a stream, what each has written, and whether something other than a finish may have ended it. */
interface Conversation {
  readonly ends: readonly [End, End];
  readonly written: [number, number];
  gentle: boolean;
}

class Turmoil {
  readonly world = new SmallWorld({ receiveBufferBytes: 20_000 });
  readonly hosts: readonly SimulatedHost[];
  readonly conversations: Conversation[] = [];
  readonly #lifts: (() => void)[] = [];

  constructor(jitterUs: number) {
    this.hosts = Array.from({ length: HOSTS }, (_, index) =>
      this.world.host({
        latencyUs: 3_000 + 20_000 * index,
        upBytesPerSec: 150_000 + index * 100_000,
        jitterUs,
      }),
    );
  }

  act({
    kind,
    one,
    other,
    end,
    bothWays,
    bytes,
  }: typeof action extends fc.Arbitrary<infer A> ? A : never): void {
    const from = this.hosts[one] as SimulatedHost;
    const to = this.hosts[other] as SimulatedHost;
    const talk = this.conversations[end % Math.max(1, this.conversations.length)];
    const side = bothWays ? 1 : 0;
    if (kind === 'dial') this.#dial(from, to);
    else if (kind === 'cut' || kind === 'hold') {
      this.#lifts.push(bothWays ? this.world.layBothWays(kind, from, to) : this.world.lay(kind, from, to));
    } else if (kind === 'delay') {
      const applies = (a: SimulatedHost): boolean => a === from;
      this.#lifts.push(this.world.internet.routes.lay({ kind, addUs: bytes * 10, applies }));
    } else if (kind === 'lift') this.#lifts.splice(end % Math.max(1, this.#lifts.length), 1)[0]?.();
    else if (kind === 'unplug') from.unplug();
    else if (kind === 'plug') from.plug();
    else if (kind === 'loss') from.setLoss((bytes % 8) * 50_000, 1 + (bytes % 3));
    else if (kind === 'vanish' || kind === 'leave') this.#switchOff(from, kind);
    else if (kind === 'return') this.#switchOn(from);
    else if (talk !== undefined) {
      if (kind === 'write') this.#write(talk, side, bytes);
      else {
        if (kind === 'close' || kind === 'reset') talk.gentle = false;
        talk.ends[side].stream?.[kind]();
      }
    }
  }

  /** Everything as it should be: what is still open has to come through. */
  heal(): void {
    for (const lift of this.#lifts.splice(0)) lift();
    for (const host of this.hosts) {
      host.plug();
      host.setLoss(0);
      this.#switchOn(host);
    }
    for (const { ends } of this.conversations) for (const end of ends) end.stream?.resume();
  }

  #dial(from: SimulatedHost, to: SimulatedHost): void {
    const caller = new End(this.world.simulation);
    const called = new End(this.world.simulation);
    const conversation: Conversation = { ends: [caller, called], written: [0, 0], gentle: from.online };
    const port = 10_000 + this.conversations.length;
    to.network.listen(port, {
      onListening() {},
      onListenError() {},
      onAccept: (stream) => {
        expect(called.stream).toBe(undefined);
        called.stream = stream;
        return called;
      },
    });
    caller.stream = from.network.dial({ host: to.address, port }, caller);
    this.conversations.push(conversation);
  }

  #write(talk: Conversation, side: 0 | 1, bytes: number): void {
    const { stream, ends } = talk.ends[side];
    if (stream === undefined || ends.length > 0) return;
    const from = talk.written[side];
    stream.write(
      Uint8Array.from({ length: bytes }, (_, index) => ((from + index) * 31) & 0xff),
      0,
      bytes,
    );
    talk.written[side] += bytes;
  }

  #switchOff(host: SimulatedHost, kind: 'vanish' | 'leave'): void {
    if (!host.online) return;
    for (const stream of host.streams) {
      for (const talk of this.conversations) {
        if (talk.ends.some((end) => end.stream === stream || end.stream === stream.peer)) talk.gentle = false;
      }
    }
    if (kind === 'vanish') host.vanish();
    else host.disconnect();
  }

  #switchOn(host: SimulatedHost): void {
    if (host.online) return;
    host.connect();
    host.network.listen(PORT, { onListening() {}, onListenError() {}, onAccept: () => undefined });
  }
}

describe('streams in turmoil', () => {
  it('keep order and books, lose nothing that is not torn down, and leave nothing behind', () => {
    let throughs = 0;
    fc.assert(
      fc.property(
        fc.array(action, { minLength: 5, maxLength: 60, size: 'max' }),
        fc.constantFrom(0, 0, 40_000),
        (actions, jitterUs) => {
          const turmoil = new Turmoil(jitterUs);
          const { world, hosts, conversations } = turmoil;
          const idle = world.simulation.handleCount;
          const checkers = [
            new ConservationChecker(world.internet),
            new LinkBudgetChecker(world.internet),
            new FairShareChecker(world.internet),
          ];
          turmoil.act({ kind: 'dial', one: 0, other: 1, end: 0, bothWays: false, bytes: 1, waitUs: 0 });
          for (const each of actions) {
            turmoil.act(each);
            world.run(each.waitUs / 1e6);
            for (const checker of checkers) checker.check();
          }
          turmoil.heal();
          world.run(1_000);
          for (const checker of checkers) checker.check();
          for (const { ends, written, gentle } of conversations) {
            for (const side of [0, 1] as const) {
              const end = ends[side];
              const sent = written[1 - side] as number;
              expect(end.receivedBytes).toBeLessThanOrEqual(sent);
              let position = 0;
              for (const { bytes } of end.arrivals) {
                for (const byte of bytes ?? []) {
                  if (byte !== ((position++ * 31) & 0xff))
                    throw new Error(`byte ${position} is out of order`);
                }
              }
              if (gentle && ends[0].openedUs >= 0 && ends[0].ends.length + ends[1].ends.length === 0) {
                expect(end.receivedBytes).toBe(sent);
                throughs++;
              }
            }
          }
          for (const host of hosts) host.disconnect();
          world.run(3_000);
          for (const { ends } of conversations)
            for (const end of ends) expect(end.ends.length).toBeLessThan(2);
          for (const checker of [...checkers, new NothingLeftChecker(world.internet)]) checker.check();
          expect(world.simulation.handleCount).toBe(idle);
          expect(world.simulation.nextUs).toBe(Number.POSITIVE_INFINITY);
        },
      ),
      { numRuns: 400 },
    );
    expect(throughs).toBeGreaterThan(100);
  });
});
