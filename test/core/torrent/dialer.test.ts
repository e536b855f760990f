import { describe, expect, it } from 'vitest';
import type { Address } from '../../../src/core/ports.ts';
import { Dialer } from '../../../src/core/torrent/dialer.ts';
import { FakeClock, FakeRandom } from '../../support/fake-world.ts';

const address = (number: number): Address => ({ host: `10.0.0.${number}`, port: 6881 });
const addresses = (...numbers: number[]): Address[] => numbers.map(address);

/** A dialer for at most `connectionsMax` connections, and the hosts that it dials, in order. */
function dialerFor(connectionsMax: number) {
  const dialled: string[] = [];
  const target = {
    connectionCount: 0,
    dial: ({ host }: Address) => {
      target.connectionCount++;
      dialled.push(host);
    },
  };
  const dialer = new Dialer({ clock: new FakeClock(), random: new FakeRandom() }, target, connectionsMax);
  return { dialer, target, dialled };
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
});
