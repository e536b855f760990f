/** Peer exchange (BEP 11): what is told, to whom, how often; and what is believed. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { isCredible, LOWEST_NAMED_PORT } from '../../../src/core/exchange/credible.ts';
import {
  decodePexMessage,
  encodePexMessage,
  PEX_ENTRIES_MAX,
  type PexMessage,
} from '../../../src/core/exchange/pex-messages.ts';
import { EngineWorld, type Testee } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

const PEX = { peerExchange: true };
const THEIR_ID = 5;

function decoded(bytes: Uint8Array): PexMessage {
  const message = decodePexMessage(bytes);
  if (!message.ok) throw new Error(message.error.message);
  return message.value;
}

/** Connects a peer that listens at `port` and understands peer exchange. */
function meet(world: EngineWorld, testee: Testee, port = 7000): Conversation {
  const guest = world.peer({ extended: true }).connect(testee);
  guest.sayExtended(0, fromLatin1(`d1:md6:ut_pexi${THEIR_ID}ee1:pi${port}ee`));
  world.run(0.1);
  return guest;
}

function toldTo(guest: Conversation): (PexMessage & { atUs: number })[] {
  return guest
    .heard('extended')
    .filter(({ piece }) => piece === THEIR_ID)
    .map(({ bytes, atUs }) => ({ ...decoded(bytes as Uint8Array), atUs }));
}

function named(count: number, host = (index: number) => `10.9.${index >> 8}.${index & 255}`): Uint8Array {
  const added = Array.from({ length: count }, (_, index) => ({
    address: { host: host(index), port: 6881 },
    flags: 0,
  }));
  return encodePexMessage({ added, dropped: [] });
}

describe('the message', () => {
  it('has both families, each with its flags', () => {
    const message: PexMessage = {
      added: [
        { address: { host: '192.0.2.1', port: 0x1ae1 }, flags: 0x12 },
        { address: { host: '2001:db8::1', port: 6882 }, flags: 2 },
      ],
      dropped: [{ host: '192.0.2.2', port: 6883 }],
    };
    const bytes = encodePexMessage(message);
    expect(toLatin1(bytes)).toContain('5:added6:\xc0\x00\x02\x01\x1a\xe17:added.f1:\x12');
    expect(decoded(bytes)).toEqual(message);
  });

  it('keeps whole entries, in step with their flags, and no more than a bound', () => {
    const bytes = fromLatin1(
      'd5:added15:\x01\x02\x03\x04\x00\x00\x01\x02\x03\x05\x1a\xe1\x01\x02\x037:added.f2:\x01\x02e',
    );
    expect(decoded(bytes).added).toEqual([{ address: { host: '1.2.3.5', port: 6881 }, flags: 2 }]);
    expect(decoded(named(5000)).added).toHaveLength(PEX_ENTRIES_MAX);
  });
});

describe('addresses', () => {
  it.each([
    ['8.8.8.8', '9.9.9.9', true],
    ['127.0.0.1', '9.9.9.9', false],
    ['192.168.0.2', '9.9.9.9', false],
    ['192.168.0.2', '192.168.0.9', true],
    ['127.0.0.1', '192.168.0.9', false],
    ['127.0.0.2', '127.0.0.1', true],
    ['224.0.0.1', '127.0.0.1', false],
  ])('%s on the word of %s: %s', (host, by, credible) => {
    expect(isCredible({ host, port: 6881 }, by)).toBe(credible);
    expect(isCredible({ host, port: LOWEST_NAMED_PORT - 1 }, by)).toBe(false);
  });
});

describe('peer exchange', () => {
  it('lets a third peer be found through a second', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...PEX });
    const middle = world.client({ ...PEX, peers: [seed.address], downloadLimitBytesPerSec: 1 });
    world.run(1);
    const third = world.client({ ...PEX, peers: [middle.address] });
    expect(world.runUntil(() => third.torrent.status().state === 'seeding', 60)).toBe(true);
    const met = third.observer.of('connected').map(({ details }) => details[0]);
    expect(met).toContain(seed.address.host);
  });

  it('is silent unless it is wanted, and always in a private torrent (BEP 27)', () => {
    for (const world of [new EngineWorld(), new EngineWorld({ isPrivate: true })]) {
      const isPrivate = world.metainfo.isPrivate;
      const seed = world.client({ have: 'all', ...(isPrivate ? PEX : {}) });
      const [one, two] = [meet(world, seed), meet(world, seed)];
      one.sayExtended(1, named(10));
      world.run(200);
      expect([...toldTo(one), ...toldTo(two)]).toEqual([]);
      expect(
        one
          .heard('extended')
          .map(({ bytes }) => toLatin1(bytes as Uint8Array))
          .join(),
      ).not.toContain('ut_pex');
      // Nobody was dialled.
      expect(seed.host.takeEphemeralPort()).toBe(world.host().takeEphemeralPort());
    }
  });

  it('tells at once, then no more than once a minute, of those who have come and who have gone', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...PEX });
    const first = meet(world, seed, 7001);
    const listener = meet(world, seed, 7002);
    expect(toldTo(listener).map(({ added }) => added)).toEqual([
      [{ address: { host: first.peer.address.host, port: 7001 }, flags: 0 }],
    ]);
    const later = meet(world, seed, 7003);
    first.stream?.close();
    for (let turn = 0; turn < 5; turn++) {
      world.run(30);
      for (const guest of [listener, later]) guest.sayBare('notInterested');
    }
    const told = toldTo(listener);
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({
      added: [{ address: { host: later.peer.address.host, port: 7003 } }],
      dropped: [{ host: first.peer.address.host, port: 7001 }],
    });
    expect((told[1]?.atUs ?? 0) - (told[0]?.atUs ?? 0)).toBeGreaterThanOrEqual(60e6);
  });

  it('names no more than 50 at a time, nobody twice, and not the one who is told', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', connectionsMax: 100, ...PEX });
    const guests = Array.from({ length: 70 }, (_, index) => meet(world, seed, 7100 + index));
    const listener = meet(world, seed, 7999);
    for (let turn = 0; turn < 8; turn++) {
      world.run(30);
      for (const guest of [...guests, listener]) guest.sayBare('notInterested');
    }
    const told = toldTo(listener);
    expect(told.map(({ added }) => added.length)).toEqual([50, 20]);
    const ports = told.flatMap(({ added }) => added.map(({ address }) => address.port));
    expect(new Set(ports).size).toBe(70);
    expect(ports).not.toContain(7999);
  });

  it('says of a seed that it is one, and of one that we dialled that it can be reached', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...PEX });
    const leecher = world.client({ ...PEX, peers: [seed.address], downloadLimitBytesPerSec: 1 });
    world.run(1);
    const listener = meet(world, leecher);
    expect(toldTo(listener)[0]?.added).toEqual([{ address: seed.address, flags: 0x12 }]);
  });

  it('does not name those who did not say where they listen', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...PEX });
    world.peer({ extended: true }).connect(seed);
    const listener = meet(world, seed);
    world.run(100);
    expect(toldTo(listener)).toEqual([]);
  });

  it.each([
    ['a flood of peers', () => named(100), 100],
    ['itself and the machine it runs on', () => named(50, () => '127.0.0.1'), 0],
    ['multicast', () => named(50, (index) => `239.1.1.${index}`), 0],
    ['nonsense', () => fromLatin1('d5:addedi5e7:added.fle'), 0],
    ['no bencode', () => fromLatin1('hello'), 0],
  ])('bounds what a peer makes us dial by naming %s', (_what, body, most) => {
    const world = new EngineWorld();
    const leecher = world.client(PEX);
    const guest = meet(world, leecher);
    const before = leecher.host.takeEphemeralPort();
    for (let count = 0; count < 20; count++) guest.sayExtended(1, body());
    world.run(600);
    const dials = leecher.host.takeEphemeralPort() - before - 1;
    // Three tries each; the peer itself is dialled too once it has been silent for too long.
    expect(dials).toBeLessThanOrEqual(3 * most + 3);
    expectServes(world, world.client({ have: 'all', ...PEX }));
  });

  it('does not listen to one that sends messages all the time', () => {
    const world = new EngineWorld();
    const leecher = world.client(PEX);
    const guest = meet(world, leecher);
    for (let count = 0; count < 5; count++)
      guest.sayExtended(
        1,
        named(1, () => `10.8.0.${count}`),
      );
    world.run(1);
    const dialled = leecher.torrent.status();
    expect(dialled.connections).toBe(1);
    for (let count = 0; count < 12_000; count++) guest.sayExtended(1, named(1));
    world.run(30);
    expect(guest.ended).toBe('reset');
  });

  it('ends when the other switches it off', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', ...PEX });
    const listener = meet(world, seed);
    listener.sayExtended(0, fromLatin1('d1:md6:ut_pexi0eee'));
    world.run(1);
    meet(world, seed);
    world.run(100);
    expect(toldTo(listener)).toEqual([]);
  });
});
