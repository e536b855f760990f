/** Conversations about the handshake (BEP 3, 4): what is answered, what is refused, and how long it may take. */
import { describe, expect, it } from 'vitest';
import { EngineWorld } from '../../support/engine-world.ts';
import { expectServes } from '../../support/liveness.ts';
import { honestSeed } from '../../support/scripted-peer.ts';

const HAND = 0.2;

describe('a client that is dialled', () => {
  it('answers a handshake with its own: same torrent, its own id', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().connect(seed);
    const answer = conversation.hear('handshake');
    expect(answer?.handshake?.infoHash).toEqual(world.metainfo.infoHash);
    expect(answer?.handshake?.peerId).toEqual(seed.client.peerId);
    expectServes(world, seed);
  });

  it('says nothing to another protocol, and hangs up', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    const wrong = conversation.handshakeBytes();
    wrong[3] = 0x20;
    conversation.say(wrong);
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
    expect(conversation.heardAll).toEqual([]);
    expectServes(world, seed);
  });

  it('judges another protocol by its first wrong byte', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    conversation.say([0x47]);
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
  });

  it('hangs up on a torrent that it does not have, without a word', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer({ infoHash: new Uint8Array(20).fill(7) }).connect(seed);
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
    expect(conversation.heardAll).toEqual([]);
    expect(seed.observer.of('connected')).toEqual([]);
    expectServes(world, seed);
  });

  it('ignores reserved bits that it does not know', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    const bytes = conversation.handshakeBytes();
    bytes.fill(0xff, 20, 28);
    conversation.say(bytes);
    conversation.sayBare('haveNone').sayBare('interested');
    expect(conversation.hear('unchoke')).toBeDefined();
  });

  it('takes a handshake byte by byte', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    for (const byte of conversation.handshakeBytes()) {
      conversation.say([byte]);
      world.run(0.05);
    }
    expect(conversation.hear('handshake')).toBeDefined();
    expect(conversation.ended).toBeUndefined();
  });

  it('waits for a peer id that comes seconds after the rest', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    const bytes = conversation.handshakeBytes();
    conversation.say(bytes.subarray(0, 48));
    world.run(3);
    expect(conversation.ended).toBeUndefined();
    conversation.say(bytes.subarray(48));
    expect(conversation.hear('handshake')).toBeDefined();
  });

  it('gives half a handshake ten seconds in all, however the bytes drip', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    for (const byte of conversation.handshakeBytes().subarray(0, 40)) {
      conversation.say([byte]);
      world.run(0.5);
    }
    expect(conversation.ended).toBe('reset');
    expectServes(world, seed);
  });

  it('reads messages that come in the same segment as the handshake', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const conversation = world.peer().dial(seed);
    conversation.say(conversation.handshakeBytes(), [0, 0, 0, 1, 15], [0, 0, 0, 1, 2]);
    expect(conversation.hear('unchoke')).toBeDefined();
  });

  it('holds a hundred silent strangers at most, and forgets them after ten seconds', () => {
    const world = new EngineWorld();
    const seed = world.client({ have: 'all' });
    const crowd = world.peer();
    const strangers = Array.from({ length: 110 }, () => crowd.dial(seed));
    world.run(HAND);
    expect(strangers.filter((stranger) => stranger.ended === 'reset')).toHaveLength(10);
    world.run(10);
    expect(strangers.every((stranger) => stranger.ended === 'reset')).toBe(true);
    expectServes(world, seed);
  });
});

describe('a client that dials', () => {
  it('speaks first', () => {
    const world = new EngineWorld();
    const peer = world.peer();
    world.client({ peers: [peer.address] });
    expect(peer.called().hear('handshake')?.handshake?.infoHash).toEqual(world.metainfo.infoHash);
  });

  it('hangs up when another torrent answers', () => {
    const world = new EngineWorld();
    const peer = world.peer({ infoHash: new Uint8Array(20).fill(9) });
    const leecher = world.client({ peers: [peer.address] });
    const conversation = peer.called();
    conversation.hear('handshake');
    conversation.sayHandshake();
    world.run(HAND);
    expect(conversation.ended).toBe('reset');
    expect(leecher.observer.of('connected')).toEqual([]);
  });

  it('hangs up on its own id, and never dials there again', () => {
    const world = new EngineWorld();
    const peer = world.peer();
    const leecher = world.client({ peers: [peer.address] });
    const conversation = peer.called();
    conversation.hear('handshake');
    conversation.sayHandshake({ peerId: leecher.client.peerId });
    world.run(900);
    expect(conversation.ended).toBeDefined();
    expect(peer.conversations).toHaveLength(1);
    expect(leecher.observer.of('connected')).toEqual([]);
  });

  it('recognises itself when it is told its own address', () => {
    const world = new EngineWorld();
    const leecher = world.client();
    leecher.torrent.addPeers([leecher.address]);
    world.run(900);
    expect(leecher.observer.of('connected')).toEqual([]);
    expect(leecher.torrent.status().connections).toBe(0);
    expect(leecher.host.streams.size).toBe(0);
  });

  it('tries an address that never answers a few times and then leaves it', () => {
    const world = new EngineWorld();
    const peer = world.peer();
    world.client({ peers: [peer.address] });
    world.run(3600);
    expect(peer.conversations).toHaveLength(3);
    expect(peer.conversations.every(({ ended }) => ended !== undefined)).toBe(true);
  });

  it.each([
    ['that was of use', 20, 60],
    ['that hung up at once, as one does that is full', 0, 120],
  ])('comes back to a peer %s, after %s s, not sooner than after %s s', (_which, livedSeconds, seconds) => {
    const world = new EngineWorld();
    const peer = world.peer({ onMessage: honestSeed });
    world.client({ peers: [peer.address], downloadLimitBytesPerSec: 100 });
    const conversation = peer.called();
    expect(world.runUntil(() => conversation.heard('interested').length > 0)).toBe(true);
    world.run(livedSeconds);
    conversation.stream?.close();
    world.run(seconds - 1);
    expect(peer.conversations).toHaveLength(1);
    world.run(10);
    expect(peer.conversations).toHaveLength(2);
  });

  it('keeps trying a peer that turns it away, ever more rarely', () => {
    const world = new EngineWorld();
    const peer = world.peer({
      onMessage: (message, script) => {
        if (message.word === 'handshake') script.sayHandshake().stream?.close();
      },
    });
    world.client({ peers: [peer.address] });
    // The second try comes after two minutes, the third three minutes after that, and so on up to ten.
    world.run(600);
    expect(peer.conversations).toHaveLength(4);
    world.run(6000);
    expect(peer.conversations.length).toBeGreaterThan(12);
    expect(peer.conversations.length).toBeLessThan(20);
  });
});
