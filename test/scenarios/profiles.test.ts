/** Every named line is complete and plausible, and the presets of regions are whole matrices. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expand } from '../../src/scenarios/expand.ts';
import type { PlannedLink } from '../../src/scenarios/plan.ts';
import { type LineProfileName, lineProfileNames, lineProfiles } from '../../src/scenarios/profiles.ts';
import { presetDelaysUs, regionPresetNames, regionPresets } from '../../src/scenarios/regions.ts';
import { parse, small } from './support.ts';

const LINK = '{ down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }';
const docs = readFileSync(new URL('../../docs/SCENARIOS.md', import.meta.url), 'utf8');

const linksOf = (name: LineProfileName): PlannedLink[] =>
  expand(parse(small(LINK, name).replace('count: 3', 'count: 50')), 1)
    .peers.filter((peer) => peer.group === 1)
    .map(({ link }) => link);

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('line profiles', () => {
  it('are those that people have', () => {
    expect(lineProfileNames).toEqual([
      'dial-up',
      'adsl',
      'adsl2-plus',
      'vdsl',
      'cable',
      'fibre',
      'lte',
      '5g',
      'satellite-geo',
      'satellite-leo',
      'data-centre',
    ]);
  });

  it.each(lineProfileNames)('%s can be run, has one line of description, and is in the manual', (name) => {
    const { description, line } = lineProfiles[name];
    expect(description).toMatch(/^[^\n]{10,100}$/);
    for (const link of linksOf(name)) {
      expect(link.upBytesPerSec).toBeGreaterThan(0);
      expect(link.upBytesPerSec).toBeLessThanOrEqual(125_000_000);
      expect(link.latencyUs).toBeGreaterThan(0);
      expect(link.latencyUs).toBeLessThanOrEqual(300_000);
      // Room for two full segments at least: else no datagram passes beside a stream.
      expect(link.queueBytes).toBeGreaterThanOrEqual(65_536);
    }
    const row = docs.split('\n').find((one) => one.startsWith(`| \`${name}\``));
    const cells = (row ?? '').split('|').map((cell) => cell.trim());
    expect(cells.slice(2, -1)).toEqual([
      description,
      line.down,
      line.up,
      line.latency,
      line.jitter ?? '',
      line.loss ?? '',
      line.queue ?? '',
    ]);
  });

  it('take in at least what they give out, each technology more than the one before', () => {
    for (const name of lineProfileNames) {
      const links = linksOf(name);
      expect(mean(links.map((link) => link.downBytesPerSec))).toBeGreaterThanOrEqual(
        mean(links.map((link) => link.upBytesPerSec)),
      );
    }
    const down = (name: LineProfileName) => mean(linksOf(name).map((link) => link.downBytesPerSec));
    const order = (['dial-up', 'adsl', 'adsl2-plus', 'vdsl', 'cable', 'fibre', 'data-centre'] as const).map(
      down,
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(down('5g')).toBeGreaterThan(down('lte'));
  });
});

describe('presets of regions', () => {
  it.each(regionPresetNames)('%s is a whole, symmetric matrix, and in the manual', (name) => {
    const preset = regionPresets[name];
    const delays = presetDelaysUs(preset);
    expect(new Set(preset.regions).size).toBe(preset.regions.length);
    expect(preset.roundTrips.map((row) => row.length)).toEqual(preset.regions.map((_, index) => index));
    for (const [row, values] of delays.entries()) {
      expect(values).toHaveLength(preset.regions.length);
      for (const [column, delayUs] of values.entries()) {
        expect(delayUs).toBe(delays[column]?.[row]);
        if (row === column) expect(delayUs).toBe(0);
        // From across a country to around the world.
        else expect(delayUs >= 5000 && delayUs <= 200_000, `${row} ${column}`).toBe(true);
      }
    }
    for (const region of preset.regions) expect(docs).toContain(`\`${region}\``);
  });

  it('cities: half a round trip each way', () => {
    const { regions } = regionPresets.cities;
    const delays = presetDelaysUs(regionPresets.cities);
    const between = (from: string, to: string) => delays[regions.indexOf(from)]?.[regions.indexOf(to)];
    expect(between('virginia', 'ireland')).toBe(40_300);
    expect(between('sydney', 'frankfurt')).toBe(161_750);
    expect(between('tokyo', 'seoul')).toBe(15_700);
  });
});
