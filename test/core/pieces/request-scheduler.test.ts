/**
 * The books of requests under peers that do anything at any time: choke, reject, send late or twice, lie, vanish and come
 * back. Whatever they do, the client breaks no invariant of its own, and an honest peer completes it in the end.
 */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../../src/sim/random.ts';
import { BLOCK, EngineWorld, type Testee } from '../../support/engine-world.ts';
import { expectCompletes } from '../../support/liveness.ts';
import type { Conversation, Message, ScriptedPeer } from '../../support/scripted-peer.ts';

/** A peer that does one random thing at a time. */
class Fickle {
  readonly #peer: ScriptedPeer;
  readonly #testee: Testee;
  readonly #random: SeededRandom;
  #conversation: Conversation | undefined;

  constructor(peer: ScriptedPeer, testee: Testee, random: SeededRandom) {
    this.#peer = peer;
    this.#testee = testee;
    this.#random = random;
  }

  act(): void {
    const script = this.#conversation;
    if (script === undefined || script.ended !== undefined) {
      if (this.#random.below(4) === 0) this.#begin();
      return;
    }
    const requests = script.heard('request');
    const request = requests[this.#random.below(Math.max(1, requests.length))] as Message | undefined;
    const fast = this.#peer.options.fast ?? true;
    const piece = this.#random.below(this.#peer.world.pieceCount);
    switch (this.#random.below(14)) {
      case 0:
        script.sayBare('choke');
        break;
      case 1:
        script.sayBare('choke');
        if (fast)
          for (const { piece: at, begin, length } of requests.slice(-8))
            script.sayBlock('reject', at, begin, length);
        break;
      case 2:
      case 3:
        script.sayBare('unchoke');
        break;
      case 4:
        if (fast && request !== undefined)
          script.sayBlock('reject', request.piece, request.begin, request.length);
        break;
      case 5:
        if (fast) script.sayIndexed('allowedFast', piece);
        break;
      case 6:
        script.sayIndexed('have', piece);
        break;
      case 7:
        script.sayBare(this.#random.below(2) === 0 ? 'interested' : 'notInterested');
        break;
      case 8:
        script.sayBlock('request', piece, 0, 1000).sayBlock('cancel', piece, 0, 1000);
        break;
      case 9:
        if (this.#random.below(6) === 0) script.stream?.[this.#random.below(2) === 0 ? 'reset' : 'close']();
        break;
      case 10:
        // The last few, in any order, perhaps with a choke right behind.
        for (const each of requests.slice(-4).reverse()) script.answer(each, this.#random.below(3) === 0);
        if (this.#random.below(2) === 0) script.sayBare('choke');
        break;
      default:
        if (request !== undefined) script.answer(request, this.#random.below(8) === 0);
    }
  }

  #begin(): void {
    const script = this.#peer.connect(this.#testee);
    this.#conversation = script;
    if (this.#random.below(3) === 0) return;
    const all = [...Array(this.#peer.world.pieceCount).keys()];
    script.sayBitfield(...all.filter(() => this.#random.below(3) > 0)).sayBare('unchoke');
  }
}

describe.each(['reference', 'bytes'] as const)('with payload by %s', (payload) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 108, 131, 157, 186])('survives fickle peers, number %i', (seed) => {
    const world = new EngineWorld({
      payload,
      seed,
      totalBytes: 5 * 3 * BLOCK + 7000,
      pieceLength: 3 * BLOCK,
    });
    const random = SeededRandom.named(`fickle ${seed}`);
    const leecher = world.client({
      snubAfterUs: 5_000_000,
      downloadLimitBytesPerSec: seed % 3 === 0 ? 60_000 : 0,
      allowedFastCount: 3,
    });
    const peers = Array.from({ length: 5 }, (_, index) => {
      return new Fickle(
        world.peer({ fast: (index + seed) % 2 === 0 }),
        leecher,
        random.fork(`peer ${index}`),
      );
    });
    for (let step = 0; step < 500; step++) {
      (peers[random.below(peers.length)] as Fickle).act();
      if (random.below(3) === 0) world.run(0.005 * random.below(60));
    }
    expect(leecher.torrent.status().verifiedPieces).toBe(leecher.observer.verified.length);
    expectCompletes(world, leecher, 300);
    const { observer } = leecher;
    expect(observer.verified.toSorted((a, b) => a - b)).toEqual([...Array(world.pieceCount).keys()]);
    expect(observer.bytes('blockReceived')).toBeGreaterThanOrEqual(world.content.totalBytes);
  });
});
