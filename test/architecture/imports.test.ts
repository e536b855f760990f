/** The import table of the architecture holds, and the search for violations finds them. */
import { describe, expect, test } from 'vitest';
import { COMPUTED, findForbiddenImports, findImports, findSecondDoors } from './import-rules.ts';
import { programFiles } from './project-files.ts';

test('no file imports what its folder may not use', () => {
  expect(findForbiddenImports(programFiles())).toEqual([]);
});

test('packages behind a single door are imported there alone', () => {
  expect(findSecondDoors(programFiles())).toEqual([]);
});

describe('findForbiddenImports', () => {
  const forbidden = [
    ['core, a host file', 'src/core/peer.ts', "import { open } from '../host/files.ts';"],
    [
      'core, a sim file by an indirect path',
      'src/core/a/b.ts',
      "import { x } from '../../core/../sim/world.ts';",
    ],
    ['core, a type', 'src/core/peer.ts', "import type { Trace } from '../trace/trace.ts';"],
    ['core, a module of node', 'src/core/peer.ts', "import { createHash } from 'node:crypto';"],
    ['core, a package', 'src/core/peer.ts', "import alea from 'seedrandom';"],
    ['core, for its effect', 'src/core/peer.ts', "import '../sim/world.ts';"],
    ['core, re-exported', 'src/core/peer.ts', "export * from '../sim/world.ts';"],
    ['core, re-exported by name', 'src/core/peer.ts', "export { World } from '../sim/world.ts';"],
    ['core, a re-exported type', 'src/core/peer.ts', "export type { World } from '../sim/world.ts';"],
    ['core, dynamic', 'src/core/peer.ts', "const world = await import('../sim/world.ts');"],
    ['core, in a type', 'src/core/peer.ts', "let world: import('../sim/world.ts').World;"],
    ['core, computed', 'src/core/peer.ts', 'const world = import(name);'],
    [
      'core, over many lines',
      'src/core/peer.ts',
      "import {\n  World,\n  type Host,\n} from '../sim/world.ts';",
    ],
    ['trace, a value of core', 'src/trace/recorder.ts', "import { Bitfield } from '../core/bitfield.ts';"],
    ['trace, inline types of core', 'src/trace/x.ts', "import { type Clock } from '../core/ports.ts';"],
    ['trace, sim', 'src/trace/recorder.ts', "import type { World } from '../sim/world.ts';"],
    ['sim, host', 'src/sim/world.ts', "import { Disk } from '../host/disk.ts';"],
    ['sim, a scenario', 'src/sim/world.ts', "import type { Plan } from '../scenarios/plan.ts';"],
    ['host, trace', 'src/host/disk.ts', "import { record } from '../trace/recorder.ts';"],
    ['host, a package', 'src/host/disk.ts', "import { parse } from 'yaml';"],
    ['a parser, node', 'src/scenarios/parse.ts', "import { readFileSync } from 'node:fs';"],
    ['the loader, host', 'src/scenarios/loader.ts', "import { hash } from '../host/hasher.ts';"],
    ['scenarios, the command line', 'src/scenarios/runner.ts', "import { main } from '../cli/main.ts';"],
    ['the command line, viz', 'src/cli/run.ts', "import { draw } from '../../viz/report/main.ts';"],
    ['viz, a value of core', 'viz/report/main.ts', "import { toHex } from '../../src/core/bytes.ts';"],
    ['viz, the whole of d3', 'viz/report/main.ts', "import * as d3 from 'd3';"],
    ['a folder without a rule', 'src/extras/x.ts', ''],
  ] as const;
  test.each(forbidden)('reports %s', (_title, path, text) => {
    expect(findForbiddenImports([{ path, text }])).toHaveLength(1);
  });

  const allowed = [
    ['core, core', 'src/core/wire/codec.ts', "import { toHex } from '../bytes.ts';"],
    [
      'core, an import in a comment',
      'src/core/peer.ts',
      "// import { x } from 'node:fs';\n/* import 'yaml'; */",
    ],
    ['core, an import in a string', 'src/core/peer.ts', 'const text = "import \'node:fs\'";'],
    ['core, words that look alike', 'src/core/peer.ts', "export const from = 'yaml'; peer.import('yaml');"],
    ['trace, types of core', 'src/trace/recorder.ts', "import type { Clock } from '../core/ports.ts';"],
    ['sim, the generator', 'src/sim/random.ts', "import alea from 'seedrandom/lib/alea.js';"],
    ['the loader, node', 'src/scenarios/loader.ts', "import { readFileSync } from 'node:fs';"],
    ['the runner, host', 'src/scenarios/runner.ts', "import { hash } from '../host/hasher.ts';"],
    ['the command line, anything in src', 'src/cli/run.ts', "import { World } from '../sim/world.ts';"],
    ['viz, metrics', 'viz/report/main.ts', "import { cdf } from '../../src/trace/metrics/cdf.ts';"],
    [
      'viz, types of the trace',
      'viz/report/main.ts',
      "import type { Trace } from '../../src/trace/trace.ts';",
    ],
  ] as const;
  test.each(allowed)('accepts %s', (_title, path, text) => {
    expect(findForbiddenImports([{ path, text }])).toEqual([]);
  });

  test('names the file, the line and the target', () => {
    const text = "/** A peer. */\n\nimport { World } from '../sim/world.ts';\n";
    expect(findForbiddenImports([{ path: 'src/core/peer.ts', text }])).toEqual([
      { place: 'src/core/peer.ts:3', message: 'may not import src/sim/world.ts' },
    ]);
  });
});

test('findSecondDoors reports a file that is not the door', () => {
  const text = "import alea from 'seedrandom/lib/alea.js';";
  const files = ['src/sim/random.ts', 'src/sim/b.ts'].map((path) => ({ path, text }));
  expect(findSecondDoors(files).map(({ place }) => place)).toEqual(['src/sim/b.ts']);
});

test('findImports reads code between the parts of a template, and past a quote in a regular expression', () => {
  const text = [
    'const a = /[\'"`/]/;',
    'const b = `$' + '{await import("x")} import "y"`;',
    "import 'z';",
  ].join('\n');
  const places = findImports(text).map(({ specifier, line }) => `${specifier}:${line}`);
  expect(places).toHaveLength(2);
  expect(places).toEqual(expect.arrayContaining(['x:2', 'z:3']));
  expect(findImports('import(`./$' + '{name}.ts`)').map(({ specifier }) => specifier)).toEqual([COMPUTED]);
});
