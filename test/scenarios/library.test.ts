/** The scenarios that come with the program: each parses, expands and says what it claims. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expand } from '../../src/scenarios/expand.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import { STRATEGIES } from './support.ts';

const folder = new URL('../../src/scenarios/library/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const load = (file: string) => parseScenario(textOf(file), file, STRATEGIES);

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

  it('has someone who holds the content from the start', () => {
    const plan = expand(load(file), load(file).seed);
    expect(plan.peers.some((peer) => peer.have === 'all' && peer.arriveUs === 0)).toBe(true);
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
