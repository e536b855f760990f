/** Floods of messages that are well-formed and of no use: a few thousand are put up with, more end the connection. */
import { describe, expect, it } from 'vitest';
import { USELESS_MAX, USELESS_PER_SEC } from '../../../src/core/peer/patience.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

const HAND = 0.2;

/** Each says one message of no use, the `count`th of its kind. */
const floods: [string, (peer: Conversation, count: number) => void][] = [
  ['keep-alives', (peer) => peer.say([0, 0, 0, 0])],
  ['repeated haves', (peer) => peer.sayIndexed('have', 1)],
  ['chokes', (peer) => peer.sayBare('choke')],
  ['chokes and unchokes', (peer, count) => peer.sayBare(count % 2 === 0 ? 'unchoke' : 'choke')],
  ['declarations of interest', (peer) => peer.sayBare('interested')],
  ['repeated descriptions', (peer) => peer.sayBare('haveNone')],
  ['repeated bitfields', (peer) => peer.sayBitfield(0)],
  ['suggestions', (peer, count) => peer.sayIndexed('suggest', count % 40)],
  ['favours', (peer, count) => peer.sayIndexed('allowedFast', count % 40)],
  ['requests that are refused', (peer, count) => peer.sayBlock('request', count % 40, 0, BLOCK)],
  ['cancels of nothing', (peer, count) => peer.sayBlock('cancel', count % 40, 0, BLOCK)],
  ['rejects of nothing', (peer, count) => peer.sayBlock('reject', count % 40, 0, BLOCK)],
  ['extended messages', (peer) => peer.sayExtended(7, new Uint8Array(3))],
  ['extension handshakes', (peer) => peer.sayExtended(0, Uint8Array.from([0x64, 0x65]))],
  ['DHT ports', (peer) => peer.say([0, 0, 0, 3, 9, 1, 2])],
  ['unknown messages', (peer) => peer.say([0, 0, 0, 1, 99])],
];

describe('a flood', () => {
  it.each(floods)('of %s is put up with for a while, and then ended for good', (_name, say) => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', uploadSlots: 0 });
    const stranger = world.peer({ extended: true });
    const flood = stranger.connect(seed);
    const speak = (messages: number): void => {
      for (let count = 0; count < messages; count++) say(flood, count);
      world.run(1);
    };
    speak(USELESS_MAX / 2 - 10);
    expect(flood.ended).toBeUndefined();
    speak(USELESS_MAX);
    expect(flood.ended).toBe('reset');
    expect(seed.observer.of('disconnected')[0]?.details).toEqual(['flood of useless messages', 'remote']);
    const again = stranger.connect(seed);
    world.run(HAND);
    expect(again.ended).toBe('finished');
  });

  it('of changes of mind ends once they have no reason', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const fickle = world.peer().connect(seed);
    for (let count = 0; count < 1.1 * USELESS_MAX; count++) {
      fickle.sayBare('interested').sayBare('notInterested');
    }
    world.run(1);
    expect(fickle.ended).toBe('reset');
    expectServes(world, seed);
  });

  it('of large unknown messages ends sooner', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const flood = world.peer({ extended: true }).connect(seed);
    for (let count = 0; count < 100; count++) flood.sayExtended(7, new Uint8Array(60_000));
    world.run(20);
    expect(flood.ended).toBe('reset');
    expect(seed.host.down.carriedBytes).toBeLessThan(2e6);
  });

  it('of cancelled requests ends too, though each of them was served or refused', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const seed = world.client({ have: 'all', link: { upBytesPerSec: 50_000 } });
    const fickle = world.peer().connect(seed).sayBare('haveNone').sayBare('interested');
    fickle.hear('unchoke');
    for (let count = 0; count < 1.1 * USELESS_MAX; count++) {
      fickle.sayBlock('request', count % 40, 0, BLOCK).sayBlock('cancel', count % 40, 0, BLOCK);
    }
    world.run(5);
    expect(fickle.ended).toBe('reset');
  });

  it('is none when it comes as slowly as it is forgotten', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const bore = world.peer().connect(seed);
    for (let second = 0; second < 600; second++) {
      for (let count = 0; count < USELESS_PER_SEC; count++) bore.say([0, 0, 0, 0]);
      world.run(1);
    }
    expect(bore.ended).toBeUndefined();
  });
});

it('what brings news is no flood, however much there is of it', () => {
  const world = new EngineWorld({ totalBytes: 30_000 * 64, pieceLength: 64 });
  const leecher = world.client();
  const teller = world.peer().connect(leecher).sayBare('haveNone');
  for (let piece = 0; piece < 30_000; piece++) teller.sayIndexed('have', piece);
  world.run(2);
  expect(teller.ended).toBeUndefined();
  expect(leecher.observer.of('interestChanged')).toHaveLength(1);
});
