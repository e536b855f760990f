/** From text to scenario: every key, every default, and the reuse that YAML offers. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarioSchema } from '../../src/scenarios/schema.ts';
import { parse, SMALL, STRATEGIES, small } from './support.ts';

describe('parseScenario', () => {
  it('fills in every default', () => {
    const { expectations, ...scenario } = parse(SMALL);
    expect(expectations.map(({ name, line }) => [name, line])).toEqual([['everyone finishes', 14]]);
    const engine = {
      picker: 'rarest-first',
      choker: 'tit-for-tat',
      uploadSlots: 5,
      connectionsMax: 50,
      uploadLimitBytesPerSec: 0,
      downloadLimitBytesPerSec: 0,
    };
    const nothing = { lowest: 0, highest: 0 };
    const all = 1_000_000;
    const line = {
      queueBytes: 131_072,
      jitterUs: nothing,
      lossPerMillion: nothing,
      lossBurst: 1,
      schedule: [],
    };
    const common = {
      region: undefined,
      nat: [{ kind: 'open', perMillion: all }],
      caps: [],
      disk: {
        accessUs: nothing,
        readBytesPerSec: nothing,
        writeBytesPerSec: nothing,
        roomBytes: undefined,
        corruptPerMillion: 0,
        unsyncedUs: 5_000_000,
      },
      behaviour: [{ kind: 'honest', perMillion: all }],
      arrive: { process: 'at', atUs: 0 },
      stay: {},
      off: [],
      sessions: undefined,
      engine,
    };
    expect(scenario).toEqual({
      version: 1,
      name: 'small',
      description: '',
      seed: 1,
      time: { untilUs: 600_000_000, sampleUs: 1_000_000, startsAtUs: 0, healUs: undefined },
      swarm: true,
      payload: 'reference',
      torrent: {
        name: 'small',
        pieceLengthBytes: 262_144,
        files: [{ path: ['small'], lengthBytes: 4_194_304 }],
      },
      tracker: { transport: 'udp', intervalUs: 120_000_000, numwant: 50 },
      internet: { regions: [], regionDelaysUs: [], pairDelayUs: nothing },
      events: [],
      groups: [
        {
          name: 'seed',
          count: 1,
          have: 'all',
          link: [
            {
              kind: {
                ...line,
                upBytesPerSec: { lowest: 250_000, highest: 250_000 },
                downBytesPerSec: { lowest: 1_250_000, highest: 1_250_000 },
                latencyUs: { lowest: 20_000, highest: 20_000 },
              },
              perMillion: all,
            },
          ],
          ...common,
        },
        {
          name: 'crowd',
          count: 3,
          have: 'none',
          link: [
            {
              kind: {
                ...line,
                upBytesPerSec: { lowest: 125_000, highest: 125_000 },
                downBytesPerSec: { lowest: 2_000_000, highest: 2_000_000 },
                latencyUs: { lowest: 20_000, highest: 60_000 },
              },
              perMillion: all,
            },
          ],
          ...common,
        },
      ],
    });
  });

  it('takes every key', () => {
    const scenario = parse(`version: 1
name: all-keys
description: Everything at once.
seed: 7
time: { until: 1h30m, sample: 500ms }
payload: bytes
torrent:
  name: album
  piece: 64 KiB
  files:
    - { path: disc/one.flac, size: 30 MB }
    - { path: cover.jpg, size: 0 B }
discovery:
  tracker: { transport: http, interval: 30m, numwant: 80 }
peers:
  - group: homes
    count: 2
    have: none
    link: { down: 4 Mbit/s..8 Mbit/s, up: 96 KiB/s, latency: 5ms, queue: 64 KiB }
    arrive: { process: poisson, rate: 30/m }
    stay: { after-complete: 5m..15m }
    engine:
      picker: sequential
      choker: never
      upload-slots: 4
      connections: 40
      upload-limit: 96 KiB/s
      download-limit: none
expect:
  - { name: pieces, that: torrent.pieces > min(peer.received) / 1 MiB }
`);
    expect(scenario.torrent).toEqual({
      name: 'album',
      pieceLengthBytes: 65_536,
      files: [
        { path: ['disc', 'one.flac'], lengthBytes: 30_000_000 },
        { path: ['cover.jpg'], lengthBytes: 0 },
      ],
    });
    expect(scenario).toMatchObject({ seed: 7, payload: 'bytes', description: 'Everything at once.' });
    expect(scenario.tracker).toEqual({ transport: 'http', intervalUs: 1_800_000_000, numwant: 80 });
    expect(scenario.groups[0]).toMatchObject({
      name: 'homes',
      count: 2,
      have: 'none',
      link: [
        {
          kind: {
            upBytesPerSec: { lowest: 98_304, highest: 98_304 },
            downBytesPerSec: { lowest: 500_000, highest: 1_000_000 },
            latencyUs: { lowest: 5000, highest: 5000 },
            queueBytes: 65_536,
          },
        },
      ],
      arrive: { process: 'poisson', meanIntervalUs: 2_000_000 },
      stay: { afterCompleteUs: { kind: 'uniform', lowest: 300_000_000, highest: 900_000_000 } },
      engine: {
        picker: 'sequential',
        choker: 'never',
        uploadSlots: 4,
        connectionsMax: 40,
        uploadLimitBytesPerSec: 98_304,
        downloadLimitBytesPerSec: 0,
      },
    });
  });

  it.each([
    ['{ at: 90s }', { process: 'at', atUs: 90_000_000 }],
    ['{ process: flash, within: 30s }', { process: 'flash', withinUs: 30_000_000 }],
    ['{ process: poisson, rate: 2/s }', { process: 'poisson', meanIntervalUs: 500_000 }],
  ])('arrive: %s', (text, arrive) => {
    const scenario = parse(small('count: 3', `count: 3\n    arrive: ${text}`));
    expect(scenario.groups[1]?.arrive).toEqual(arrive);
  });

  it('takes "forever" for a stay without an end', () => {
    const scenario = parse(small('count: 3', 'count: 3\n    stay: { after-complete: forever }'));
    expect(scenario.groups[1]?.stay.afterCompleteUs).toBeUndefined();
  });

  it('reuses what stands under x- keys by anchors and merges', () => {
    const scenario = parse(
      small('peers:', 'x-line: &line { down: 8 Mbit/s, up: 1 Mbit/s }\npeers:').replace(
        '{ down: 10 Mbit/s, up: 2 Mbit/s }',
        '{ <<: *line, up: 2 Mbit/s }',
      ),
    );
    expect(scenario.groups[0]?.link[0]?.kind).toMatchObject({
      downBytesPerSec: { lowest: 1_000_000 },
      upBytesPerSec: { lowest: 250_000 },
    });
  });

  it('accepts a scenario without expectations: its run fails later', () => {
    const text = SMALL.slice(0, SMALL.indexOf('expect:'));
    expect(parse(text).expectations).toEqual([]);
  });

  it('gives plain data that survives JSON', () => {
    const scenario = parse(small('count: 3', 'count: 3\n    stay: { after-complete: 1m }'));
    const { expectations, ...rest } = scenario;
    expect(JSON.parse(JSON.stringify(rest.groups[1]))).toEqual(rest.groups[1]);
    expect(JSON.parse(JSON.stringify(expectations[0]?.condition))).toEqual(expectations[0]?.condition);
  });
});

describe('the schema', () => {
  const json = z.toJSONSchema(scenarioSchema(STRATEGIES), { io: 'input', target: 'draft-7' });

  it('explains every key', () => {
    const silent: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (node === null || typeof node !== 'object') return;
      const { properties, ...others } = node as { properties?: Record<string, { description?: string }> };
      for (const [key, child] of Object.entries(properties ?? {})) {
        if (!child.description) silent.push(`${path}.${key}`);
        visit(child, `${path}.${key}`);
      }
      for (const [key, child] of Object.entries(others)) visit(child, path + (key === 'items' ? '[]' : ''));
    };
    visit(json, '');
    expect(silent).toEqual([]);
    expect(JSON.stringify(json)).toContain('Upload limit of the client, not of the line.');
  });

  it('exports as JSON Schema, strict but for x- keys', () => {
    expect(json).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      additionalProperties: false,
      required: ['version', 'name', 'time', 'torrent', 'peers'],
    });
    expect(Object.keys(json.patternProperties as object)).toEqual(['^x-']);
  });
});
