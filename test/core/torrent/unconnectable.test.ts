/**
 * A swarm in which half of the peers cannot be dialled: the tracker names addresses that never answer, and yet all
 * complete in about the time of a swarm where everybody can be, no dial hangs for ever, and the tracker hears of need.
 */
import { describe, expect, it } from 'vitest';
import { HALF_OPEN_MAX } from '../../../src/core/torrent/dialer.ts';
import type { AnnounceRequest } from '../../../src/core/tracker/announce.ts';
import { SwarmRegistry } from '../../../src/core/tracker/swarm-registry.ts';
import { UdpTrackerEndpoint } from '../../../src/core/tracker/udp-endpoint.ts';
import type { NatKind } from '../../../src/sim/nat.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import type { SimulatedHost } from '../../../src/sim/simulated-host.ts';
import { EngineWorld, type Testee } from '../../support/engine-world.ts';

const MINUTE = 60e6;

interface Member {
  readonly nat: NatKind;
  readonly testee: Testee;
}

/** A tracker that names a new peer again only every half hour, and the peers that find each other through it. */
class TrackedSwarm {
  readonly world = new EngineWorld({ totalBytes: 96 * 65_536, pieceLength: 65_536 });
  readonly members: Member[] = [];
  readonly #registry: SwarmRegistry;
  readonly #url: string;

  constructor() {
    const { clock, simulation } = this.world;
    const random = SeededRandom.ofRun(simulation.seed);
    const { network, address } = this.world.host({ name: 'tracker' });
    this.#registry = new SwarmRegistry({ random: random.fork('registry') }, { intervalUs: 30 * MINUTE });
    const ports = { clock, network, random: random.fork('udp') };
    new UdpTrackerEndpoint(ports, this.#registry, { port: 6969 });
    this.#url = `udp://${address}:6969/announce`;
  }

  join(nat: NatKind, have: 'all' | 'none' = 'none'): void {
    const testee = this.world.client({
      have,
      link: { upBytesPerSec: 125_000, latencyUs: 20_000, nat },
      trackers: [[this.#url]],
    });
    this.members.push({ nat, testee });
  }

  /** The tracker still names so many who have gone. */
  addDead(count: number): void {
    for (let index = 1; index <= count; index++) {
      const announce: AnnounceRequest = {
        infoHash: this.world.metainfo.infoHash,
        peerId: new Uint8Array(20).fill(index),
        port: 6881,
        uploaded: 0,
        downloaded: 0,
        left: 1,
        event: 'started',
        numwant: 0,
        key: index,
      };
      const from = { host: `10.77.0.${index}`, port: 6881 };
      this.#registry.announce(announce, from, 0, { peersMax: 0, bothFamilies: false });
    }
  }

  /** Runs until everybody has everything, looking at the dials every second; how many seconds that took. */
  complete(secondsMax: number): number {
    const startUs = this.world.simulation.nowUs;
    let mostDials = 0;
    const isDone = ({ testee }: Member): boolean => testee.torrent.status().state === 'seeding';
    for (let seconds = 0; seconds < secondsMax && !this.members.every(isDone); seconds++) {
      this.world.run(1);
      for (const { testee } of this.members) mostDials = Math.max(mostDials, dialsOf(testee.host));
    }
    expect(this.members.every(isDone)).toBe(true);
    expect(mostDials).toBeLessThanOrEqual(HALF_OPEN_MAX);
    return (this.world.simulation.nowUs - startUs) / 1e6;
  }
}

/** Dials under way. */
function dialsOf(host: SimulatedHost): number {
  let dials = 0;
  for (const stream of host.streams) if (stream.dial !== undefined) dials++;
  return dials;
}

function swarmOf(count: number, unconnectable: (index: number) => boolean): TrackedSwarm {
  const swarm = new TrackedSwarm();
  swarm.join('open', 'all');
  for (let index = 0; index < count; index++) swarm.join(unconnectable(index) ? 'port-restricted' : 'open');
  return swarm;
}

describe('a swarm with peers that cannot be dialled', () => {
  it('completes in about the time that it takes without, and nobody connects to them', () => {
    const reachable = swarmOf(24, () => false).complete(600);
    const swarm = swarmOf(24, (index) => index % 2 === 0);
    const took = swarm.complete(600);
    expect(took).toBeLessThan(1.4 * reachable);
    const hidden = swarm.members.filter(({ nat }) => nat !== 'open');
    expect(hidden).toHaveLength(12);
    for (const { testee } of hidden) {
      const dialled = testee.observer.of('connected').map(({ details }) => details[2]);
      expect(new Set(dialled)).toEqual(new Set([true]));
    }
    // Their tries in vain end, and hold no place.
    swarm.world.run(15 * 60);
    for (const { testee } of swarm.members) expect(dialsOf(testee.host)).toBe(0);
  });

  it('asks the tracker again when the addresses it has are dead, though they wait to be tried again', () => {
    const swarm = new TrackedSwarm();
    swarm.addDead(180);
    swarm.join('open', 'all');
    for (let index = 0; index < 24; index++) {
      swarm.join(index % 2 === 0 ? 'port-restricted' : 'open');
      swarm.world.run(5);
    }
    expect(swarm.complete(1_800)).toBeLessThan(400);
  });
});
