/** Poison (BEP 3): a piece that fails its check is not announced, is fetched again, and only the proven liar goes. */
import { describe, expect, it } from 'vitest';
import { RandomPicker } from '../../../src/core/strategies/random-picker.ts';
import { BLOCK, EngineWorld, PIECE } from '../../support/engine-world.ts';
import { expectCompletes } from '../../support/liveness.ts';
import { type Conversation, honestSeed, type Message, poisoner } from '../../support/scripted-peer.ts';

const HAND = 0.2;

/** Requests for both blocks of a piece, as the conversation hears them. */
function twoRequests(conversation: Conversation): [Message, Message] {
  return [conversation.hear('request') as Message, conversation.hear('request') as Message];
}

describe('a poisoned block', () => {
  it('from the only source of its piece costs that peer the connection, and the piece is fetched elsewhere', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const leecher = world.client();
    const liar = world.peer({ onMessage: poisoner }).connect(leecher);
    world.run(1);
    expect(liar.ended).toBe('reset');
    expect(leecher.observer.verified).toEqual([]);
    expect(leecher.observer.reasons).toEqual(['sent a corrupt piece 0']);
    expectCompletes(world, leecher);
  });

  it('from one of two sources blames nobody yet: the piece now comes from one of them alone', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const leecher = world.client();
    const liar = world.peer().connect(leecher);
    liar.sayBitfield(0).sayBare('unchoke');
    const [first, second] = twoRequests(liar);
    const honest = world.peer().connect(leecher);
    honest.sayBitfield(0).sayBare('unchoke');
    const shared = honest.hear('request') as Message;
    honest.answer(shared);
    world.run(HAND);
    liar.moveOn();
    honest.moveOn();
    liar.answer(shared.begin === first.begin ? second : first, true);
    world.run(HAND);
    expect(leecher.observer.of('pieceFailed')).toHaveLength(1);
    expect(liar.ended).toBeUndefined();
    expect(honest.ended).toBeUndefined();
    const askedAgain = [liar, honest].map((peer) => peer.hear('request', 1));
    expect(askedAgain.filter((request) => request !== undefined)).toHaveLength(1);
  });

  it('does not stop a swarm: the poisoner alone is dropped, honest peers are kept', () => {
    const world = new EngineWorld({ totalBytes: 40 * PIECE });
    const leecher = world.client();
    const honest = [0, 1].map(() => world.peer({ onMessage: honestSeed }).connect(leecher));
    const liar = world.peer({ onMessage: poisoner }).connect(leecher);
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding', 120)).toBe(true);
    world.run(HAND);
    expect(liar.ended).toBe('reset');
    const blamed = leecher.observer.of('disconnected').filter(({ details }) => details[1] === 'remote');
    expect(blamed).toHaveLength(1);
    // The honest ones stay until both sides are seeds.
    expect(honest.map(({ ended }) => ended)).toEqual(['finished', 'finished']);
    const announced = liar.heard('have').map(({ piece }) => piece);
    expect(announced.every((piece) => leecher.observer.verified.includes(piece))).toBe(true);
  });

  it.each(['reference', 'bytes'] as const)(
    'once in a hundred blocks, beside nine honest peers in the same pieces: found all the same, by %s',
    (payload) => {
      const pieceLength = 16 * BLOCK;
      const world = new EngineWorld({ payload, pieceLength, totalBytes: 60 * pieceLength });
      // With this picker all help with the pieces that are begun.
      const leecher = world.client({ picker: new RandomPicker() });
      const honest = Array.from({ length: 9 }, () =>
        world.peer({ onMessage: honestSeed, link: { upBytesPerSec: 50_000 } }),
      );
      let blocks = 0;
      const liar = world.peer({
        link: { upBytesPerSec: 400_000 },
        onMessage: (message, conversation) => {
          if (message.word === 'request') conversation.answer(message, blocks++ === 20);
          else honestSeed(message, conversation);
        },
      });
      const conversations = honest.map((peer) => peer.connect(leecher));
      const poisoned = liar.connect(leecher);
      expect(world.runUntil(() => poisoned.ended === 'reset', 300)).toBe(true);
      expect(conversations.filter(({ ended }) => ended !== undefined)).toEqual([]);
      // Its address is banned, not the connection alone.
      const again = liar.connect(leecher);
      world.run(HAND);
      expect(again.ended).toBe('finished');
      expect(world.runUntil(() => leecher.torrent.status().state === 'seeding', 300)).toBe(true);
      const blamed = leecher.observer.of('disconnected').filter(({ details }) => details[1] === 'remote');
      expect(blamed.map(({ remote }) => leecher.observer.remotes[remote]?.host)).toEqual([liar.host.address]);
      // That it was the only source of a piece is not what gave it away: the one that failed had many.
      const failed = leecher.observer.of('pieceFailed').map(({ details }) => details[0]);
      expect(failed).toHaveLength(1);
      const sources = leecher.observer.of('blockReceived').filter(({ details }) => details[0] === failed[0]);
      expect(new Set(sources.map(({ remote }) => remote)).size).toBeGreaterThan(2);
    },
  );

  it('from one address after the other costs each of them its place, and no honest peer its own', () => {
    const world = new EngineWorld({ totalBytes: 200 * PIECE });
    const leecher = world.client();
    const honest = [0, 1, 2].map(() =>
      world.peer({ onMessage: honestSeed, link: { upBytesPerSec: 40_000 } }).connect(leecher),
    );
    const hosts: string[] = [];
    for (let disguise = 0; disguise < 5; disguise++) {
      const liar = world.peer({ onMessage: poisoner });
      hosts.push(liar.host.address);
      const conversation = liar.connect(leecher);
      expect(world.runUntil(() => conversation.ended !== undefined, 60)).toBe(true);
    }
    expect(honest.map(({ ended }) => ended)).toEqual([undefined, undefined, undefined]);
    const blamed = leecher.observer.of('disconnected').filter(({ details }) => details[1] === 'remote');
    expect(blamed.map(({ remote }) => leecher.observer.remotes[remote]?.host)).toEqual(hosts);
    expect(world.runUntil(() => leecher.torrent.status().state === 'seeding', 120)).toBe(true);
  });

  it('is known by references and by bytes alike', () => {
    const outcomes = (['reference', 'bytes'] as const).map((payload) => {
      const world = new EngineWorld({ payload, totalBytes: 10 * PIECE });
      const leecher = world.client();
      world.peer({ onMessage: honestSeed }).connect(leecher);
      world.peer({ onMessage: poisoner }).connect(leecher);
      world.run(60);
      return leecher.observer.notes;
    });
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]?.some(({ kind }) => kind === 'pieceFailed')).toBe(true);
  });

  it('keeps a liar out when it comes back', () => {
    const world = new EngineWorld({ totalBytes: PIECE });
    const leecher = world.client();
    const liar = world.peer({ onMessage: poisoner });
    liar.connect(leecher);
    world.run(1);
    const again = liar.connect(leecher);
    world.run(HAND);
    expect(again.ended).toBe('finished');
    expect(leecher.observer.of('connected')).toHaveLength(1);
    world.run(600);
    expect(leecher.observer.of('connected')).toHaveLength(1);
  });

  it('is still found out when its sender chokes right behind the last block', () => {
    const world = new EngineWorld({ totalBytes: PIECE, payload: 'bytes' });
    const leecher = world.client();
    const liar = world.peer({ fast: false }).connect(leecher);
    liar.sayBitfield(0).sayBare('unchoke');
    const [first, second] = twoRequests(liar);
    const helper = world.peer({ fast: false }).connect(leecher);
    helper.sayBitfield(0).sayBare('unchoke');
    const shared = helper.hear('request') as Message;
    // The helper chokes, so that after the failure the piece comes from the liar alone.
    helper.answer(shared).sayBare('choke');
    world.run(HAND);
    liar.moveOn().answer(shared.begin === first.begin ? second : first, true);
    const [third, fourth] = twoRequests(liar);
    helper.sayBare('unchoke');
    world.run(HAND);
    const choke = [0, 0, 0, 1, 0];
    const block = (request: Message): Uint8Array => {
      const message = new Uint8Array(13 + request.length);
      const view = new DataView(message.buffer);
      view.setUint32(0, 9 + request.length);
      message[4] = 7;
      view.setUint32(5, request.piece);
      view.setUint32(9, request.begin);
      return message;
    };
    liar.say(block(third), block(fourth), choke);
    world.run(1);
    expect(leecher.observer.of('pieceFailed')).toHaveLength(2);
    expect(liar.ended).toBe('reset');
    // The helper was asked next and says nothing, so it takes a snub.
    expectCompletes(world, leecher, 120);
  });
});

describe('an exclusive piece', () => {
  it('begins anew elsewhere when its only source goes', () => {
    const world = new EngineWorld({ totalBytes: 4 * BLOCK, pieceLength: 4 * BLOCK });
    const leecher = world.client();
    const [one, two] = [0, 1].map(() => {
      const peer = world.peer().connect(leecher);
      peer.sayBitfield(0).sayBare('unchoke');
      return peer;
    }) as [Conversation, Conversation];
    world.run(HAND);
    const before = one.heard('request').length;
    // Both contribute, one of them a lie, so that nobody is proven guilty.
    const given = two.heard('request')[0] as Message;
    two.answer(given);
    world.run(HAND);
    const rest = one.heard('request').filter(({ begin }) => begin !== given.begin);
    for (const request of rest) one.answer(request, request === rest[0]);
    world.run(HAND);
    expect(leecher.observer.of('pieceFailed')).toHaveLength(1);
    const asked = one.heard('request').length > before;
    const [source, other] = asked ? [one, two] : [two, one];
    source.answer(source.heard('request').at(-1) as Message);
    world.run(HAND);
    other.moveOn();
    source.stream?.reset();
    const begins: number[] = [];
    for (let count = 0; count < 4; count++) {
      const request = other.hear('request') as Message;
      begins.push(request.begin);
      other.answer(request);
    }
    world.run(HAND);
    expect(begins).toEqual([0, BLOCK, 2 * BLOCK, 3 * BLOCK]);
    expect(leecher.torrent.status().state).toBe('seeding');
  });
});
