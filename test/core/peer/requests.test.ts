/** Conversations about requests (BEP 3, 6): what is served, refused, cancelled, given up, and asked elsewhere. */
import { describe, expect, it } from 'vitest';
import { GRANTS_MAX } from '../../../src/core/peer/peer-speaker.ts';
import { UPLOAD_QUEUE_MAX } from '../../../src/core/peer/upload-queue.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { expectCompletes, expectServes } from '../../support/liveness.ts';
import { type Conversation, honestSeed, type Message, refuser } from '../../support/scripted-peer.ts';

const HAND = 0.2;

/** A scripted leecher that the seed has unchoked. */
function unchoked(
  world: EngineWorld,
  fast = true,
): { seed: ReturnType<EngineWorld['client']>; leech: Conversation } {
  const seed = world.client({ have: 'all' });
  const leech = world.peer({ fast }).connect(seed);
  leech.sayBare('interested');
  leech.hear('unchoke');
  return { seed, leech };
}

describe('a seed', () => {
  const hostile: [string, number, number, number][] = [
    ['reaches beyond its piece', 0, BLOCK, BLOCK + 1],
    ['reaches beyond the short last piece', 7, BLOCK, 1001],
    ['names the piece count', 8, 0, BLOCK],
    ['wraps 32 bits', 0, 0xffffffff, BLOCK],
    ['is for nothing', 0, 0, 0],
    ['is for 128 KiB and one byte', 0, 0, 131_073],
  ];

  it.each(hostile)('sends nothing for a request that %s', (_name, piece, begin, length) => {
    const world = new EngineWorld();
    const { seed, leech } = unchoked(world);
    leech.sayBlock('request', piece, begin, length);
    world.run(HAND);
    expect(leech.heard('piece')).toEqual([]);
    expect(leech.ended).toBe('reset');
    expectServes(world, seed);
  });

  it('sends nothing while it chokes, and says so to a peer with the fast extension', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all', uploadSlots: 0 });
    const plain = world.peer({ fast: false }).connect(seed).sayBare('interested');
    const fast = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    plain.sayBlock('request', 1, 0, BLOCK);
    fast.sayBlock('request', 1, 0, BLOCK);
    world.run(30);
    expect(plain.words).toEqual(['handshake', 'bitfield']);
    expect(fast.heard('piece', 'reject')).toMatchObject([
      { word: 'reject', piece: 1, begin: 0, length: BLOCK },
    ]);
  });

  it('answers every request with a block or a reject, a cancelled one too', () => {
    const world = new EngineWorld();
    const { leech } = unchoked(world);
    for (let count = 0; count < 14; count++) leech.sayBlock('request', count % 7, 0, BLOCK);
    leech.sayBlock('cancel', 6, 0, BLOCK);
    world.run(10);
    const answers = leech.heard('piece', 'reject');
    expect(answers).toHaveLength(14);
    expect(leech.heard('reject')).toMatchObject([{ piece: 6, begin: 0, length: BLOCK }]);
  });

  it('drops a cancelled block that it has not begun to send', () => {
    const world = new EngineWorld();
    const { leech } = unchoked(world, false);
    for (let piece = 0; piece < 7; piece++) leech.sayBlock('request', piece, 0, BLOCK);
    for (let piece = 4; piece < 7; piece++) leech.sayBlock('cancel', piece, 0, BLOCK);
    world.run(10);
    expect(leech.heard('piece').map(({ piece }) => piece)).toEqual([0, 1, 2, 3]);
  });

  it('keeps five hundred requests of one peer, and refuses the rest', () => {
    const world = new EngineWorld();
    const { seed, leech } = unchoked(world);
    for (let count = 0; count < 5000; count++) leech.sayBlock('request', count % 7, 0, BLOCK);
    world.run(3);
    const refused = leech.heard('reject').length;
    expect(refused).toBeGreaterThanOrEqual(5000 - UPLOAD_QUEUE_MAX - 20);
    expect(refused).toBeLessThanOrEqual(5000 - UPLOAD_QUEUE_MAX);
    leech.stream?.reset();
    expectServes(world, seed);
  });

  it('says choke first, then rejects what waited', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', uploadSlots: 1, link: { upBytesPerSec: 20_000 } });
    const first = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    first.hear('unchoke');
    for (let piece = 0; piece < 30; piece++) first.sayBlock('request', piece, 0, BLOCK);
    world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    const choke = first.hear('choke', 60);
    expect(choke).toBeDefined();
    world.run(30);
    const rejects = first.heard('reject');
    expect(rejects.length).toBeGreaterThan(0);
    expect(rejects.length + first.heard('piece').length).toBe(30);
    expect(first.words.indexOf('reject')).toBeGreaterThan(first.words.indexOf('choke'));
  });

  it('puts up with a thousand changes of mind', () => {
    const world = new EngineWorld();
    const { seed, leech } = unchoked(world);
    for (let count = 0; count < 1000; count++) leech.sayBare('notInterested').sayBare('interested');
    world.run(HAND);
    expect(leech.heard('choke', 'unchoke').length).toBeLessThan(5);
    expectServes(world, seed);
  });

  it('serves pieces that it granted while it chokes', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', uploadSlots: 0, allowedFastCount: 5 });
    const leech = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    const granted = leech.heard('allowedFast').map(({ piece }) => piece);
    expect(new Set(granted).size).toBe(5);
    const refused = [...Array(40).keys()].find((piece) => !granted.includes(piece)) as number;
    leech.sayBlock('request', granted[0] as number, 0, BLOCK).sayBlock('request', refused, 0, BLOCK);
    world.run(HAND);
    expect(leech.heard('piece', 'reject').map(({ word, piece }) => [word, piece])).toEqual(
      expect.arrayContaining([
        ['piece', granted[0]],
        ['reject', refused],
      ]),
    );
  });

  it('grants no more than others remember', () => {
    const world = new EngineWorld({ totalBytes: 100 * PIECE });
    const seed = world.client({ have: 'all', allowedFastCount: 40 });
    const leech = world.peer().connect(seed);
    expect(leech.heard('allowedFast')).toHaveLength(GRANTS_MAX);
  });

  it('says nothing of the fast extension to a peer without it', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', allowedFastCount: 5, uploadSlots: 1 });
    const leech = world.peer({ fast: false }).connect(seed).sayBare('interested');
    leech.hear('unchoke');
    for (let piece = 0; piece < 40; piece++) leech.sayBlock('request', piece, 0, BLOCK);
    leech.sayBlock('cancel', 39, 0, BLOCK);
    world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    world.run(30);
    expect(leech.heard('suggest', 'haveAll', 'haveNone', 'reject', 'allowedFast')).toEqual([]);
  });
});

/** A leecher, and a scripted peer with everything that has unchoked it. */
function asked(world: EngineWorld, fast = true) {
  const leecher = world.client();
  const giver = world.peer({ fast }).connect(leecher);
  giver.sayBitfield(...Array(world.pieceCount).keys());
  giver.hear('interested');
  return { leecher, giver };
}

describe('a leecher', () => {
  it('asks nothing while it is choked', () => {
    const world = new EngineWorld();
    const { giver } = asked(world);
    world.run(60);
    expect(giver.heard('request')).toEqual([]);
  });

  it('asks for aligned blocks of 16 KiB, the last one shorter, several at a time', () => {
    const world = new EngineWorld();
    const { giver } = asked(world);
    giver.sayBare('unchoke');
    world.run(HAND);
    expect(giver.heard('request').length).toBeGreaterThanOrEqual(2);
    for (const { piece, begin, length } of giver.heard('request')) {
      expect(begin % BLOCK).toBe(0);
      expect(length).toBe(piece === 7 && begin === BLOCK ? 1000 : BLOCK);
    }
  });

  it('never has more requests open than the peer queues', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client();
    let open = 0;
    let most = 0;
    const giver = world
      .peer({
        extended: true,
        onMessage: ({ word }) => {
          if (word !== 'request') return;
          open++;
          most = Math.max(most, open);
        },
      })
      .connect(leecher);
    giver.sayExtended(0, new TextEncoder().encode('d1:mde4:reqqi3ee'));
    giver.sayBare('haveAll').sayBare('unchoke');
    for (let count = 0; count < 60; count++) {
      const request = giver.hear('request') as Message;
      open--;
      giver.answer(request);
    }
    expect(most).toBe(3);
  });

  it.each([
    ['never asked for', (request: Message) => [request.piece === 0 ? 1 : 0, 0, BLOCK] as const],
    ['longer than asked', ({ piece, begin }: Message) => [piece, begin, BLOCK + 1] as const],
    ['shorter than asked', ({ piece, begin }: Message) => [piece, begin, BLOCK - 1] as const],
    ['at an odd offset', ({ piece }: Message) => [piece, 100, BLOCK] as const],
    ['beyond the torrent', () => [0xffffffff, 0, BLOCK] as const],
  ])('stores nothing of a block that was %s, and drops a peer with the fast extension', (_name, wrong) => {
    for (const fast of [true, false]) {
      const world = new EngineWorld({ payload: 'bytes' });
      const { leecher, giver } = asked(world, fast);
      giver.sayBare('unchoke');
      const [piece, begin, length] = wrong(giver.hear('request') as Message);
      const header = new DataView(new ArrayBuffer(13));
      header.setUint32(0, 9 + length);
      header.setUint8(4, 7);
      header.setUint32(5, piece);
      header.setUint32(9, begin);
      giver.say(new Uint8Array(header.buffer), new Uint8Array(length));
      world.run(HAND);
      expect(leecher.observer.of('blockReceived')).toEqual([]);
      if (fast || length > BLOCK) expect(giver.ended).toBe('reset');
      else expect(giver.ended).toBeUndefined();
      giver.stream?.reset();
      expectCompletes(world, leecher);
      expect(leecher.observer.of('pieceFailed')).toEqual([]);
    }
  });

  it('counts a second copy of a block as waste, and comes to no harm', () => {
    const world = new EngineWorld();
    const { leecher, giver } = asked(world, false);
    giver.sayBare('unchoke');
    const request = giver.hear('request') as Message;
    giver.answer(request).answer(request);
    world.run(HAND);
    expect(leecher.observer.of('blockReceived')).toHaveLength(1);
    expect(leecher.observer.bytes('blockWasted')).toBe(request.length);
    giver.stream?.reset();
    expectCompletes(world, leecher);
  });

  it('asks again after a choke and an unchoke, with and without the fast extension', () => {
    for (const fast of [true, false]) {
      const world = new EngineWorld();
      const { giver } = asked(world, fast);
      giver.sayBare('unchoke');
      world.run(HAND);
      const before = giver.heard('request');
      giver.sayBare('choke');
      if (fast) for (const { piece, begin, length } of before) giver.sayBlock('reject', piece, begin, length);
      world.run(20);
      expect(giver.heard('request')).toHaveLength(before.length);
      giver.sayBare('unchoke');
      world.run(HAND);
      expect(giver.heard('request').length).toBeGreaterThan(before.length);
    }
  });

  it('asks somebody else at once for what a choke has dropped', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const { giver, leecher } = asked(world, false);
    giver.sayBare('unchoke');
    world.run(HAND);
    const other = world.peer({ fast: false }).connect(leecher);
    other.sayBitfield(0).sayBare('unchoke');
    world.run(HAND);
    giver.sayBare('choke');
    world.run(HAND);
    expect(new Set(other.heard('request').map(({ begin }) => begin))).toEqual(new Set([0, BLOCK]));
  });

  it('asks elsewhere for what one peer rejects', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    world.peer({ onMessage: refuser }).connect(leecher);
    expectCompletes(world, leecher);
  });

  it.each([1, 2, 5])('does not ask in circles when %i peers reject everything', (count) => {
    const world = new EngineWorld();
    const leecher = world.client();
    const refusers = Array.from({ length: count }, () => world.peer({ onMessage: refuser }).connect(leecher));
    world.run(60);
    const requests = refusers.flatMap((conversation) => conversation.heard('request')).length;
    // A first window each, and one careful question every ten seconds.
    expect(requests).toBeLessThanOrEqual(count * (4 + 6 + 4));
    expect(leecher.torrent.status().state).toBe('downloading');
    expectCompletes(world, leecher);
  });

  it('lets a reject pass that answers nothing', () => {
    const world = new EngineWorld();
    const { giver, leecher } = asked(world);
    giver.sayBlock('reject', 3, 0, BLOCK).sayBlock('reject', 0xffffffff, 5, 1);
    giver.sayBare('unchoke');
    expect(giver.hear('request')).toBeDefined();
    giver.stream?.reset();
    expectCompletes(world, leecher);
  });

  it('takes what it may while it is choked', () => {
    const world = new EngineWorld();
    const { giver } = asked(world);
    giver.sayIndexed('allowedFast', 5);
    world.run(HAND);
    expect(giver.heard('request').map(({ piece }) => piece)).toEqual([5, 5]);
  });

  it('remembers a favour in place of one that has served, and not in place of others', () => {
    const world = new EngineWorld({ totalBytes: 100 * PIECE });
    const leecher = world.client();
    const giver = world
      .peer({ onMessage: (message, self) => message.word === 'request' && self.answer(message) })
      .connect(leecher);
    giver.sayBare('haveAll');
    for (let piece = 0; piece < 33; piece++) giver.sayIndexed('allowedFast', piece);
    world.run(20);
    giver.sayIndexed('allowedFast', 50);
    world.run(10);
    const asked = new Set(giver.heard('request').map(({ piece }) => piece));
    expect(asked).toEqual(new Set([...Array(32).keys(), 50]));
  });

  it('remembers a few of nine thousand favours, and drops one who grants what is not there', () => {
    const world = new EngineWorld({ totalBytes: 100 * PIECE });
    const { giver, leecher } = asked(world);
    for (let count = 0; count < 9000; count++) {
      giver.sayIndexed(count % 2 === 0 ? 'suggest' : 'allowedFast', count % 100);
    }
    world.run(10);
    expect(giver.ended).toBeUndefined();
    giver.sayIndexed('allowedFast', 100);
    world.run(HAND);
    expect(giver.ended).toBe('reset');
    expectCompletes(world, leecher);
  });

  it('takes a block that comes after its request was given up', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const { giver, leecher } = asked(world);
    giver.sayBare('unchoke');
    const request = giver.hear('request') as Message;
    world.run(75);
    expect(leecher.observer.of('snubbed')).toHaveLength(1);
    giver.answer(request);
    world.run(HAND);
    expect(giver.ended).toBeUndefined();
    expect(leecher.observer.of('blockReceived')).toHaveLength(1);
  });

  it('keeps asking an honest peer until it has everything', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const { observer } = leecher;
    world.peer({ onMessage: honestSeed }).connect(leecher);
    expect(world.runUntil(() => observer.of('completed').length === 1)).toBe(true);
    expect(observer.bytes('blockReceived')).toBe(world.content.totalBytes);
    expect(observer.bytes('blockWasted')).toBe(0);
  });
});
