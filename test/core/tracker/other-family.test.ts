/** A client with IPv4 and IPv6 (BEP 7): trackers with a name hear of both addresses, and what counts counts once. */
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import { StreamHttpClient } from '../../../src/core/http/stream-client.ts';
import type { Address, Network } from '../../../src/core/ports.ts';
import { Announcer, type AnnouncerOptions } from '../../../src/core/tracker/announcer.ts';
import type { Resolver } from '../../../src/core/tracker/resolver.ts';
import { SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import { FakeRandom, FakeWorld } from '../../support/fake-world.ts';

const SECOND = 1_000_000;
const INFO_HASH = fromLatin1('h'.repeat(20));
const OURS = ['10.0.0.1', '2001:db8::1'] as const;
const THEIRS = ['10.1.0.1', '2001:db8:1::1'] as const;
const NAMED = 'udp://tracker.example:6969/announce';

/** One registry behind an address of each family, and a client with both. */
class Setting {
  readonly world = new FakeWorld();
  readonly registry = new SwarmRegistry({ random: new FakeRandom() }, { intervalUs: 120 * SECOND });
  readonly log: string[] = [];
  readonly announcer: Announcer;
  left = 100;
  stopped = 0;
  /** The families in which the name has an address, that of the preferred one first. */
  families: readonly (4 | 6)[] = [4, 6];

  constructor(options: Partial<AnnouncerOptions> = {}) {
    const { world } = this;
    const { clock } = world;
    for (const host of THEIRS) {
      const ports = { clock, network: world.network(host) };
      new UdpTrackerEndpoint({ ...ports, random: new FakeRandom(host) }, this.registry, { port: 6969 });
    }
    const resolver: Resolver = {
      resolve: (_name, done, family) => {
        const found = this.families.find((each) => family === undefined || each === family);
        const host = found && (found === 4 ? THEIRS[0] : THEIRS[1]);
        return clock.schedule(clock.now(), () => done(host, host === undefined ? 'no address' : undefined));
      },
    };
    const [network, ipv6Network] = OURS.map((host) => world.network(host)) as [Network, Network];
    this.announcer = new Announcer(
      {
        clock,
        network,
        ipv6Network,
        http: new StreamHttpClient({ clock, network }),
        random: new FakeRandom(),
      },
      { infoHash: INFO_HASH, peerId: fromLatin1('p'.repeat(20)), port: 6881, key: 7 },
      {
        progress: () => ({ uploaded: 0, downloaded: 0, left: this.left }),
        onPeers: (peers) => this.log.push(`peers ${peers.map((peer: Address) => peer.host).join()}`),
        onAnnounced: (_url, event, count) => this.log.push(`${event} ${count}`),
        onFailed: (_url, event, message) => this.log.push(`${event} failed: ${message}`),
      },
      { tiers: [[NAMED]], bothFamilies: true, resolver, ...options },
    );
    this.announcer.start();
  }

  /** Somebody else who is in the swarm at `host`. */
  other(host: string): void {
    const announce = { infoHash: INFO_HASH, port: 7000, uploaded: 0, downloaded: 0, left: 1, key: 1 };
    const request = { ...announce, peerId: fromLatin1(host.padEnd(20)), event: 'none', numwant: 0 } as const;
    this.registry.announce(request, { host, port: 1 }, this.world.clock.now());
  }

  counts() {
    return this.registry.scrape([INFO_HASH], this.world.clock.now())[0];
  }

  run(seconds: number): void {
    this.world.clock.advance(seconds * SECOND);
  }

  /** Announces that were sent, by the family that they were sent over. */
  sent(): { ipv4: number; ipv6: number } {
    const announces = this.world.datagrams.filter(({ bytes, to }) => to.port === 6969 && bytes.length >= 98);
    const ipv6 = announces.filter(({ to }) => to.host.includes(':')).length;
    return { ipv4: announces.length - ipv6, ipv6 };
  }
}

describe('a client with both families', () => {
  it.each([4, 6] as const)('is known to a tracker by both, whichever comes first (IPv%i)', (preferred) => {
    const setting = new Setting();
    setting.families = preferred === 4 ? [4, 6] : [6, 4];
    setting.other('10.9.9.9');
    setting.other('2001:db8:9::9');
    setting.run(1);
    expect(setting.registry.peerCount).toBe(4);
    // Reported once; the peers of both families come.
    const first = preferred === 4 ? '10.9.9.9' : '2001:db8:9::9';
    const second = preferred === 4 ? '2001:db8:9::9' : '10.9.9.9';
    expect(setting.log).toEqual(['started 1', `peers ${first}`, `peers ${second}`]);
    setting.run(120);
    expect(setting.sent()).toEqual({ ipv4: 2, ipv6: 2 });
    expect(setting.log.slice(3)).toEqual(['none 1', `peers ${first}`, `peers ${second}`]);
  });

  it('has completed once, is a seed in both, and leaves both', () => {
    const setting = new Setting();
    setting.run(1);
    setting.left = 0;
    setting.announcer.completed();
    setting.run(1);
    expect(setting.registry.peerCount).toBe(2);
    expect(setting.counts()).toEqual({ complete: 1, incomplete: 0, downloaded: 1 });
    setting.announcer.stop(() => setting.stopped++);
    setting.run(1);
    expect([setting.registry.peerCount, setting.stopped, setting.log.at(-1)]).toEqual([0, 1, 'stopped 0']);
    expect(setting.world.clock.pendingCount).toBe(0);
  });

  it('leaves both also while the second is being told, and when the second does not answer', () => {
    for (const isLost of [false, true]) {
      const setting = new Setting();
      setting.world.lose = ({ to, bytes }) =>
        isLost && to.host === THEIRS[1] && bytes.length < 98 && setting.registry.peerCount > 0;
      setting.run(0.05);
      setting.announcer.stop(() => setting.stopped++);
      setting.run(10);
      expect([setting.registry.peerCount, setting.stopped]).toEqual([0, 1]);
      expect(setting.log.filter((line) => line.startsWith('stopped'))).toHaveLength(1);
      expect(setting.world.clock.pendingCount).toBe(0);
    }
  });

  it.each([[4], [6]] as const)('asks a tracker that has one family (%i) over that alone', (family) => {
    const setting = new Setting();
    setting.families = [family];
    setting.run(130);
    expect(setting.registry.peerCount).toBe(1);
    expect(setting.log).toEqual(['started 0', 'none 0']);
    expect(setting.sent()).toEqual({ ipv4: family === 4 ? 2 : 0, ipv6: family === 6 ? 2 : 0 });
  });

  it('asks a tracker at an address over that alone', () => {
    for (const host of ['10.1.0.1', '[2001:db8:1::1]']) {
      const setting = new Setting({ tiers: [[`udp://${host}:6969/announce`]] });
      setting.run(1);
      expect([setting.registry.peerCount, setting.log]).toEqual([1, ['started 0']]);
    }
  });

  it('goes on over the other family when the first is cut off', () => {
    const setting = new Setting();
    setting.run(1);
    setting.world.lose = ({ to }) => to.host === THEIRS[0];
    setting.families = [6, 4];
    // The first call is patient when there is no other tracker.
    setting.run(3 * 3600);
    expect(setting.log.filter((line) => line.startsWith('none'))[0]).toBe('none failed: no answer');
    expect(setting.log.at(-1)).toBe('none 0');
  });
});

describe('a client with one family', () => {
  it('announces once', () => {
    const setting = new Setting({ bothFamilies: false });
    setting.run(1);
    expect([setting.registry.peerCount, setting.log]).toEqual([1, ['started 0']]);
  });
});
