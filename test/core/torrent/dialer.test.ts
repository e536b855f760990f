import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/core/ports.ts';
import { Dialer, HALF_OPEN_MAX } from '../../../src/core/torrent/dialer.ts';
import { FakeClock, FakeRandom } from '../../support/fake-world.ts';

const address = (number: number): Address => ({ host: `10.0.0.${number}`, port: 6881 });
const addresses = (...numbers: number[]): Address[] => numbers.map(address);

/** A dialer for at most `connectionsMax` connections, and the hosts that it dials, in order. */
function dialerFor(connectionsMax: number, redialsUserPeersSoon = false) {
  const clock = new FakeClock();
  const dialled: string[] = [];
  const target = {
    connectionCount: 0,
    dial: ({ host }: Address) => {
      target.connectionCount++;
      dialled.push(host);
    },
  };
  const options = { connectionsMax, redialsUserPeersSoon };
  const dialer = new Dialer({ clock, random: new FakeRandom() }, target, options);
  return { dialer, target, dialled, clock };
}

describe('a dialer', () => {
  it('dials up to three fifths of the limit and keeps the others for later', () => {
    const { dialer, dialled } = dialerFor(5);
    dialer.add(addresses(1, 2, 3, 4, 5));
    expect(dialled).toHaveLength(3);
    expect(dialer.isShort).toBe(false);
  });

  it('dials an address once, however often it is named', () => {
    const { dialer, dialled } = dialerFor(50);
    dialer.add(addresses(1, 1, 2));
    dialer.add(addresses(2, 1));
    expect([...dialled].sort((a, b) => (a < b ? -1 : 1))).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('dials one beyond its share when it is told to, and only one', () => {
    const { dialer, dialled } = dialerFor(5);
    dialer.add(addresses(1, 2, 3, 4, 5));
    dialer.dialInstead();
    expect(dialled).toHaveLength(4);
    dialer.dialMore();
    expect(dialled).toHaveLength(4);
  });

  it('dials the one heard of last before all that it has met, when it is told to dial one instead of another', () => {
    const { dialer, target, dialled, clock } = dialerFor(5);
    dialer.add(addresses(1, 2, 3));
    for (const number of [1, 2, 3]) {
      dialer.opened();
      target.connectionCount--;
      dialer.closed(address(number), true);
    }
    target.connectionCount = 3;
    clock.advance(600_000_000);
    dialer.add(addresses(4));
    dialer.add(addresses(5));
    dialer.dialInstead();
    dialer.dialInstead();
    dialer.dialInstead();
    expect(dialled.slice(3, 5)).toEqual(['10.0.0.5', '10.0.0.4']);
    expect(dialled).toHaveLength(6);
  });

  it('starts over with the addresses that it is named from then on', () => {
    const { dialer, target, dialled } = dialerFor(5);
    dialer.add(addresses(1, 2, 3, 4, 5));
    dialer.startOver();
    target.connectionCount = 0;
    dialer.dialMore();
    expect(dialled).toHaveLength(3);
    expect(dialer.isShort).toBe(true);
    const waiting = addresses(1, 2, 3, 4, 5).filter(({ host }) => !dialled.includes(host));
    dialer.add(waiting);
    expect(dialled).toHaveLength(5);
  });

  it('is short of addresses when all that are left have just failed, and not while one waits for its turn', () => {
    const { dialer, target, dialled } = dialerFor(50);
    dialer.add(addresses(...Array.from({ length: HALF_OPEN_MAX + 1 }, (_, index) => index + 1)));
    expect(dialled).toHaveLength(HALF_OPEN_MAX);
    expect(dialer.isShort).toBe(false);
    for (const host of dialled.slice(0, HALF_OPEN_MAX)) {
      target.connectionCount--;
      dialer.failed({ host, port: 6881 });
    }
    expect(dialled).toHaveLength(HALF_OPEN_MAX + 1);
    expect(dialer.isShort).toBe(true);
  });

  it('gives an address up after three dials in vain, and tries once more each time that it is named much later', () => {
    const { dialer, target, dialled, clock } = dialerFor(50);
    const fail = (): void => {
      target.connectionCount--;
      dialer.failed(address(1));
    };
    dialer.add(addresses(1));
    for (let tries = 1; tries <= 3; tries++) {
      expect(dialled).toHaveLength(tries);
      fail();
      clock.advance(600_000_000);
    }
    expect(dialled).toHaveLength(3);
    dialer.add(addresses(1));
    expect(dialled).toHaveLength(4);
    fail();
    dialer.add(addresses(1));
    expect(dialled).toHaveLength(4);
    clock.advance(600_000_000);
    dialer.add(addresses(1));
    expect(dialled).toHaveLength(5);
  });

  it('dials up to three fifths of another limit once it is told of one', () => {
    const { dialer, dialled } = dialerFor(5);
    dialer.add(addresses(1, 2, 3, 4, 5, 6, 7));
    dialer.setMax(10);
    expect(dialled).toHaveLength(6);
    dialer.setMax(1);
    dialer.dialMore();
    expect(dialled).toHaveLength(6);
  });

  it('leaves another seed alone for ten minutes, and tries again when it is named after that', () => {
    const { dialer, target, dialled, clock } = dialerFor(50);
    dialer.add(addresses(1));
    dialer.opened();
    dialer.markSeed(address(1));
    target.connectionCount--;
    dialer.closed(address(1), true);
    clock.advance(599_000_000);
    dialer.add(addresses(1));
    expect(dialled).toHaveLength(1);
    clock.advance(1_000_000);
    dialer.add(addresses(1));
    expect(dialled).toHaveLength(2);
  });

  it('never dials itself again', () => {
    const { dialer, target, dialled, clock } = dialerFor(50);
    dialer.add(addresses(1));
    dialer.opened();
    dialer.markOurselves(address(1));
    target.connectionCount--;
    dialer.closed(address(1), true);
    clock.advance(86_400_000_000);
    dialer.add(addresses(1));
    expect(dialled).toHaveLength(1);
  });
});

describe('a peer that the user named', () => {
  const SECOND = 1_000_000;

  /** The seconds at which it is dialled within ten minutes, when nobody ever answers. */
  function secondsOfDials(isSoon: boolean, origin: 'user' | 'tracker'): number[] {
    const { dialer, target, dialled, clock } = dialerFor(5, isSoon);
    const seconds: number[] = [];
    // Somebody else who failed before waits for two minutes: that must not hold the other up.
    dialer.add(addresses(9));
    dialer.failed(address(9));
    target.connectionCount = 0;
    dialer.add(addresses(1), origin);
    for (let second = 0; second < 600; second++) {
      const isDialled = dialled.splice(0).includes('10.0.0.1');
      if (isDialled) {
        seconds.push(second);
        target.connectionCount = 0;
        dialer.failed(address(1));
      }
      clock.advance(SECOND);
    }
    return seconds;
  }

  it('is dialled again soon where that is wanted, more rarely after each time in vain, and never given up', () => {
    expect(secondsOfDials(true, 'user')).toEqual([
      0, 2, 7, 17, 37, 67, 127, 187, 247, 307, 367, 427, 487, 547,
    ]);
    expect(secondsOfDials(true, 'tracker')).toEqual(secondsOfDials(false, 'user'));
    expect(secondsOfDials(false, 'user')).toEqual([0, 120, 300]);
  });

  it('is dialled again soon after a connection that was of use, or of none', () => {
    for (const fruitless of [false, true]) {
      const { dialer, target, dialled, clock } = dialerFor(5, true);
      dialer.add(addresses(1), 'user');
      dialer.opened();
      target.connectionCount = 0;
      dialer.closed(address(1), fruitless);
      clock.advance(SECOND);
      expect(dialled).toHaveLength(1);
      clock.advance(2 * SECOND);
      expect(dialled).toHaveLength(2);
    }
  });
});
