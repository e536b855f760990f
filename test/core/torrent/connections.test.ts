/** Which connections a torrent keeps: duplicates, limits, leaving, and who dials whom again. */
import { describe, expect, it } from 'vitest';
import type { PeerConnection } from '../../../src/core/peer/peer-connection.ts';
import { ConnectionTable } from '../../../src/core/torrent/connection-table.ts';
import { EngineWorld, PIECE } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';
import type { Conversation, ScriptOptions } from '../../support/scripted-peer.ts';

const HAND = 0.5;

describe('two that dial each other at once', () => {
  it('keep one and the same connection, and do not dial again', () => {
    for (let round = 0; round < 24; round++) {
      const world = new EngineWorld({ seed: 1 + (round % 4) });
      const one = world.client();
      const two = world.client();
      one.torrent.addPeers([two.address]);
      world.run(0.01 * Math.floor(round / 4));
      two.torrent.addPeers([one.address]);
      world.run(HAND);
      expect([one, two].map(({ torrent }) => torrent.status().connections)).toEqual([1, 1]);
      expect([...one.host.streams].length).toBe(1);
      const dialled = [one, two].map(({ observer }) => {
        const open = observer.of('connected').filter(({ remote }) => {
          return !observer.of('disconnected').some((note) => note.remote === remote);
        });
        return open.map(({ details }) => details[2]);
      });
      // What one side has dialled, the other has accepted.
      expect(dialled[0]).toEqual([dialled[1]?.[0] !== true]);
      // Every dial takes a port.
      const ports = [one, two].map(({ host }) => host.takeEphemeralPort());
      world.run(600);
      expect([one, two].map(({ host }) => host.takeEphemeralPort() - 1)).toEqual(ports);
      expect(one.observer.of('disconnected').length).toBeLessThanOrEqual(1);
    }
  });

  it('do not dial one another again while they are connected the other way', () => {
    const world = new EngineWorld();
    const one = world.client();
    const two = world.client();
    one.torrent.addPeers([two.address]);
    world.run(HAND);
    two.torrent.addPeers([one.address]);
    const streams = one.host.takeEphemeralPort();
    world.run(600);
    expect(two.observer.of('connected')).toHaveLength(1);
    expect(one.host.takeEphemeralPort()).toBe(streams + 1);
  });
});

describe('a peer id that is there already', () => {
  it('does not evict the connection that works', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const first = world.peer({ peerId: '-XX0000-twinstwinstw' }).connect(seed);
    const thief = world.peer({ peerId: '-XX0000-twinstwinstw' }).connect(seed);
    world.run(HAND);
    expect(first.ended).toBeUndefined();
    expect(thief.ended).toBe('finished');
    expect(seed.torrent.status().connections).toBe(1);
  });
});

describe('the limit of connections', () => {
  it('holds, and room is made when somebody leaves', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', connectionsMax: 3 });
    const guests = Array.from({ length: 5 }, () => world.peer().connect(seed).sayBare('haveNone'));
    expect(seed.torrent.status().connections).toBe(3);
    expect(guests.map(({ ended }) => ended)).toEqual([
      undefined,
      undefined,
      undefined,
      'finished',
      'finished',
    ]);
    guests[0]?.stream?.close();
    world.run(HAND);
    const late = world.peer().connect(seed);
    world.run(HAND);
    expect(late.ended).toBeUndefined();
    expect(seed.torrent.status().connections).toBe(3);
  });

  it('leaves room for those who dial us', () => {
    const world = new EngineWorld();
    const peers = Array.from({ length: 10 }, () =>
      world.peer({
        onMessage: (message, script) => {
          if (message.word === 'handshake') script.sayHandshake().sayBare('haveNone');
        },
      }),
    );
    const leecher = world.client({ connectionsMax: 10, peers: peers.map(({ address }) => address) });
    world.run(5);
    expect(leecher.torrent.status().connections).toBe(6);
    const guests = Array.from({ length: 5 }, () => world.peer().connect(leecher));
    world.run(HAND);
    expect(leecher.torrent.status().connections).toBe(10);
    expect(guests.filter(({ ended }) => ended !== undefined)).toHaveLength(1);
  });

  it('is not in the way of a download when all places are taken by peers that never give', () => {
    const world = new EngineWorld();
    const leecher = world.client({ connectionsMax: 3 });
    const idle = Array.from({ length: 3 }, () => world.peer().connect(leecher).sayBare('haveAll'));
    world.run(HAND);
    const seed = world.client({ have: 'all' });
    leecher.torrent.addPeers([seed.address]);
    const minute = (): void => {
      for (const guest of idle) if (guest.ended === undefined) guest.sayBare('notInterested');
      world.run(60);
    };
    for (let passed = 0; passed < 4; passed++) minute();
    expect(idle.map(({ ended }) => ended)).toEqual([undefined, undefined, undefined]);
    for (let passed = 4; passed < 7; passed++) minute();
    expect(leecher.torrent.status().state).toBe('seeding');
    // One place was enough; the others were not taken away from anybody.
    const reasons = leecher.observer.of('disconnected').map(({ details }) => details[0]);
    expect(reasons.filter((reason) => reason === 'made room for another')).toHaveLength(1);
  });

  it('is not in the way of a download when all places are taken by peers that gave once and stopped', () => {
    const world = new EngineWorld();
    const leecher = world.client({ connectionsMax: 3 });
    const peers: Conversation[] = [];
    for (let count = 0; count < 3; count++) {
      let gave = false;
      const onMessage: ScriptOptions['onMessage'] = (message, script) => {
        if (message.word === 'interested') script.sayBare('unchoke');
        else if (message.word === 'request' && !gave) {
          gave = true;
          script.answer(message);
        }
      };
      peers.push(world.peer({ onMessage }).connect(leecher).sayBare('haveAll'));
    }
    const seed = world.client({ have: 'all' });
    leecher.torrent.addPeers([seed.address]);
    for (let minute = 0; minute < 8; minute++) {
      for (const lazy of peers) lazy.say([0, 0, 0, 0]);
      world.run(60);
    }
    expect(leecher.observer.of('snubbed')).toHaveLength(3);
    expect(leecher.torrent.status().state).toBe('seeding');
  });

  it('is not in the way of the better of two duplicates', () => {
    const ownId = new Uint8Array(20).fill(9);
    const remoteId = new Uint8Array(20).fill(1);
    const connection = (outgoing: boolean): PeerConnection => {
      const fake = { outgoing, closed: false, close: () => undefined };
      fake.close = () => {
        fake.closed = true;
        return undefined;
      };
      return fake as unknown as PeerConnection;
    };
    const table = new ConnectionTable(ownId, 1);
    const accepted = connection(false);
    const dialled = connection(true);
    expect(table.admit(accepted, remoteId)).toBeUndefined();
    expect(table.admit(dialled, remoteId)).toBeUndefined();
    expect([accepted.closed, dialled.closed]).toEqual([true, false]);
    expect(table.admit(connection(false), remoteId)).toBe('duplicate');
  });
});

describe('two seeds', () => {
  it('part, and do not meet again', () => {
    const world = new EngineWorld();
    const one = world.client({ have: 'all' });
    const two = world.client({ have: 'all' });
    one.torrent.addPeers([two.address]);
    world.run(900);
    expect(one.observer.of('connected')).toHaveLength(1);
    expect(one.observer.reasons).toHaveLength(1);
    expect(one.host.streams.size).toBe(0);
  });
});

describe('a client that stops', () => {
  it('leaves nothing open and nothing scheduled', () => {
    const world = new EngineWorld({ totalBytes: 100 * PIECE });
    const seed = world.client({ have: 'all' });
    const leecher = world.client({ peers: [seed.address, { host: '10.99.0.1', port: 1 }] });
    world.run(1);
    const stranger = world.peer().dial(seed);
    let stopped = 0;
    seed.client.stop(() => stopped++);
    leecher.client.stop(() => stopped++);
    world.run(1);
    expect(stopped).toBe(2);
    expect(stranger.ended).toBeDefined();
    expect([seed.host.streams.size, leecher.host.streams.size]).toEqual([0, 0]);
    expect(world.clock.pendingCount).toBe(0);
  });

  it('refuses those who come later', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    seed.torrent.stop(() => {});
    const late = world.peer().connect(seed);
    world.run(HAND);
    expect(late.ended).toBe('finished');
    expect(late.words).toEqual(['handshake']);
    const other = world.client({ have: 'all' });
    expectServes(world, other);
  });
});
