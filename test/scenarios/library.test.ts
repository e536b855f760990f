/**
 * The scenarios that come with the program: each parses, expands and says what it claims, and the documentation lists it
 * with its claim and its picture.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { claimOf, librarySection, PICTURE_FOLDER, withSection } from '../../scripts/pictures/library.ts';
import { PICTURES } from '../../scripts/pictures/specs.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { plannedPieces } from '../../src/scenarios/piece-list.ts';

const folder = new URL('../../src/scenarios/library/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const load = (file: string) => loadScenario(file.replace('.yaml', ''), 'src/scenarios/library').scenario;

it('holds the scenarios that the documentation names', () => {
  expect(files).toEqual(
    expect.arrayContaining(['flash-crowd.yaml', 'lower-bound.yaml', 'parity-small.yaml']),
  );
});

describe.each(files)('%s', (file) => {
  it('is named like its file, states its claim and expects something', () => {
    const scenario = load(file);
    expect(`${scenario.name}.yaml`).toBe(file);
    expect(textOf(file)).toMatch(/^# The claim: /);
    expect(scenario.description).not.toBe('');
    expect(scenario.expectations.length).toBeGreaterThan(0);
  });

  it('has all pieces from the start', () => {
    const plan = expand(load(file), load(file).seed);
    const bytes = plan.torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    const pieceCount = Math.ceil(bytes / plan.torrent.pieceLengthBytes);
    const held = new Set<number>();
    for (const { have, arriveUs } of plan.peers) {
      if (arriveUs > 0 || have === 'none') continue;
      if (have === 'all') return;
      const pieces = plannedPieces(have.pieces, pieceCount);
      for (let piece = 0; piece < pieceCount; piece++) if (pieces.has(piece)) held.add(piece);
    }
    expect(held.size).toBe(pieceCount);
  });

  it('has a claim of one paragraph and a picture that is small', () => {
    const name = file.replace('.yaml', '');
    const claim = claimOf(name, '.');
    expect(claim.length).toBeGreaterThan(60);
    expect(claim.length).toBeLessThan(600);
    const picture = readFileSync(`${PICTURE_FOLDER}/${name}.svg`, 'utf8');
    expect(picture.length).toBeLessThan(12 * 1024);
    expect(picture).toContain('prefers-color-scheme:dark');
    expect(PICTURES[name]?.proof.length).toBeGreaterThan(0);
  });
});

describe('the documentation', () => {
  const documentation = readFileSync('docs/SCENARIOS.md', 'utf8');

  it('lists every scenario with its claim and its picture: npm run pictures writes that', () => {
    expect(documentation).toBe(withSection(documentation, librarySection('.')));
    for (const file of files)
      expect(documentation).toContain(`images/library/${file.replace('.yaml', '.svg')}`);
  });

  it('has no picture of what is not there', () => {
    const pictures = readdirSync(PICTURE_FOLDER);
    const names = files.map((file) => file.replace('.yaml', '.svg'));
    expect(pictures.toSorted()).toEqual(names.toSorted());
    expect(
      Object.keys(PICTURES)
        .map((name) => `${name}.svg`)
        .toSorted(),
    ).toEqual(names.toSorted());
  });
});

it('flash-crowd is a crowd on asymmetric lines around one slow seed', () => {
  const { peers } = expand(load('flash-crowd.yaml'), 1);
  const [seed, ...crowd] = peers;
  expect(seed).toMatchObject({ have: 'all', link: { upBytesPerSec: 250_000 } });
  expect(crowd).toHaveLength(60);
  for (const peer of crowd) {
    expect(peer.link).toMatchObject({ downBytesPerSec: 2_000_000, upBytesPerSec: 125_000 });
    expect(peer.arriveUs).toBeLessThan(30_000_000);
  }
});

it('lower-bound has the ratios of the textbook', () => {
  const { peers, torrent } = expand(load('lower-bound.yaml'), 1);
  const [seed, ...leechers] = peers;
  const up = leechers[0]?.link.upBytesPerSec as number;
  expect(leechers).toHaveLength(50);
  expect(seed?.link.upBytesPerSec).toBe(10 * up);
  expect(
    leechers.every((peer) => peer.link.downBytesPerSec === 10 * up && peer.link.upBytesPerSec === up),
  ).toBe(true);
  expect(peers.every((peer) => peer.leave.afterCompleteUs === undefined && peer.arriveUs === 0)).toBe(true);
  expect(torrent.files[0]?.lengthBytes).toBe(256 * torrent.pieceLengthBytes);
});

it('parity-small is small and its lines have 4 to 8 Mbit/s', () => {
  const { peers, torrent } = expand(load('parity-small.yaml'), 1);
  expect(peers).toHaveLength(8);
  expect(torrent.files[0]?.lengthBytes).toBe(8 * 1024 * 1024);
  for (const { link } of peers) {
    for (const rate of [link.upBytesPerSec, link.downBytesPerSec]) {
      expect(rate).toBeGreaterThanOrEqual(500_000);
      expect(rate).toBeLessThanOrEqual(1_000_000);
    }
  }
});
