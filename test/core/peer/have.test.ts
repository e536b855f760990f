/** Conversations about who has what (BEP 3, 6): bitfields, haves, and the interest that follows. */
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../../src/core/bytes.ts';
import { SequentialPicker } from '../../../src/core/strategies/sequential-picker.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { expectCompletes } from '../../support/liveness.ts';
import { type Conversation, honestSeed, type Message } from '../../support/scripted-peer.ts';

const HAND = 0.2;
/** Nine pieces, so that a bitfield has spare bits. */
const NINE = { totalBytes: 9 * PIECE };

describe('what a client says it has', () => {
  it('is a bitfield of the right size with zero spare bits, to a peer without the fast extension', () => {
    const world = new EngineWorld(NINE);
    const seed = world.client({ have: 'all' });
    const conversation = world.peer({ fast: false }).connect(seed);
    expect(conversation.words.slice(0, 2)).toEqual(['handshake', 'bitfield']);
    expect(conversation.heardAll[1]?.bytes).toEqual(Uint8Array.of(0xff, 0x80));
  });

  it('is nothing at all when it has nothing, to a peer without the fast extension', () => {
    const world = new EngineWorld();
    const conversation = world.peer({ fast: false }).connect(world.client());
    expect(conversation.words).toEqual(['handshake']);
  });

  it('is exactly one of have-all, have-none and bitfield, with the fast extension', () => {
    const full = new EngineWorld();
    expect(full.peer().connect(full.client({ have: 'all' })).words).toEqual(['handshake', 'haveAll']);
    const empty = new EngineWorld();
    expect(empty.peer().connect(empty.client()).words).toEqual(['handshake', 'haveNone']);
    const part = new EngineWorld();
    const leecher = part.client();
    const giver = part.peer().connect(leecher);
    giver.sayBitfield(0).sayBare('unchoke');
    for (const request of [giver.hear('request'), giver.hear('request')]) giver.answer(request as Message);
    part.run(HAND);
    expect(leecher.observer.verified).toEqual([0]);
    const second = part.peer().connect(leecher);
    expect(second.words).toEqual(['handshake', 'bitfield']);
    expect(second.heardAll[1]?.bytes).toEqual(Uint8Array.of(0x80));
  });

  it('is told to those who lack a piece only once it is verified', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const listener = world.peer().connect(leecher).sayBare('haveNone');
    const giver = world.peer().connect(leecher);
    giver.sayBitfield(3).sayBare('unchoke');
    const [first, second] = [giver.hear('request'), giver.hear('request')] as [Message, Message];
    giver.answer(first, true).answer(second);
    world.run(HAND);
    expect(leecher.observer.of('pieceFailed')).toHaveLength(1);
    expect(listener.heard('have')).toEqual([]);
    world.peer({ onMessage: honestSeed }).connect(leecher);
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding')).toBe(true);
    world.run(HAND);
    expect(new Set(listener.heard('have').map(({ piece }) => piece)).size).toBe(world.pieceCount);
    expect(listener.heard('have')).toHaveLength(world.pieceCount);
  });
});

describe('what a client makes of what it is told', () => {
  const refused: [string, (conversation: Conversation) => void][] = [
    ['a short bitfield', (script) => script.say([0, 0, 0, 2, 5, 0xff])],
    ['a long bitfield', (script) => script.say([0, 0, 0, 4, 5, 0, 0, 0])],
    ['spare bits', (script) => script.say([0, 0, 0, 3, 5, 0xff, 0xc0])],
    ['a have of the piece count', (script) => script.sayIndexed('have', 9)],
    ['a have of 0xffffffff', (script) => script.sayIndexed('have', 0xffffffff)],
  ];

  it.each(refused)('hangs up on %s', (_name, misbehave) => {
    const world = new EngineWorld(NINE);
    const leecher = world.client();
    const conversation = world.peer().connect(leecher);
    misbehave(conversation);
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
    expect(leecher.observer.of('disconnected')[0]?.details[1]).toBe('remote');
    expectCompletes(world, leecher);
  });

  it('takes what comes later as the haves that it stands for, for peers that repeat themselves', () => {
    const world = new EngineWorld(NINE);
    const leecher = world.client({ picker: new SequentialPicker() });
    const conversation = world.peer().connect(leecher);
    conversation
      .sayIndexed('have', 8)
      .sayBitfield(2)
      .sayBitfield(2, 3)
      .sayBare('haveNone')
      .sayBare('unchoke');
    for (let count = 0; count < 6; count++) conversation.answer(conversation.hear('request') as Message);
    expect(conversation.hear('notInterested')).toBeDefined();
    expect(leecher.observer.verified.toSorted((a, b) => a - b)).toEqual([2, 3, 8]);
    conversation.sayBare('haveAll');
    expect(conversation.hear('interested')).toBeDefined();
    conversation.stream?.reset();
    world.run(HAND);
    expectCompletes(world, leecher);
  });

  it.each([13, 14, 15, 16, 17])('hangs up on message %i without the fast extension', (id) => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer({ fast: false }).connect(leecher);
    const body = id === 16 ? 12 : id === 14 || id === 15 ? 0 : 4;
    conversation.say([0, 0, 0, 1 + body, id], new Uint8Array(body));
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
  });

  it('is interested in one who says have for every piece instead of a bitfield, and downloads', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world
      .peer({
        fast: false,
        onMessage: (message, script) => message.word === 'request' && script.answer(message),
      })
      .connect(leecher);
    for (let piece = 0; piece < world.pieceCount; piece++) conversation.sayIndexed('have', piece);
    expect(conversation.hear('interested')).toBeDefined();
    conversation.sayBare('unchoke');
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding')).toBe(true);
  });

  it('is not interested in one who says nothing', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer({ fast: false }).connect(leecher);
    conversation.sayBare('unchoke');
    world.run(30);
    expect(conversation.heard('interested', 'request')).toEqual([]);
    expect(conversation.ended).toBeUndefined();
  });

  it('asks one who unchoked it before there was anything to want', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer({ fast: false }).connect(leecher);
    conversation.sayBare('unchoke');
    world.run(1);
    conversation.sayIndexed('have', 5);
    expect(conversation.hear('interested')).toBeDefined();
    expect(conversation.hear('request', 1)?.piece).toBe(5);
  });

  it('asks one whose bitfield comes after its unchoke', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer({ fast: false }).connect(leecher);
    conversation.sayBare('unchoke').sayBitfield(6);
    expect(conversation.hear('request', 1)?.piece).toBe(6);
  });

  it('loses interest when it has all that the peer has', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer().connect(leecher);
    conversation.sayBitfield(2);
    expect(conversation.hear('interested')).toBeDefined();
    conversation.sayBare('unchoke');
    for (const request of [conversation.hear('request'), conversation.hear('request')]) {
      conversation.answer(request as Message);
    }
    expect(conversation.hear('notInterested')).toBeDefined();
    conversation.sayIndexed('have', 4);
    expect(conversation.hear('interested')).toBeDefined();
    expect(conversation.hear('request')?.piece).toBe(4);
  });

  it('is not impressed by a hundred thousand haves of one piece', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer().connect(leecher);
    const haves = new Uint8Array(9 * 1000);
    for (let at = 0; at < haves.length; at += 9) haves.set([0, 0, 0, 5, 4, 0, 0, 0, 2], at);
    for (let count = 0; count < 100; count++) conversation.say(haves);
    world.run(5);
    expect(conversation.heard('interested')).toHaveLength(1);
    expectCompletes(world, leecher);
  });

  it('takes the rarest piece next once it has a few', () => {
    const world = new EngineWorld({ totalBytes: 20 * PIECE });
    const leecher = world.client();
    const all = [...Array(20).keys()];
    for (let count = 0; count < 3; count++) {
      world
        .peer()
        .connect(leecher)
        .sayBitfield(...all.slice(0, 19));
    }
    const giver = world
      .peer({ onMessage: (message, script) => message.word === 'request' && script.answer(message) })
      .connect(leecher);
    giver.sayBitfield(...all).sayBare('unchoke');
    expect(world.runUntil(() => leecher.observer.of('piecePicked').length >= 12)).toBe(true);
    const ruled = leecher.observer.of('piecePicked').filter(({ details }) => details[1] === 'rarest-first');
    const pickedBefore = leecher.observer
      .of('piecePicked')
      .some(({ details }) => details[0] === 19 && details[1] === 'random-first');
    if (!pickedBefore) expect(ruled[0]?.details[0]).toBe(19);
    expect(ruled.length).toBeGreaterThan(0);
  });

  it('closes between two that have everything', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed).sayBare('haveAll');
    world.run(HAND);
    expect(conversation.ended).toBe('finished');
    expect(seed.observer.reasons).toEqual(['both are seeds']);
  });
});

it('serves the whole torrent block by block, the short last one at its exact length', () => {
  const world = new EngineWorld({ payload: 'bytes' });
  const seed = world.client({ have: 'all' });
  const conversation = world.peer().connect(seed);
  conversation.sayBare('haveNone').sayBare('interested');
  conversation.hear('unchoke');
  const { geometry } = world.metainfo;
  for (let piece = 0; piece < world.pieceCount; piece++) {
    for (let block = 0; block < geometry.blocksIn(piece); block++) {
      conversation.sayBlock('request', piece, block * BLOCK, geometry.blockLength(piece, block));
    }
  }
  expect(world.runUntil(() => conversation.heard('piece').length === 16)).toBe(true);
  expect(conversation.heard('piece').at(-1)?.length).toBe(1000);
  for (const { piece, begin, length, payload } of conversation.heard('piece')) {
    const due = new Uint8Array(length);
    world.content.fill(piece, begin, due);
    expect(equalBytes(payload?.bytes as Uint8Array, due)).toBe(true);
  }
});
