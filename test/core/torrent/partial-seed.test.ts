/** Peers that want nothing more though they lack pieces (BEP 21), and peers that lose what they had (BEP 54). */
import { describe, expect, it } from 'vitest';
import { decodeBencodeDict } from '../../../src/core/bencode/index.ts';
import { Bitfield } from '../../../src/core/bitfield.ts';
import { fromLatin1 } from '../../../src/core/bytes.ts';
import { ExtensionId } from '../../../src/core/wire/extension-handshake.ts';
import { BLOCK, EngineWorld, type Testee } from '../../support/engine-world.ts';
import { expectCompletes } from '../../support/liveness.ts';
import type { Conversation } from '../../support/scripted-peer.ts';

const HAND = 0.2;

function pieces(...list: readonly number[]): Bitfield {
  const set = new Bitfield(8);
  for (const piece of list) set.set(piece);
  return set;
}

/** Of the eight pieces these, all alike. */
function only(...list: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 8 }, (_, piece) => (list.includes(piece) ? 4 : 0));
}

/** What the client has said in its extension handshakes about wanting nothing, in order. */
function uploadOnly(conversation: Conversation): (number | undefined)[] {
  return conversation
    .heard('extended')
    .filter(({ piece }) => piece === ExtensionId.handshake)
    .map(({ bytes }) => {
      const dict = decodeBencodeDict(bytes as Uint8Array, { order: 'any' });
      return dict.ok ? dict.value.getInteger('upload_only') : undefined;
    });
}

const partialSeed = (world: EngineWorld): Testee =>
  world.client({ have: 'all', onDisk: pieces(0, 1), priorities: only(0, 1) });

describe('a partial seed (BEP 21)', () => {
  it('says that it only uploads, at the start or when it has become one, and serves what it has', () => {
    const world = new EngineWorld();
    const partial = partialSeed(world);
    const peer = world.peer({ extended: true }).connect(partial);
    world.run(HAND);
    expect(uploadOnly(peer)).toEqual([1]);
    peer.sayBare('haveNone').sayBare('interested');
    expect(peer.hear('unchoke', 30)).toBeDefined();
    peer.sayBlock('request', 1, 0, BLOCK);
    expect(peer.hear('piece')).toMatchObject({ piece: 1 });

    const leecher = world.client({ priorities: only(0) });
    const giver = world.peer({ extended: true }).connect(leecher);
    giver.sayBitfield(0).sayBare('unchoke');
    for (const _ of [0, 1]) {
      const request = giver.hear('request');
      if (request !== undefined) giver.answer(request);
    }
    world.run(1);
    expect(leecher.torrent.status().state).toBe('seeding');
    expect(uploadOnly(giver)).toEqual([undefined, 1]);
  });

  it('parts from another, for neither wants anything', () => {
    const world = new EngineWorld();
    const partial = partialSeed(world);
    const other = world.peer({ extended: true }).connect(partial).sayBitfield(5);
    world.run(HAND);
    expect(other.ended).toBeUndefined();
    other.sayExtended(0, fromLatin1('d11:upload_onlyi1ee'));
    world.run(HAND);
    expect(other.ended).toBe('finished');
    expect(partial.observer.reasons).toEqual(['both are seeds']);
  });

  it('is asked by a leecher for what it has', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    const partial = world.peer({ extended: true }).connect(leecher);
    partial.sayExtended(0, fromLatin1('d11:upload_onlyi1ee')).sayBitfield(2).sayBare('unchoke');
    expect(partial.hear('request')).toMatchObject({ piece: 2 });
  });

  it('is one no longer when it says so', () => {
    const world = new EngineWorld();
    const partial = partialSeed(world);
    const other = world.peer({ extended: true }).connect(partial);
    other.sayExtended(0, fromLatin1('d11:upload_onlyi0ee')).sayBitfield(5);
    world.run(5);
    expect(other.ended).toBeUndefined();
  });
});

describe('a remote that has lost a piece (BEP 54)', () => {
  const lost = (...body: number[]): Uint8Array => Uint8Array.from(body);

  function meet(...has: readonly number[]) {
    const world = new EngineWorld();
    const leecher = world.client({ peerExchange: true });
    const peer = world.peer({ extended: true }).connect(leecher);
    if (has.length === 0) peer.sayBare('haveAll');
    else peer.sayBitfield(...has);
    peer.sayBare('unchoke');
    world.run(HAND);
    return { world, leecher, peer };
  }

  it('is not asked for it any more, and what was asked of it is asked elsewhere', () => {
    const { world, leecher, peer } = meet(3);
    expect(peer.heard('request').map(({ piece }) => piece)).toEqual([3, 3]);
    expect(peer.heard('interested')).toHaveLength(1);
    peer.sayExtended(ExtensionId.dontHave, lost(0, 0, 0, 3));
    world.run(HAND);
    expect(peer.heard('notInterested')).toHaveLength(1);
    const other = world.peer().connect(leecher).sayBitfield(3).sayBare('unchoke');
    expect(other.hear('request')).toMatchObject({ piece: 3 });
    // It may get it again.
    peer.moveOn().sayIndexed('have', 3);
    expect(peer.hear('interested')).toBeDefined();
    expectCompletes(world, leecher);
  });

  it('may have been a seed', () => {
    const { world, leecher, peer } = meet();
    const asked = peer.heard('request')[0]?.piece as number;
    peer.sayExtended(ExtensionId.dontHave, lost(0, 0, 0, asked));
    world.run(HAND);
    peer.moveOn();
    const other = world.peer().connect(leecher).sayBitfield(asked).sayBare('unchoke');
    expect(other.hear('request')).toMatchObject({ piece: asked });
    expect(leecher.observer.reasons).toEqual([]);
    expectCompletes(world, leecher, 120);
  });

  it.each([
    ['a piece that is not there', [0, 0, 0, 8]],
    ['the last number that there is', [255, 255, 255, 255]],
    ['a piece that it never had', [0, 0, 0, 5]],
    ['nothing', []],
    ['too much', [0, 0, 0, 3, 0]],
  ])('may name %s, and that changes nothing', (_, body) => {
    const { world, leecher, peer } = meet(3);
    peer.sayExtended(ExtensionId.dontHave, lost(...body));
    world.run(HAND);
    expect(peer.ended).toBeUndefined();
    expect(peer.heard('notInterested')).toEqual([]);
    expectCompletes(world, leecher, 120);
  });

  it('over and over is a flood, though it gets it again each time', () => {
    const { world, leecher, peer } = meet(3);
    for (let count = 0; count < 12_000; count++) {
      peer.sayExtended(ExtensionId.dontHave, lost(0, 0, 0, 3)).sayIndexed('have', 3);
      if (count % 1000 === 0) world.run(0.1);
    }
    world.run(5);
    expect(peer.ended).toBe('reset');
    expectCompletes(world, leecher);
  });
});
