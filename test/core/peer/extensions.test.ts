/** Conversations about the extension protocol (BEP 10). */
import { describe, expect, it } from 'vitest';
import { fromLatin1, toLatin1 } from '../../../src/core/bytes.ts';
import { EngineWorld } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';

const HAND = 0.2;

describe('the extension protocol', () => {
  it('begins with a handshake that says where we listen and how much we queue', () => {
    const world = new EngineWorld();
    const conversation = world.peer({ extended: true }).connect(world.client({ have: 'all' }));
    expect(conversation.words).toEqual(['handshake', 'haveAll', 'extended']);
    const body = conversation.heardAll[2];
    expect(body?.piece).toBe(0);
    expect(toLatin1(body?.bytes as Uint8Array)).toMatch(/^d1:mde1:pi6881e4:reqqi500e1:v\d+:swarmlab/);
  });

  it('is not spoken to a peer that does not', () => {
    const world = new EngineWorld();
    const conversation = world.peer({ extended: false }).connect(world.client({ have: 'all' }));
    world.run(60);
    expect(conversation.heard('extended')).toEqual([]);
  });

  it.each([
    '',
    'hello',
    'd1:mi5ee',
    `d1:m${'d1:a'.repeat(10_000)}`,
    'd1:pi70000ee',
    'd4:reqqi-1ee',
    'd6:yourip3:abce',
  ])('survives the handshake %.20s', (text) => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer({ extended: true }).connect(seed);
    conversation.sayExtended(0, fromLatin1(text)).sayBare('interested');
    expect(conversation.hear('unchoke')).toBeDefined();
    expectServes(world, seed);
  });

  it('ignores messages that it has given no number for', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer({ extended: true }).connect(seed);
    for (let id = 1; id < 256; id++) conversation.sayExtended(id, fromLatin1('d8:msg_typei0e5:piecei0ee'));
    conversation.sayBare('interested');
    expect(conversation.hear('unchoke')).toBeDefined();
  });

  it('takes a second handshake, and its new queue length', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const conversation = world.peer({ extended: true }).connect(leecher);
    conversation.sayExtended(0, fromLatin1('d4:reqqi100ee')).sayExtended(0, fromLatin1('d4:reqqi1ee'));
    conversation.sayBare('haveAll').sayBare('unchoke');
    world.run(HAND);
    expect(conversation.heard('request')).toHaveLength(1);
  });

  it('remembers where a peer that dialled us listens, and dials there when it is gone', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const peer = world.peer({ extended: true });
    const conversation = peer.connect(leecher);
    conversation.sayExtended(0, fromLatin1('d1:pi7000ee')).sayExtended(0, fromLatin1('d1:pi7001ee'));
    world.run(300);
    expect(peer.conversations).toHaveLength(1);
    conversation.stream?.close();
    world.run(90);
    expect(peer.conversations).toHaveLength(2);
    expect(peer.conversations[1]?.heard('handshake')).toHaveLength(1);
  });
});
