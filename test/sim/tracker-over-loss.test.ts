/** A UDP announce over lines that lose packets, and from behind a translation: repetition gets it through (BEP 15). */
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { parseUrl } from '../../src/core/http/url.ts';
import type { AnnounceRequest } from '../../src/core/tracker/announce.ts';
import { SwarmRegistry } from '../../src/core/tracker/swarm-registry.ts';
import type { TrackerOutcome } from '../../src/core/tracker/tracker-client.ts';
import { UdpTrackerEndpoint } from '../../src/core/tracker/udp-endpoint.ts';
import { FIRST_WAIT_US } from '../../src/core/tracker/udp-exchange.ts';
import { UdpTrackerClient } from '../../src/core/tracker/udp-tracker-client.ts';
import { ConservationChecker } from '../../src/sim/checkers/conservation.ts';
import { SeededRandom } from '../../src/sim/random.ts';
import type { HostOptions } from '../../src/sim/simulated-host.ts';
import { VirtualClock } from '../../src/sim/virtual-clock.ts';
import { SmallWorld } from './small-world.ts';

const announce: AnnounceRequest = {
  infoHash: fromLatin1('h'.repeat(20)),
  peerId: fromLatin1('p'.repeat(20)),
  port: 6881,
  uploaded: 0,
  downloaded: 0,
  left: 1,
  event: 'started',
  numwant: 50,
  key: 0,
};

interface Announced {
  readonly outcome: TrackerOutcome | undefined;
  readonly atUs: number;
}

/** `count` homes with such lines announce at once to one tracker; what each gets, and when. */
function announceFrom(count: number, line: Partial<HostOptions>) {
  const world = new SmallWorld();
  const clock = new VirtualClock(world.simulation);
  const random = SeededRandom.ofRun(7);
  const tracker = world.host({ name: 'tracker', latencyUs: 5_000 });
  const registry = new SwarmRegistry({ random: random.fork('registry') });
  const ports = { clock, network: tracker.network, random: random.fork('udp') };
  new UdpTrackerEndpoint(ports, registry, { port: 6969 });
  const url = `udp://${tracker.address}:6969/announce`;
  const parsed = parseUrl(url);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const announced: Announced[] = [];
  for (let index = 0; index < count; index++) {
    const { network, name } = world.host({ name: `home-${index}`, latencyUs: 20_000, ...line });
    const client = new UdpTrackerClient({ clock, network, random: random.fork(name), resolver: undefined });
    const own = { ...announce, peerId: fromLatin1(`home-${index}`.padEnd(20, '.')), port: 7000 + index };
    const request = { url, parsed: parsed.value, announce: own, trackerId: undefined, hasAlternative: false };
    client.announce(request, (outcome) => {
      announced[index] = { outcome, atUs: world.simulation.nowUs };
      client.close();
    });
  }
  world.simulation.runUntilIdle(3 * 3600e6);
  new ConservationChecker(world.internet).check();
  return { world, registry, announced };
}

describe('an announce by UDP', () => {
  it('without loss takes two round trips, behind whatever translation', () => {
    for (const nat of ['open', 'symmetric'] as const) {
      const { announced, world } = announceFrom(20, { nat });
      for (const { outcome, atUs } of announced) {
        expect(outcome?.kind).toBe('reply');
        expect(atUs).toBeGreaterThanOrEqual(100_000);
        expect(atUs).toBeLessThan(150_000);
      }
      expect(world.internet.counts).toMatchObject({ sent: 80, delivered: 80 });
    }
  });

  it('gets through lines that lose every seventh each way, by saying it again', () => {
    const { announced, registry, world } = announceFrom(50, { lossPerMillion: 142_857 });
    expect(announced.filter(({ outcome }) => outcome?.kind === 'reply')).toHaveLength(50);
    expect(registry.scrape([announce.infoHash], world.simulation.nowUs)[0]?.incomplete).toBe(50);
    // Four datagrams have to come through: 54 in a hundred do at once, the others had to be patient.
    const repeated = announced.filter(({ atUs }) => atUs >= FIRST_WAIT_US).length;
    expect(repeated).toBeGreaterThanOrEqual(13);
    expect(repeated).toBeLessThanOrEqual(33);
    expect(world.internet.counts.lost).toBeGreaterThan(20);
  });

  it('gets through bursts, which are over when it is repeated', () => {
    const { announced } = announceFrom(50, { lossPerMillion: 200_000, lossBurst: 100 });
    expect(announced.filter(({ outcome }) => outcome?.kind === 'reply')).toHaveLength(50);
  });

  it('over a dead line fails in the end', () => {
    const { announced, world } = announceFrom(2, { lossPerMillion: 1_000_000 });
    for (const { outcome } of announced)
      expect(outcome).toMatchObject({ kind: 'failed', message: 'no answer' });
    expect(world.internet.counts).toMatchObject({ sent: 18, delivered: 0, lost: 18 });
  });
});
