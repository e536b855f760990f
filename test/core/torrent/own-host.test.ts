/** Our own address, as trackers tell it (BEP 24): for the order of dialling, and to leave ourselves alone. */
import { describe, expect, it, vi } from 'vitest';
import { encodeCompactAddress } from '../../../src/core/address.ts';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { StreamHttpServer } from '../../../src/core/http/stream-server.ts';
import { OwnAddresses } from '../../../src/core/own-addresses.ts';
import { peerPriority } from '../../../src/core/peer-priority.ts';
import type { Address } from '../../../src/core/ports.ts';
import { OwnHost } from '../../../src/core/torrent/own-host.ts';
import { EngineWorld, PORT } from '../../support/engine-world.ts';
import { FakeClock } from '../../support/fake-world.ts';

function ownHost(ownAddresses?: OwnAddresses) {
  const votes: string[] = [];
  const dht = { seenAt: (voter: Address, host: string) => votes.push(`${voter.host} ${host}`) };
  const context = { clock: new FakeClock(), listenPort: PORT, dht, ...(ownAddresses && { ownAddresses }) };
  return { own: new OwnHost(context as never), votes };
}

describe('our own address', () => {
  const others = [
    { host: '20.1.1.1', port: PORT },
    { host: '20.1.1.1', port: 7000 },
    { host: '2001:db8::1', port: PORT },
    { host: '20.1.1.2', port: PORT },
  ];

  it('is what the tracker says, in each family, while nobody knows better', () => {
    const { own, votes } = ownHost();
    expect([own.known, own.priorityOf(others[3] as Address)]).toEqual([false, undefined]);
    expect(own.others(others)).toBe(others);
    own.seenAt('30.0.0.1', '20.1.1.1');
    expect(own.known).toBe(true);
    expect(own.towards('2001:db8::9')).toBeUndefined();
    expect(own.others(others)).toEqual(others.slice(1));
    expect(own.priorityOf(others[3] as Address)).toBe(
      peerPriority({ host: '20.1.1.1', port: PORT }, others[3] as Address),
    );
    own.seenAt('2001:db8:1::5', '2001:db8::1');
    expect(own.others(others)).toEqual([others[1], others[3]]);
    expect(votes).toEqual(['30.0.0.1 20.1.1.1', '2001:db8:1::5 2001:db8::1']);
  });

  it('is what many agree on, whatever the tracker says', () => {
    const many = new OwnAddresses();
    for (let network = 1; network <= 5; network++) {
      many.vote({ host: `40.${network}.0.1`, port: 0 }, '20.1.1.2', 0);
    }
    const { own } = ownHost(many);
    own.seenAt('30.0.0.1', '20.1.1.1');
    expect(own.towards('1.2.3.4')).toBe('20.1.1.2');
    expect(own.others(others)).toEqual(others.slice(0, 3));
  });

  it('is one vote for what the client believes', () => {
    const many = new OwnAddresses();
    const { own } = ownHost(many);
    for (let network = 1; network <= 5; network++) own.seenAt(`40.${network}.0.1`, '20.1.1.3');
    expect(many.towards('1.2.3.4')).toBe('20.1.1.3');
  });
});

describe('a tracker that names us to ourselves', () => {
  /** How often it dials itself, and somebody else. */
  function dials(tellsAddress: boolean): { ourselves: number; other: number } {
    const world = new EngineWorld();
    const machine = world.host();
    const other = world.client({ have: 'all' });
    new StreamHttpServer(
      { clock: world.clock, network: machine.network },
      {
        port: 80,
        handle: (_target, from) => {
          const named = [{ host: from.host, port: PORT }, other.address];
          const compact = named.map((address) => encodeCompactAddress(address) as Uint8Array);
          const external = Uint8Array.from(from.host.split('.'), Number);
          const body = encodeBencode({
            interval: 60,
            peers: concatBytes(...compact),
            'external ip': tellsAddress ? external : undefined,
          });
          return { status: 200, contentType: 'text/plain', body };
        },
      },
    );
    const testee = world.client({ trackers: [[`http://${machine.address}/announce`]] });
    const dial = vi.spyOn(testee.host.network, 'dial');
    expect(world.runUntil(() => testee.torrent.status().state === 'seeding')).toBe(true);
    const to = ({ host, port }: Address): number =>
      dial.mock.calls.filter(([address]) => address.host === host && address.port === port).length;
    return { ourselves: to(testee.address), other: to(other.address) };
  }

  it('is not followed when it says who we are, and only so', () => {
    expect(dials(true)).toEqual({ ourselves: 0, other: 1 });
    expect(dials(false)).toEqual({ ourselves: 1, other: 1 });
  });
});
