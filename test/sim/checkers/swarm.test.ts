/** Whole small swarms under all laws on engines: they hold, each is looked at, and the watch changes nothing. */
import { describe, expect, it } from 'vitest';
import { NothingLeftChecker } from '../../../src/sim/checkers/nothing-left.ts';
import { PIECE } from '../../support/engine-world.ts';
import { honestSeed, poisoner } from '../../support/scripted-peer.ts';
import { startSwarm, WatchedWorld } from './watched-world.ts';

describe('the laws on engines', () => {
  it.each(['reference', 'bytes'] as const)('hold in a swarm with %s, and each is looked at', (payload) => {
    const world = new WatchedWorld({ totalBytes: 40 * PIECE, payload });
    const { leechers } = startSwarm(world, ['ada', 'bob', 'cyd', 'dan']);
    world.runChecked(30);
    for (const { torrent } of leechers) expect(torrent.status().state).toBe('seeding');
    const { evaluations } = world;
    expect(Object.keys(evaluations)).toEqual([
      'verified content',
      'served while unchoked',
      'blocks were sent and asked for',
      'availability',
      'holdings only grow',
      'slots within limits',
      'claims are verified',
      'no blame among the honest',
    ]);
    // 40 pieces found by the origin and verified by each of four; 80 blocks each, sent and received.
    expect(evaluations['verified content']).toBe(5 * 40);
    expect(evaluations['served while unchoked']).toBeGreaterThanOrEqual(4 * 80);
    expect(evaluations['blocks were sent and asked for']).toBeGreaterThanOrEqual(4 * 80);
    expect(evaluations.availability).toBeGreaterThan(100 * 40);
    for (const [name, count] of Object.entries(evaluations)) expect([name, count > 0]).toEqual([name, true]);
  });

  it('hold while peers leave, crash and come back, and nothing is left at the end', () => {
    const world = new WatchedWorld({ totalBytes: 60 * PIECE });
    const { origin, leechers } = startSwarm(world, ['ada', 'bob', 'cyd'], { upBytesPerSec: 3e5 });
    const [ada, bob, cyd] = leechers as [(typeof leechers)[0], (typeof leechers)[0], (typeof leechers)[0]];
    world.runChecked(2);
    world.leave(ada);
    // Bob's machine goes without a goodbye; what its engine does after that concerns nobody.
    bob.watched.end();
    bob.host.disconnect();
    world.runChecked(2);
    bob.clock.stop();
    const again = world.join('bob', { peers: [origin.address, cyd.address], upBytesPerSec: 3e5 });
    world.runChecked(40);
    for (const { torrent } of [again, cyd]) expect(torrent.status().state).toBe('seeding');
    const ended = [ada, bob];
    const remains = new NothingLeftChecker(world.internet, {
      clocks: () => ended.map(({ clock, host }) => ({ name: host.name, pendingCount: clock.pendingCount })),
      worldHandles: () => 0,
    });
    for (const peer of [origin, again, cyd]) {
      world.leave(peer);
      ended.push(peer);
    }
    world.run(60);
    expect([world.watch.running.size, world.watch.underWay.pairs]).toEqual([0, 0]);
    remains.check();
    expect(remains.evaluations).toBeGreaterThan(ended.length);
  });

  it('hold for honest peers among outsiders, whose blocks are excused', () => {
    const world = new WatchedWorld({ totalBytes: 20 * PIECE });
    const liar = world.peer({ onMessage: poisoner });
    const helper = world.peer({ onMessage: honestSeed });
    const ada = world.join('ada', { peers: [liar.address, helper.address] });
    const bob = world.join('bob', { peers: [ada.address, liar.address] });
    world.runChecked(60);
    for (const { torrent } of [ada, bob]) expect(torrent.status().state).toBe('seeding');
    expect(ada.observer.of('pieceFailed').length).toBeGreaterThan(0);
    const received = [ada, bob].flatMap(({ observer }) => [
      ...observer.of('blockReceived'),
      ...observer.of('blockWasted'),
    ]);
    const fromOutside = received.filter(({ remote }) => remote < 0).length;
    expect(fromOutside).toBeGreaterThan(0);
    expect(world.watch.laws.origin.excused).toBe(fromOutside);
  });

  it('allow a choked peer the pieces that it was granted', () => {
    const world = new WatchedWorld({ totalBytes: 40 * PIECE });
    const settings = { uploadSlots: 1, upBytesPerSec: 2e5, allowedFastCount: 5 };
    const { leechers } = startSwarm(world, ['ada', 'bob', 'cyd'], settings);
    world.runChecked(60);
    for (const { torrent } of leechers) expect(torrent.status().state).toBe('seeding');
    expect(world.watch.laws.choke.granted).toBeGreaterThan(0);
  });

  it('pass every report on as it was made, in its order', () => {
    const notes = ['plain', 'watched'].map((kind) => {
      const world = new WatchedWorld({ totalBytes: 10 * PIECE });
      const origin = kind === 'plain' ? world.client({ have: 'all' }) : world.join('origin', { have: 'all' });
      const peers = [origin.address];
      const leecher = kind === 'plain' ? world.client({ peers }) : world.join('ada', { peers });
      world.run(20);
      return [origin, leecher].map(({ observer }) =>
        observer.notes.map(({ atUs, kind, details }) => [
          atUs,
          kind,
          ...(kind === 'connected' ? [] : details),
        ]),
      );
    });
    expect(notes[1]?.map((each) => each.map(([, kind]) => kind))).toEqual(
      notes[0]?.map((each) => each.map(([, kind]) => kind)),
    );
    expect(notes[1]?.[1]?.length).toBeGreaterThan(30);
  });
});
