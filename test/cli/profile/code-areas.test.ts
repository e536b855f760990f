/** Which part of the program time is put down to. */
import { describe, expect, test } from 'vitest';
import { CodeAreas } from '../../../src/cli/profile/code-areas.ts';
import { selfTimes } from '../../../src/cli/profile/cpu-profiler.ts';

const BUNDLE = 'file:///there/swarmlab.js';
const TEXT = [
  '#!/usr/bin/env node',
  '// src/core/wire/decoder.ts',
  'function push() {}',
  '// a comment about src/sim/link.ts',
  'function more() {}',
  '// node_modules/yaml/dist/index.js',
  'function parse() {}',
  '// src/sim/max-min.ts',
  'function share() {}',
].join('\n');
const SHARED = 'file:///there/swarmlab-chunk.js';
const TEXTS: Readonly<Record<string, string>> = {
  [BUNDLE]: TEXT,
  [SHARED]: '// src/sim/link.ts\nfunction link() {}',
};
const areas = new CodeAreas((url) => TEXTS[url]);
const at = (lineNumber: number, url = BUNDLE, functionName = 'f') => ({ functionName, url, lineNumber });

describe('a function of the bundle', () => {
  test.each([
    [0, '', 'node and built-in functions'],
    [2, 'src/core/wire/decoder.ts', 'engine: encoding, decoding'],
    [4, 'src/core/wire/decoder.ts', 'engine: encoding, decoding'],
    [6, 'node_modules/yaml/dist/index.js', 'packages'],
    [8, 'src/sim/max-min.ts', 'sharing out the lines'],
  ])('in line %i is of %s', (line, source, area) => {
    expect(areas.sourceOf(at(line))).toBe(source);
    expect(areas.areaOf(at(line))).toBe(area);
  });
});

test('a function of another bundle is of the file that it stands in there', () => {
  expect(areas.sourceOf(at(1, SHARED))).toBe('src/sim/link.ts');
  expect(areas.sourceOf(at(2))).toBe('src/core/wire/decoder.ts');
});

test.each([
  ['file:///elsewhere/src/sim/checkers/origin-law.ts', 'f', 'laws'],
  ['file:///elsewhere/src/trace/recorder.ts?t=1', 'f', 'trace'],
  ['file:///elsewhere/src/sim/disk-port.ts', 'f', 'disks'],
  ['node:internal/timers', 'f', 'node and built-in functions'],
  ['', '(garbage collector)', 'collecting garbage'],
  ['', '(idle)', 'idle'],
  ['', 'fill', 'node and built-in functions'],
])('%s %s counts as %s', (url, name, area) => {
  expect(areas.areaOf(at(3, url, name))).toBe(area);
});

test('self time is the sum of the samples in which a function was at the top', () => {
  const node = (id: number) => ({ id, callFrame: { ...at(id), scriptId: '1', columnNumber: 0 } });
  const profile = {
    nodes: [node(1), node(2), node(3)],
    startTime: 0,
    endTime: 10,
    samples: [2, 1, 2],
    timeDeltas: [1000, 500, 250],
  };
  expect(selfTimes(profile).map(({ us }) => us)).toEqual([500, 1250, 0]);
});
