/** Whom to dial first, and who makes room for whom when all places are taken (BEP 40). */
import { describe, expect, it } from 'vitest';
import type { PeerConnection } from '../../../src/core/peer/peer-connection.ts';
import { peerPriority } from '../../../src/core/peer-priority.ts';
import type { Address } from '../../../src/core/ports.ts';
import { ConnectionTable } from '../../../src/core/torrent/connection-table.ts';
import { Dialer } from '../../../src/core/torrent/dialer.ts';
import { FakeClock, FakeRandom } from '../../support/fake-world.ts';

const OURS: Address = { host: '20.1.2.3', port: 6881 };
const others = Array.from({ length: 40 }, (_, index) => ({ host: `30.${index}.2.9`, port: 7000 }));
const priority = (address: Address): number => peerPriority(OURS, address) ?? -1;

function dialled(
  priorityOf: ((address: Address) => number | undefined) | undefined,
  fill: (dialer: Dialer) => void,
) {
  const addresses: Address[] = [];
  const target = { connectionCount: 100, dial: (address: Address) => addresses.push(address), priorityOf };
  const dialer = new Dialer(
    { clock: new FakeClock(), random: new FakeRandom() },
    {
      ...target,
      get connectionCount() {
        return target.connectionCount;
      },
    } as never,
    { connectionsMax: 50 },
  );
  fill(dialer);
  target.connectionCount = 0;
  dialer.dialMore();
  return addresses;
}

describe('the dialer', () => {
  it('dials those with the highest priority first, once our own address is known', () => {
    const first = dialled(priority, (dialer) => dialer.add(others));
    const best = [...others].sort((a, b) => priority(b) - priority(a)).slice(0, first.length);
    expect(first).toEqual(best);
    expect(dialled(undefined, (dialer) => dialer.add(others))).not.toEqual(best);
    const unknown = dialled(
      () => undefined,
      (dialer) => dialer.add(others),
    );
    expect(unknown).toEqual(dialled(undefined, (dialer) => dialer.add(others)));
  });

  it('prefers those that a tracker has named to those that anybody has', () => {
    const first = dialled(priority, (dialer) => {
      dialer.add(others.slice(0, 30), 'pex');
      dialer.add(others.slice(30, 35), 'tracker');
    });
    expect(
      first
        .slice(0, 5)
        .map(({ host }) => Number(host.split('.')[1]))
        .sort((a, b) => a - b),
    ).toEqual([30, 31, 32, 33, 34]);
  });
});

describe('when all places are taken', () => {
  const connection = (address: Address, changes: Partial<PeerConnection> = {}) => {
    const made = { address, outgoing: false, closed: false, receivedBytes: 0, sentBytes: 0, unchoked: false };
    return Object.assign(made, {
      close() {
        made.closed = true;
      },
      ...changes,
    }) as unknown as PeerConnection;
  };
  const id = (index: number) => new Uint8Array(20).fill(index + 1);
  const sorted = [...others].sort((a, b) => priority(a) - priority(b));

  it('the least of those that were of no use goes for one of higher priority, and for no other', () => {
    const table = new ConnectionTable(new Uint8Array(20), 3, priority);
    const busy = connection(sorted[0] as Address, { receivedBytes: 1 } as never);
    const least = connection(sorted[5] as Address);
    const fair = connection(sorted[20] as Address);
    const refusals = [busy, least, fair].map((each, index) => table.admit(each, id(index)));
    expect(refusals).toEqual([undefined, undefined, undefined]);
    expect(table.admit(connection(sorted[4] as Address), id(9))).toBe('too many connections');
    expect(least.closed).toBe(false);
    expect(table.admit(connection(sorted[30] as Address), id(10))).toBeUndefined();
    expect([busy.closed, least.closed, fair.closed]).toEqual([false, true, false]);
  });

  it('nobody goes while our own address is not known', () => {
    const table = new ConnectionTable(new Uint8Array(20), 1, () => undefined);
    table.admit(connection(sorted[0] as Address), id(0));
    expect(table.admit(connection(sorted[30] as Address), id(1))).toBe('too many connections');
  });
});
