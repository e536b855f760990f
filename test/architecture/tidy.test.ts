/** The files of the project are tidy, and every rule that says so fires on what it bans and on nothing else. */
import { describe, expect, test } from 'vitest';
import { programFiles, projectFiles } from './project-files.ts';
import {
  findOverlong,
  findUndocumentedScenarios,
  findUnintroduced,
  findUntidy,
  TIDY_RULES,
} from './tidy-rules.ts';

describe('the project', () => {
  const files = projectFiles();

  test('has files to look at', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('src/core/ports.ts');
    expect(paths).toContain('package-lock.json');
    expect(paths).toContain('.ci/run');
  });

  test('holds nothing that is banned', () => {
    expect(files.flatMap((file) => findUntidy(file))).toEqual([]);
  });

  test('has no overlong file without a reason', () => {
    expect(findOverlong(programFiles())).toEqual([]);
  });

  test('introduces every source file', () => {
    const sources = files.filter(({ path }) => /^(?:src|viz|bench|test|scripts)\/.*\.(?:ts|mjs)$/.test(path));
    expect(findUnintroduced(sources)).toEqual([]);
  });

  test('documents every scenario of the library', () => {
    const documentation = files.find(({ path }) => path === 'docs/SCENARIOS.md');
    if (documentation === undefined) return;
    expect(findUndocumentedScenarios(files, documentation.text)).toEqual([]);
  });
});

/** For each rule: a file that it is for, lines on which it must fire once each, and lines on which it must not. */
const EXAMPLES: Readonly<Record<string, { path: string; bad: readonly string[]; good: readonly string[] }>> =
  {
    'no wall clock, no timers': {
      path: 'src/core/x.ts',
      bad: ['Date.now();', 'new Date();', 'performance.now();', 'setTimeout(f, 1);', 'queueMicrotask(f);'],
      good: ['clock.now();', '// Date.now()', "const word = 'Date';", 'creation.Date;', 'isUpdated(Dated);'],
    },
    'no randomness of its own': {
      path: 'src/sim/x.ts',
      bad: ['Math.random();', 'Math . random();', 'crypto.getRandomValues(a);'],
      good: ['random.below(6);', 'Math.round(x);', 'peer.crypto.enabled;'],
    },
    'no promises': {
      path: 'src/trace/x.ts',
      bad: ['new Promise(f);', 'async function f() {}', 'await x;'],
      good: ['peer.async;', '// a promise, async', 'awaiting(x);'],
    },
    'no surroundings': {
      path: 'src/core/x.ts',
      bad: ['console.log(1);', 'process.exit(1);', "process['env'];", 'Buffer.alloc(1);', 'globalThis.x;'],
      good: ['this.#process.run();', 'arrivals.process.rate;', 'const process = 1;'],
    },
    'no locale': {
      path: 'src/scenarios/x.ts',
      bad: ['a.localeCompare(b);', 'x.toLocaleString();', 'new Intl.NumberFormat();'],
      good: ['a < b;', 'x.toString();', 'units.Intl;'],
    },
    'no for-in': {
      path: 'viz/x.ts',
      bad: ['for (const key in object) {}', 'for (let key in object) {}', 'for (key in object) {}'],
      good: ['for (const key of keys) {}', "if ('a' in object) {}", 'for (const index of in_order) {}'],
    },
    'no sort without a comparator': {
      path: 'src/host/x.ts',
      bad: ['names.sort();', 'names.toSorted( );'],
      good: ['names.sort((a, b) => a - b);', 'names.sort(byName);'],
    },
    'no inexact mathematics': {
      path: 'src/sim/x.ts',
      bad: [
        'Math.log(x);',
        'Math.exp(x);',
        'Math.pow(x, 2);',
        'Math.atan2(x, y);',
        'x ** 2;',
        '2 ** x;',
        '2 ** 0.5;',
      ],
      good: [
        '2 ** 32;',
        '2n ** 64n - 1n;',
        '10**6;',
        'Math.sqrt(x);',
        'Math.logic;',
        '/** 2 */',
        'Math.imul(a, b);',
      ],
    },
    'no mutable module state': {
      path: 'src/cli/x.ts',
      bad: [
        'let count = 0;',
        'export let x = 1;',
        'const seen = new Map();',
        'const all: Set<string> = new Set();',
      ],
      good: [
        '  let count = 0;',
        'const table: ReadonlyMap<string, number> = new Map([]);',
        'const LIMIT = 1;',
      ],
    },
    'no any': {
      path: 'test/x.ts',
      bad: ['let x: any = 1;', 'const x = y as any;', 'const x: Array<any> = [];', 'type X = string | any;'],
      good: [
        'let x: unknown = 1;',
        'Promise.any(x);',
        "const word = 'as any';",
        'f(any);'.replace('any', 'many'),
      ],
    },
    'no silenced compiler': {
      path: 'test/x.ts',
      bad: ['// @ts-expect-error', '// @ts-ignore', '/* @ts-nocheck */'],
      good: ["const text = '@ts-ignore';", '// the compiler'],
    },
    'no leftovers': {
      path: 'docs/x.md',
      bad: ['TODO: later', 'FIXME', 'XXX', 'a HACK'],
      good: ['to do', 'hackers', 'TODOS'],
    },
    'no test alone': {
      path: 'test/x.test.ts',
      bad: ['test.only(f);', 'describe.only(f);', 'it.concurrent.only(f);'],
      good: ['test.each(f);', 'peer.only(f);', "test('the .only( mark', f);"],
    },
    'no paths of one machine': {
      path: 'README.md',
      bad: ['see /home/someone/x', 'in /root/x', '"/Users/someone/x"', 'C:\\Users\\x', '/tmp/scratch'],
      good: ['reports/run/x', './work/x', 'example.org/home/page/', '/usr/bin/python3'],
    },
    'no hosts of package registries': {
      path: 'package-lock.json',
      bad: [
        'https://registry.example.org/yaml',
        'http://deb.example.org/debian',
        '"resolved": "https://elsewhere/x"',
      ],
      good: ['https://example.org/', '"version": "1.0.0"', '"resolved": "test/support/no-webrtc"'],
    },
  };

describe('every rule fires', () => {
  test.each(TIDY_RULES.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
    const example = EXAMPLES[name];
    if (example === undefined) throw new Error(`no example for "${name}"`);
    const fires = (text: string): number => findUntidy({ path: example.path, text }, [rule]).length;
    expect(example.bad.filter((line) => fires(line) !== 1)).toEqual([]);
    expect(example.good.filter((line) => fires(line) !== 0)).toEqual([]);
  });

  test('and has no example that belongs to no rule', () => {
    expect(Object.keys(EXAMPLES)).toEqual(TIDY_RULES.map(({ name }) => name));
  });

  test('with the place and the replacement', () => {
    const text = '/** A peer. */\nconst at = Date.now();\n';
    expect(findUntidy({ path: 'src/core/x.ts', text })).toEqual([
      {
        place: 'src/core/x.ts:2',
        message: 'no wall clock, no timers: instead of "Date", the Clock port',
      },
    ]);
  });

  test('only in the folders that it is for', () => {
    expect(findUntidy({ path: 'src/host/clock.ts', text: 'const at = Date.now();' })).toEqual([]);
    expect(findUntidy({ path: 'src/trace/metrics/entropy.ts', text: 'const bits = Math.log(2);' })).toEqual(
      [],
    );
  });
});

describe('findOverlong', () => {
  const body = 'const x = 1;\n'.repeat(400);
  const length = (head: string): number => findOverlong([{ path: 'src/x.ts', text: head + body }]).length;
  test('reports a file over 400 lines', () => expect(length('/** A thing. */\n')).toBe(1));
  test('accepts 400 lines', () => expect(length('')).toBe(0));
  test('accepts a reason at the top', () => {
    expect(length('/** A thing. The reason for its length: one table. */\n')).toBe(0);
  });
  test('accepts no reason in code', () => expect(length("const reason = 'none';\n")).toBe(1));
});

test('findUnintroduced reports a file that begins with code', () => {
  const texts = [
    'import x;\n',
    '/** A thing. */\n',
    '// A thing.\n',
    '#!/usr/bin/env node\n/** A thing. */\n',
  ];
  const files = texts.map((text, index) => ({ path: `${index}.ts`, text }));
  expect(findUnintroduced(files).map(({ place }) => place)).toEqual(['0.ts']);
});

test('findUndocumentedScenarios reports a scenario whose name is only part of another', () => {
  const files = ['crowd', 'flash-crowd'].map((name) => ({
    path: `src/scenarios/library/${name}.yaml`,
    text: '',
  }));
  const found = findUndocumentedScenarios(files, 'the `flash-crowd` scenario');
  expect(found.map(({ place }) => place)).toEqual(['src/scenarios/library/crowd.yaml']);
});
