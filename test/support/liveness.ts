/** After a hostile conversation: the client still serves, or still downloads, and what it gives and takes is right. */
import { expect } from 'vitest';
import type { EngineWorld, Testee } from './engine-world.ts';
import { BLOCK } from './engine-world.ts';
import { honestSeed } from './scripted-peer.ts';

/** An honest newcomer gets a right block from the client, which must have piece 0. */
export function expectServes(world: EngineWorld, testee: Testee): void {
  const conversation = world.peer().connect(testee);
  conversation.sayBare('haveNone').sayBare('interested');
  expect(conversation.hear('unchoke', 60)).toBeDefined();
  conversation.sayBlock('request', 0, 0, BLOCK);
  const piece = conversation.hear('piece', 10);
  expect(piece).toMatchObject({ piece: 0, begin: 0, length: BLOCK });
  expect(piece?.payload?.reference?.corrupted ?? false).toBe(false);
  conversation.stream?.close();
}

/** An honest seed dials the client, which then becomes complete. */
export function expectCompletes(world: EngineWorld, testee: Testee, seconds = 60): void {
  world.peer({ onMessage: honestSeed }).connect(testee);
  expect(world.runUntil(() => testee.torrent.status().state === 'seeding', seconds)).toBe(true);
}
