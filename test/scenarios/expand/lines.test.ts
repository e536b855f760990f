/** Lines and machines of a plan: drawn for each peer, the same for the same seed, unmoved by whatever else is drawn. */
import { describe, expect, it } from 'vitest';
import { expand } from '../../../src/scenarios/expand.ts';
import type { PlannedPeer } from '../../../src/scenarios/plan.ts';
import { parse } from '../support.ts';

const LINK = '{ adsl: 70%, fibre: 30% }';

const text = (options: { homes?: number; nat?: string; link?: string; keys?: string } = {}) => `version: 1
name: drawn
time: { until: 10m, starts: fri 20:00 }
torrent: { size: 4 MiB }
internet: { delays: { europe: { asia: 90ms } }, pair-delay: 0ms..30ms }
peers:
  - { group: seed, have: all, link: data-centre }
  - group: homes
    count: ${options.homes ?? 200}
    link: ${options.link ?? LINK}
    nat: ${options.nat ?? '{ open: 40%, port-restricted: 60% }'}
    region: { europe: 70%, asia: 30% }
    behaviour: { honest: 90%, poisoner: 10% }
    cap: { up: 2 GiB, per: 1d, then: cut off }
    disk: { access: 4ms..12ms, write: 50 MB/s..150 MB/s }
    ${options.keys ?? ''}
`;

const homes = (options = {}, seed = 1): PlannedPeer[] =>
  expand(parse(text(options)), seed).peers.filter((peer) => peer.group === 1);

const count = (peers: readonly PlannedPeer[], holds: (peer: PlannedPeer) => boolean): number =>
  peers.filter(holds).length;

const isAdsl = (peer: PlannedPeer): boolean => peer.link.downBytesPerSec <= 1_000_000;

describe('the machines of a plan', () => {
  it('are of each kind by its share', () => {
    const peers = homes();
    expect(count(peers, isAdsl)).toBe(140);
    expect(count(peers, (peer) => peer.link.nat === 'open')).toBe(80);
    expect(count(peers, (peer) => peer.link.region === 0)).toBe(140);
    expect(count(peers, (peer) => peer.behaviour === 'poisoner')).toBe(20);
  });

  it('have the parts of different mixtures in any combination', () => {
    const peers = homes({ homes: 2000 });
    const both = count(peers, (peer) => isAdsl(peer) && peer.link.nat === 'open');
    expect(Math.abs(both / 2000 - 0.7 * 0.4)).toBeLessThan(0.03);
  });

  it('have what is drawn from ranges within them, and not the same for all', () => {
    const peers = homes();
    for (const of of [
      (peer: PlannedPeer) => (peer.disk.accessUs - 4000) / 8000,
      (peer: PlannedPeer) => (peer.disk.writeBytesPerSec - 5e7) / 1e8,
    ]) {
      const values = peers.map(of);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThanOrEqual(1);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.9);
    }
    const [lossy] = homes({ link: '{ profile: cable, loss: 0.1%..1%, jitter: 1ms..9ms, loss-burst: 3 }' });
    expect(lossy?.link.lossBurst).toBe(3);
    const losses = homes({ link: '{ profile: cable, loss: 0.1%..1%, jitter: 1ms..9ms }' });
    expect(new Set(losses.map((peer) => peer.link.lossPerMillion)).size).toBeGreaterThan(150);
    expect(losses.every(({ link }) => link.lossPerMillion >= 1000 && link.lossPerMillion <= 10_000)).toBe(
      true,
    );
    expect(new Set(losses.map((peer) => peer.link.jitterUs)).size).toBeGreaterThan(150);
    expect(losses.every(({ link }) => link.jitterUs >= 1000 && link.jitterUs <= 9000)).toBe(true);
  });

  it('pass on what is said of the whole group, and of the run', () => {
    const plan = expand(parse(text()), 1);
    expect(plan.startsAtUs).toBe((4 * 24 + 20) * 3_600_000_000);
    expect(plan.internet).toEqual({
      regions: ['europe', 'asia'],
      regionDelaysUs: [
        [0, 90_000],
        [90_000, 0],
      ],
      pairDelayUs: { lowest: 0, highest: 30_000 },
    });
    expect(plan.peers[0]?.link.region).toBeUndefined();
    expect(plan.peers[1]?.link.caps).toEqual([
      // biome-ignore lint/suspicious/noThenProperty: the name in the plan.
      { counts: 'up', bytes: 2_147_483_648, periodUs: 86_400_000_000, then: { kind: 'cut' } },
    ]);
  });

  it('are the same for the same seed and others for another', () => {
    expect(homes({}, 3)).toEqual(homes({}, 3));
    expect(homes({}, 3).map(isAdsl)).not.toEqual(homes({}, 4).map(isAdsl));
  });

  it('do not change when the group gets one more peer', () => {
    expect(homes({ homes: 201 }).slice(0, 200)).toEqual(homes());
  });

  it('do not change when something else does', () => {
    const before = homes();
    const after = homes({ nat: '{ open: 20%, symmetric: 80% }', keys: 'have: none' });
    expect(after.map(({ link, ...rest }) => [{ ...link, nat: 'open' }, rest])).toEqual(
      before.map(({ link, ...rest }) => [{ ...link, nat: 'open' }, rest]),
    );
    expect(after.map(({ link }) => link.nat)).not.toEqual(before.map(({ link }) => link.nat));
  });

  it('survive JSON', () => {
    const plan = expand(parse(text()), 1);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
