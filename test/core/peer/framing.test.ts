/** Conversations about framing (BEP 3): odd cuts, odd lengths, unknown ids, and silence. */
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/core/bytes.ts';
import { SeededRandom } from '../../../src/sim/random.ts';
import { BLOCK, EngineWorld } from '../../support/engine-world.ts';
import { expectCompletes, expectServes } from '../../support/liveness.ts';
import { honestSeed } from '../../support/scripted-peer.ts';

const HAND = 0.2;

describe('framing', () => {
  it('lets keep-alives pass', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    for (let count = 0; count < 100; count++) conversation.say([0, 0, 0, 0]);
    conversation.sayBare('haveNone').sayBare('interested');
    expect(conversation.hear('unchoke')).toBeDefined();
  });

  it('lets unknown ids pass', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    conversation.say([0, 0, 0, 4, 99, 1, 2, 3], [0, 0, 0, 1, 2]);
    expect(conversation.hear('unchoke')).toBeDefined();
  });

  it('lets an extended message pass that was not negotiated', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer({ extended: false }).connect(seed);
    conversation.say([0, 0, 0, 4, 20, 0, 0x64, 0x65], [0, 0, 0, 1, 2]);
    expect(conversation.hear('unchoke')).toBeDefined();
    expect(conversation.heard('extended')).toEqual([]);
  });

  it('keeps what has come of a message as long as its connection lasts, and no longer', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const { unfinished } = seed.client.room;
    const halves = Array.from({ length: 4 }, () => {
      // A request that lacks its last byte.
      return world.peer().connect(seed).say([0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    });
    world.run(HAND);
    expect(unfinished.count).toBe(4);
    halves[0]?.say([1]);
    halves[2]?.say([1]);
    world.run(HAND);
    // It was choked, so what it asked for is refused.
    expect(halves.map((half) => half.heard('reject').length)).toEqual([1, 0, 1, 0]);
    expect(unfinished.count).toBe(2);
    halves[1]?.stream?.close();
    halves[3]?.stream?.reset();
    world.run(HAND);
    expect(unfinished.count).toBe(0);
    expectServes(world, seed);
  });

  it.each([
    ['0x7fffffff', [0x7f, 0xff, 0xff, 0xff]],
    ['0xffffffff', [0xff, 0xff, 0xff, 0xff]],
    ['1 GiB', [0x40, 0, 0, 0]],
  ])('drops the peer at the fourth byte of a length of %s', (_name, length) => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    conversation.say(length);
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
    expectServes(world, seed);
  });

  it.each([
    ['choke', 0, 1],
    ['unchoke', 1, 1],
    ['interested', 2, 1],
    ['not interested', 3, 1],
    ['have', 4, 5],
    ['request', 6, 13],
    ['cancel', 8, 13],
    ['port', 9, 3],
    ['suggest', 13, 5],
    ['have all', 14, 1],
    ['have none', 15, 1],
    ['reject', 16, 13],
    ['allowed fast', 17, 5],
  ])('drops a peer whose %s is one byte too long, or too short', (_name, id, length) => {
    for (const wrong of length === 1 ? [2] : [length - 1, length + 1]) {
      const world = new EngineWorld();
      const seed = world.client({ have: 'all' });
      const conversation = world.peer().connect(seed);
      conversation.say([0, 0, 0, wrong, id], new Uint8Array(wrong - 1));
      world.run(HAND);
      expect(conversation.ended).toBe('reset');
      expect(seed.observer.reasons).toEqual([`message ${id} with a length of ${wrong}`]);
    }
  });
});

describe('nonsense', () => {
  /** Sound messages in any order, and now and then bytes that are none. */
  function nonsense(random: SeededRandom): Uint8Array {
    const ids = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 20, 99];
    const sizes = [0, 0, 0, 0, 4, 1, 12, 24, 12, 2, 4, 0, 0, 12, 4, 30, 5];
    const parts = Array.from({ length: 1 + random.below(30) }, () => {
      const kind = random.below(ids.length);
      const size = (sizes[kind] as number) + (random.below(40) === 0 ? 1 : 0);
      const body = Uint8Array.from({ length: size }, () => (random.below(3) === 0 ? random.below(256) : 0));
      return concatBytes(Uint8Array.of(0, 0, 0, 1 + size, ids[kind] as number), body);
    });
    return concatBytes(...parts);
  }

  it.each(['all', 'none'] as const)(
    'from three hundred peers does no harm to a client that has %s',
    (have) => {
      const world = new EngineWorld();
      const client = world.client({ have, connectionsMax: 400, allowedFastCount: 2 });
      const random = SeededRandom.named(`nonsense ${have}`);
      for (let count = 0; count < 300; count++) {
        const script = world.peer({ fast: count % 3 !== 0, extended: true }).dial(client);
        script.sayHandshake().say(nonsense(random));
        world.run(0.01 * random.below(30));
        if (random.below(2) === 0) script.say(nonsense(random));
      }
      world.run(5);
      expect(client.observer.of('connected')).toHaveLength(300);
      expect(client.observer.reasons.length).toBeGreaterThan(100);
      if (have === 'none') expectCompletes(world, client, 300);
      expectServes(world, client);
      expect(client.observer.verified).toHaveLength(world.pieceCount);
    },
  );
});

describe('silence', () => {
  it('sends a keep-alive within every two minutes of idleness, and stays while the peer does too', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    conversation.sayBare('haveNone');
    for (let minute = 0; minute < 15; minute++) {
      world.run(60);
      conversation.say([0, 0, 0, 0]);
    }
    expect(conversation.ended).toBeUndefined();
    const times = [0, ...conversation.heard('keepAlive').map(({ atUs }) => atUs), world.simulation.nowUs];
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(121e6);
    expect(times.length).toBeLessThan(20);
  });

  it('closes on a peer that is silent for minutes', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    world.run(120);
    expect(conversation.ended).toBeUndefined();
    world.run(480);
    expect(conversation.ended).toBe('reset');
    expect(seed.observer.reasons).toEqual(['silent for too long']);
  });

  it('gives nothing more than its queue to a peer that reads nothing', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    conversation.sayBare('haveNone').sayBare('interested');
    conversation.hear('unchoke');
    conversation.stream?.pause();
    for (let count = 0; count < 5000; count++) conversation.sayBlock('request', 0, 0, BLOCK);
    world.run(60);
    // What the network buffers for a paused reader, and half a second's worth in the stream.
    expect(seed.observer.bytes('blockSent')).toBeLessThan(2 * 1024 * 1024);
    expectServes(world, seed);
  });

  it('frees what it held when the peer that owes it a body goes', () => {
    const world = new EngineWorld({ payload: 'bytes' });
    const leecher = world.client();
    const conversation = world.peer().connect(leecher);
    conversation.sayBare('haveAll').sayBare('unchoke');
    const request = conversation.hear('request');
    conversation.say([0, 0, 0x40, 9, 7], [0, 0, 0, request?.piece ?? 0], [0, 0, 0, 0], new Uint8Array(5000));
    world.run(HAND);
    conversation.stream?.reset();
    world.run(HAND);
    expect(leecher.torrent.status().connections).toBe(0);
    world.peer({ onMessage: honestSeed }).connect(leecher);
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding')).toBe(true);
  });
});
