/** Private torrents (BEP 27): peers come from one tracker at a time. */
import { describe, expect, it } from 'vitest';
import { encodeCompactAddress } from '../../../src/core/address.ts';
import { encodeBencode } from '../../../src/core/bencode/index.ts';
import { concatBytes } from '../../../src/core/bytes.ts';
import { StreamHttpServer } from '../../../src/core/http/stream-server.ts';
import type { Address } from '../../../src/core/ports.ts';
import { EngineWorld } from '../../support/engine-world.ts';
import type { ScriptedPeer, ScriptOptions } from '../../support/scripted-peer.ts';

/** A tracker that names these peers until it is shut. */
function tracker(world: EngineWorld, peers: readonly Address[]): { url: string; close(): void } {
  const machine = world.host();
  const list = peers.map((peer) => encodeCompactAddress(peer) as Uint8Array);
  const body = encodeBencode({ interval: 60, peers: concatBytes(...list) });
  const server = new StreamHttpServer(
    { clock: world.clock, network: machine.network },
    { port: 80, handle: () => ({ status: 200, contentType: 'text/plain', body }) },
  );
  return { url: `http://${machine.address}/announce`, close: () => server.close() };
}

/** Has nothing and wants nothing, but is there. */
const polite: ScriptOptions = {
  onMessage: ({ word }, script) => {
    if (word === 'handshake' && !script.open) script.sayHandshake().sayBare('haveNone');
  },
};

const isOpen = (peer: ScriptedPeer): boolean => peer.conversations.some(({ ended }) => ended === undefined);

describe.each([
  ['a private torrent', true],
  ['another torrent', false],
])('%s', (_which, isPrivate) => {
  function meet() {
    const world = new EngineWorld({ isPrivate });
    const [one, both, other] = [world.peer(polite), world.peer(polite), world.peer(polite)] as const;
    const first = tracker(world, [one.address, both.address]);
    const second = tracker(world, [both.address, other.address]);
    const client = world.client({ trackers: [[first.url], [second.url]] });
    world.run(20);
    return { world, one, both, other, first, client };
  }

  it(`${isPrivate ? 'drops' : 'keeps'} its peers when another tracker answers than before`, () => {
    const { world, one, both, other, first, client } = meet();
    expect([one, both, other].map(isOpen)).toEqual([true, true, false]);
    const stranger = world.peer().connect(client);
    first.close();
    world.run(60);
    expect([isOpen(one), isOpen(other), stranger.ended === undefined]).toEqual([
      !isPrivate,
      true,
      !isPrivate,
    ]);
    // Who is named by both is dialled again, who was named by the first alone never.
    expect(world.runUntil(() => both.conversations.length === 2 || !isPrivate, 300)).toBe(true);
    world.run(900);
    expect(one.conversations.length === 1).toBe(isPrivate);
  });
});
