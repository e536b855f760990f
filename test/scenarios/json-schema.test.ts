/** The JSON Schema that editors use: strict, explained, and of one mind with the program. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema } from '../../src/scenarios/json-schema.ts';
import { loadScenario } from '../../src/scenarios/load-scenario.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import { patterns } from '../../src/scenarios/unit-patterns.ts';
import * as units from '../../src/scenarios/units.ts';

type Json = Record<string, unknown>;

const LIBRARY = 'src/scenarios/library';
const TEMPLATES = 'src/scenarios/templates';
const schema = scenarioJsonSchema(strategyNames);
const ajv = new Ajv({ strict: false, allErrors: true });
const accepts = ajv.compile(schema);

/** What the schema has against a scenario; nothing where it is accepted. */
function faults(data: unknown): string[] {
  accepts(data);
  return (accepts.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function scenariosBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
}

function yaml(text: string): unknown {
  return parse(text, { merge: true });
}

describe('the JSON Schema', () => {
  it('explains every key', () => {
    const silent: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (node === null || typeof node !== 'object') return;
      for (const [key, child] of Object.entries(node as Json)) {
        if (key === 'properties') {
          for (const [name, property] of Object.entries(child as Record<string, Json>)) {
            if (!property.description) silent.push(`${path}.${name}`);
          }
        }
        visit(child, `${path}/${key}`);
      }
    };
    visit(schema, '');
    expect(silent).toEqual([]);
    expect(JSON.stringify(schema)).toContain('Upload limit of the client, not of the line.');
  });

  it('is valid draft-07 itself', () => {
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  });

  it.each(
    [LIBRARY, TEMPLATES].flatMap((folder) => scenariosBelow(folder).map((file) => `${folder}/${file}`)),
  )('accepts %s', (file) => {
    expect(faults(yaml(readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each([
    ['an unknown key', 'x: 1', 'must NOT have additional properties'],
    ['a number without a unit', 'time: { until: 10 }', 'must be string'],
    ['a wrong unit', 'time: { until: 10 Min }', 'must match pattern'],
    ['a wrong word', 'swarm: maybe', 'must be equal to one of the allowed values'],
  ])('refuses %s in a scenario that extends another', (_, text, message) => {
    expect(faults(yaml(`extends: a.yaml\n${text}`)).join('\n')).toContain(message);
  });

  it('asks for nothing in a scenario that extends another, and for much in one that does not', () => {
    expect(faults(yaml('extends: a.yaml\npeers: [{ group: a, stay: ~, arrive: { rate: 1/s } }]'))).toEqual(
      [],
    );
    expect(faults(yaml('name: a')).join('\n')).toContain("must have required property 'version'");
  });
});

/** Every block of YAML in the documents of the language, by its first line. */
function examples(file: string): [string, string][] {
  return [...readFileSync(file, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = '']) => [
    text.split('\n')[0] as string,
    text,
  ]);
}

/** A fragment has keys of a scenario or of a group, some of them several times: each is looked at by itself. */
function fragments(text: string): Json[] {
  const keys = (schema.definitions as { scenario: { properties: Json } }).scenario.properties;
  return text
    .split(/^(?=[a-z])/m)
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const data = yaml(part) as Json;
      const [key = ''] = Object.keys(data);
      return key in keys ? { extends: 'a', ...data } : { extends: 'a', peers: [{ group: 'a', ...data }] };
    });
}

describe('the examples of docs/SCENARIOS.md', () => {
  it.each(examples('docs/SCENARIOS.md'))('%s', (_, text) => {
    const all = text.startsWith('version:') ? [yaml(text)] : fragments(text);
    expect(all.map(faults)).toEqual(all.map(() => []));
  });
});

describe('a pattern', () => {
  const amount = fc.oneof(
    fc.nat(999).map(String),
    fc.tuple(fc.nat(999), fc.nat(9)).map((two) => two.join('.')),
  );
  const kinds = [
    ['duration', units.parseDuration, ['us', 'ms', 's', 'm', 'h', 'd', 'min', 'x', '']],
    ['size', units.parseSize, ['B', 'kB', 'MiB', 'GB', 'K', 'mb', '']],
    ['rate', units.parseRate, ['bit/s', 'Mbit/s', 'KiB/s', 'mbps', 'B', '']],
    ['share', units.parseShare, ['%', 'percent', '']],
    ['frequency', units.parseFrequency, ['/s', '/m', '/x', '']],
  ] as const;

  it.each(kinds)('of a %s takes all that its parser takes', (name, read, names) => {
    const pattern = new RegExp(patterns[name], 'u');
    const part = fc.tuple(
      fc.constantFrom('', ' '),
      amount,
      fc.constantFrom('', ' '),
      fc.constantFrom(...names),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
        const text = parts.map((each) => each.join('')).join('');
        if (read(text).ok) expect(text).toMatch(pattern);
      }),
      { numRuns: 2000 },
    );
    // It is not one that takes everything: what has an unknown unit or none is refused.
    for (const unit of names.filter((each) => !read(`5 ${each}`).ok))
      expect(`5 ${unit}`).not.toMatch(pattern);
  });

  it.each([
    [patterns.positiveDuration, ['1m30s', '0.5s', ' 20 ms '], ['0s', '20', '-1s', '1.5m30s']],
    [patterns.durationRange, ['20ms..60ms', '1m .. 2m', '5s'], ['..5s', '5s..', '5..6s']],
    [patterns.durationRangeOrForever, ['forever', '5m..15m'], ['for ever']],
    [patterns.rateOrNone, ['none', '96 KiB/s'], ['dead', 'no']],
    [patterns.capPolicy, ['cut off', 'throttle 64 kbit/s', 'throttle to 1 MB/s'], ['cut', 'throttle']],
    [patterns.dayHours, ['18:00-23:00', '22:00 - 06:00:30'], ['18-23', '18:60-19:00']],
    [patterns.weekTime, ['mon 18:00', 'sat'], ['Monday', '18:00']],
    [patterns.weekDays, ['mon', 'mon-fri'], ['monday', 'mon-']],
    [patterns.shareRange, ['0.1%..1%', '5%'], ['5', '1..2%']],
  ])('%s', (pattern, right, wrong) => {
    for (const text of right) expect(text).toMatch(new RegExp(pattern, 'u'));
    for (const text of wrong) expect(text).not.toMatch(new RegExp(pattern, 'u'));
  });
});

it('loads what it accepts: every scenario of the library', () => {
  for (const file of scenariosBelow(LIBRARY)) {
    expect(loadScenario(basename(file, '.yaml'), LIBRARY).scenario.expectations.length).toBeGreaterThan(0);
  }
});
