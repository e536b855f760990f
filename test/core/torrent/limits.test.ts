/** The client's own rate limits hold in the long run, are shared fairly, and let everything through in the end. */
import { describe, expect, it } from 'vitest';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { type Conversation, honestSeed, type Message } from '../../support/scripted-peer.ts';

const LIMIT = 100_000;

/** A scripted leecher that keeps twenty requests open. */
function greedy(message: Message, conversation: Conversation): void {
  if (message.word === 'unchoke') {
    for (let count = 0; count < 20; count++) conversation.sayBlock('request', count, 0, BLOCK);
  } else if (message.word === 'piece') conversation.sayBlock('request', message.piece, 0, BLOCK);
}

describe('an upload limit', () => {
  it('holds over a minute to within a block and a moment', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', uploadLimitBytesPerSec: LIMIT });
    const leech = world.peer({ onMessage: greedy }).connect(seed).sayBare('haveNone').sayBare('interested');
    leech.hear('unchoke');
    const startBytes = seed.observer.bytes('blockSent');
    world.run(60);
    const sent = seed.observer.bytes('blockSent') - startBytes;
    expect(sent).toBeGreaterThan(60 * LIMIT * 0.99);
    expect(sent).toBeLessThan(60 * LIMIT + LIMIT / 10 + BLOCK);
  });

  it('is shared by those who want something', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', uploadLimitBytesPerSec: LIMIT });
    const leeches = [0, 1, 2].map(() => {
      return world.peer({ onMessage: greedy }).connect(seed).sayBare('haveNone').sayBare('interested');
    });
    world.run(60);
    const got = leeches.map((leech) => leech.heard('piece').length);
    expect(Math.min(...got)).toBeGreaterThan(0.9 * Math.max(...got));
  });

  it('does not keep a block that is larger than a moment of it', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', uploadLimitBytesPerSec: 1000 });
    const leech = world.peer({ onMessage: greedy }).connect(seed).sayBare('haveNone').sayBare('interested');
    world.run(61);
    expect(leech.heard('piece').length).toBeGreaterThanOrEqual(4);
    expect(leech.heard('piece').length).toBeLessThanOrEqual(5);
  });
});

describe('a download limit', () => {
  it('holds over a minute', () => {
    const world = new EngineWorld({ totalBytes: 400 * PIECE });
    const leecher = world.client({ downloadLimitBytesPerSec: LIMIT });
    world.peer({ onMessage: honestSeed }).connect(leecher);
    world.peer({ onMessage: honestSeed }).connect(leecher);
    world.run(2);
    const startBytes = leecher.observer.bytes('blockReceived');
    world.run(60);
    const received = leecher.observer.bytes('blockReceived') - startBytes;
    expect(received).toBeGreaterThan(60 * LIMIT * 0.99 - BLOCK);
    expect(received).toBeLessThan(60 * LIMIT + LIMIT / 10 + BLOCK);
  });
});
