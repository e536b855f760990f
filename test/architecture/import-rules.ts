/**
 * Who may import whom, as data, and the search for imports that break it. Every kind of import counts: with and without
 * bindings, type-only, re-exporting, dynamic. A program file that no rule covers is a finding too.
 */
import { posix } from 'node:path';
import { blankSource, lineAt } from './blank-source.ts';
import type { SourceFile } from './project-files.ts';

export interface ImportRule {
  /** The files that the rule is for; the first rule that matches a file governs it. */
  readonly from: RegExp;
  /** What they may import: paths from the root of the project, `node:` modules, or names of packages. */
  readonly may: readonly RegExp[];
  /** What they may import types from, besides. */
  readonly mayTypes?: readonly RegExp[];
}

export interface Import {
  readonly specifier: string;
  /** `import type` or `export type`: gone at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface Finding {
  /** "src/core/peer.ts:3". */
  readonly place: string;
  readonly message: string;
}

/** The specifier of a dynamic import whose argument is not a plain string. */
export const COMPUTED = '<computed>';

const CORE = /^src\/core\//;
const TRACE = /^src\/trace\//;
const SIM = /^src\/sim\//;
const HOST = /^src\/host\//;
const SCENARIOS = /^src\/scenarios\//;
const NODE = /^node:/;
const SCENARIO_PACKAGES = /^(?:yaml|zod|@faker-js\/faker)$/;

/** The files of the scenario language that may touch the machine: those that read files and those that run plans. */
export const SCENARIO_LOADER = /^src\/scenarios\/load(?:er)?(?:[-/][^.]*)?\.ts$/;
export const SCENARIO_RUNNER = /^src\/scenarios\/run(?:ner)?(?:[-/][^.]*)?\.ts$/;

/** Turns modules of the user's own into plain code; loaded when it is needed. */
const ESBUILD = /^esbuild$/;

export const IMPORT_RULES: readonly ImportRule[] = [
  { from: CORE, may: [CORE] },
  // Byte helpers and the result type hold nothing of the engine; the file format would otherwise repeat them.
  { from: TRACE, may: [TRACE, /^src\/core\/(?:bytes|result)\.ts$/], mayTypes: [CORE] },
  { from: SIM, may: [CORE, TRACE, SIM, /^seedrandom(?:\/|$)/] },
  { from: HOST, may: [CORE, HOST, NODE] },
  {
    from: SCENARIO_RUNNER,
    may: [CORE, TRACE, SIM, HOST, SCENARIOS, SCENARIO_PACKAGES, NODE, /^<computed>$/],
  },
  { from: SCENARIO_LOADER, may: [CORE, TRACE, SIM, SCENARIOS, SCENARIO_PACKAGES, NODE, ESBUILD] },
  { from: SCENARIOS, may: [CORE, TRACE, SIM, SCENARIOS, SCENARIO_PACKAGES] },
  // The engine as an ordinary client, with promises: the commands and the library are made of it.
  { from: /^src\/client\//, may: [/^src\/client\//, CORE, HOST, NODE, /^src\/scenarios\/unit-text\.ts$/] },
  // Of the pictures only what makes the page of a report; its script is built apart and read as text.
  {
    from: /^src\/cli\//,
    may: [
      /^src\//,
      /^viz\/(?:report\/(?:build-model|html)|compare\/build-race)\.ts$/,
      // Of the live page only how a scenario is put into it.
      /^viz\/play\/(?:own-scenario|page-limits)\.ts$/,
      /^commander$/,
      NODE,
    ],
    mayTypes: [/^viz\/(?:compare|report)\/(?:race-)?model\.ts$/],
  },
  { from: /^src\/vitest\//, may: [/^src\//, /^vitest$/, NODE] },
  // A door like the command line, and what both do is done once: it may use what the commands are made of.
  {
    from: /^src\/api\//,
    may: [/^src\/(?!vitest\/)/, NODE],
  },
  // The live page runs the program itself; it writes what happens into the text of a scenario.
  { from: /^viz\/play\//, may: [/^viz\//, CORE, TRACE, SIM, SCENARIOS, /^d3-/, /^yaml$/] },
  {
    from: /^viz\//,
    // The numbers of the event kinds belong to the types of the trace, though they are values.
    may: [
      /^viz\//,
      /^src\/trace\/(?:trace|varint)\.ts$/,
      /^src\/trace\/(?:metrics?|transfers|decisions|explain)[/.]/,
      /^d3-/,
    ],
    mayTypes: [CORE, TRACE, SCENARIOS],
  },
  {
    from: /^bench\//,
    may: [
      /^bench\//,
      /^src\//,
      /^viz\/report\/(?:build-model|html)\.ts$/,
      /^viz\/play\/own-scenario\.ts$/,
      NODE,
    ],
  },
];

/** A package that one file or one folder alone may import, so that it can be replaced there. */
interface SingleDoor {
  readonly package: RegExp;
  readonly door: RegExp;
}

const SINGLE_DOORS: readonly SingleDoor[] = [
  { package: /^seedrandom(?:\/|$)/, door: /^src\/sim\/random\.ts$/ },
  { package: /^commander$/, door: /^src\/cli\/program\// },
];

export function findForbiddenImports(
  files: readonly SourceFile[],
  rules: readonly ImportRule[] = IMPORT_RULES,
): Finding[] {
  return files.flatMap((file) => {
    const rule = rules.find(({ from }) => from.test(file.path));
    if (rule === undefined) return [{ place: file.path, message: 'no import rule covers this file' }];
    return findImports(file.text).flatMap(({ specifier, typeOnly, line }) => {
      const target = resolve(file.path, specifier);
      const allowed = typeOnly ? [...rule.may, ...(rule.mayTypes ?? [])] : rule.may;
      if (allowed.some((pattern) => pattern.test(target))) return [];
      const what = typeOnly ? 'the types of ' : '';
      return [{ place: `${file.path}:${line}`, message: `may not import ${what}${target}` }];
    });
  });
}

/** Every file besides the door of a package that imports it. */
export function findSecondDoors(
  files: readonly SourceFile[],
  doors: readonly SingleDoor[] = SINGLE_DOORS,
): Finding[] {
  return files.flatMap(({ path, text }) =>
    findImports(text).flatMap(({ specifier }) =>
      doors
        .filter((single) => single.package.test(specifier) && !single.door.test(path))
        .map(({ door }) => ({
          place: path,
          message: `only ${door.source} may import ${specifier}`,
        })),
    ),
  );
}

/** Bindings between `import` and `from`: names, braces, commas and stars, but nothing that ends a statement. */
const WITH_BINDINGS = /\b(?:import|export)\b(\s+type\b(?!\s*(?:,|from\b)))?[\w$\s{},*]*?\bfrom\s*(?=['"])/g;
const FOR_ITS_EFFECT = /\bimport\s*(?=['"])/g;
const DYNAMIC = /(?<![.\w$])(?:import|require)\s*\(\s*/g;

/** Every import in a TypeScript source, in no particular order. */
export function findImports(text: string): Import[] {
  const { code } = blankSource(text);
  const at = (offset: number): string => {
    const quote = text[offset];
    if (quote !== "'" && quote !== '"' && quote !== '`') return COMPUTED;
    const literal = text.slice(offset + 1, text.indexOf(quote, offset + 1));
    return quote === '`' && literal.includes('${') ? COMPUTED : literal;
  };
  const found: Import[] = [];
  const collect = (pattern: RegExp): void => {
    for (const match of code.matchAll(pattern)) {
      const specifier = at(match.index + match[0].length);
      found.push({ specifier, typeOnly: match[1] !== undefined, line: lineAt(text, match.index) });
    }
  };
  collect(WITH_BINDINGS);
  collect(FOR_ITS_EFFECT);
  collect(DYNAMIC);
  return found;
}

/** A path from the root of the project for a relative specifier; anything else as it is. */
function resolve(importer: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return posix.normalize(posix.join(posix.dirname(importer), specifier));
}
