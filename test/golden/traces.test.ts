/**
 * Small swarms told line by line. A difference here is a change of behaviour: read it, and when it is meant, take it
 * over with `npx vitest run test/golden --update`.
 */
import { expect, it } from 'vitest';
import { SequentialPicker } from '../../src/core/strategies/sequential-picker.ts';
import { BLOCK, EngineWorld, PIECE } from '../support/engine-world.ts';
import { renderNotes } from '../support/render-notes.ts';
import { poisoner } from '../support/scripted-peer.ts';

it('a seed and a leecher: handshake, interest, unchoke, pieces, farewell', async () => {
  const world = new EngineWorld({ totalBytes: 3 * PIECE + 5000 });
  const seed = world.client({ have: 'all' });
  const leecher = world.client({ peers: [seed.address] });
  world.run(5);
  expect(leecher.torrent.status().state).toBe('seeding');
  await expect(renderNotes({ s: seed, l: leecher })).toMatchFileSnapshot('seed-and-leecher.txt');
});

it('a slow seed and two leechers that trade what they have', async () => {
  const world = new EngineWorld({ totalBytes: 6 * PIECE });
  const seed = world.client({ have: 'all', link: { upBytesPerSec: 50_000 } });
  const first = world.client({ peers: [seed.address] });
  const second = world.client({ peers: [seed.address, first.address] });
  world.run(30);
  expect([first, second].map(({ torrent }) => torrent.status().state)).toEqual(['seeding', 'seeding']);
  const text = renderNotes({ s: seed, a: first, b: second }, ['blockSent', 'blockReceived']);
  await expect(text).toMatchFileSnapshot('slow-seed.txt');
});

it('a poisoner is found out and left', async () => {
  const world = new EngineWorld({ totalBytes: 2 * PIECE, pieceLength: PIECE });
  const seed = world.client({ have: 'all', link: { upBytesPerSec: 20_000 } });
  const leecher = world.client({ peers: [seed.address], picker: new SequentialPicker() });
  world.peer({ onMessage: poisoner, link: { upBytesPerSec: 4 * BLOCK } }).connect(leecher);
  world.run(30);
  expect(leecher.torrent.status().state).toBe('seeding');
  await expect(renderNotes({ s: seed, l: leecher }, ['blockSent'])).toMatchFileSnapshot('poisoner.txt');
});
