/**
 * What may not stand in the project's files, each with what to use instead. A rule looks at one file; where it looks at
 * code or comments alone, strings and the rest are blanked before.
 */
import { blankSource, lineAt } from './blank-source.ts';
import type { Finding } from './import-rules.ts';
import type { SourceFile } from './project-files.ts';

export interface TidyRule {
  readonly name: string;
  /** The files it is for. */
  readonly where: RegExp;
  /** What of a file it looks at. */
  readonly looksAt: 'code' | 'comments' | 'everything';
  /** Every match is a finding. */
  readonly banned: RegExp;
  /** What to use instead. */
  readonly instead: string;
}

const DETERMINISTIC = /^src\/(?:core|sim|trace)\/.*\.ts$/;
const DECIDING = /^src\/(?:core|sim)\/.*\.ts$/;
const PROGRAMS = /^(?:src|viz|bench)\/.*\.ts$/;
const OURS = /^(?:src|viz|bench|test|scripts)\/.*\.(?:ts|mjs)$/;
/** Everything but the files that spell out what is banned. */
const ANY_FILE = /^(?!test\/architecture\/).*$/;

/** A name of the surroundings, not a property that happens to be called the same. */
const global = (names: string): RegExp => new RegExp(`(?<![.#\\w$])(?:${names})\\b(?!\\s*[:?]|\\w)`, 'g');

export const TIDY_RULES: readonly TidyRule[] = [
  {
    name: 'no wall clock, no timers',
    where: DETERMINISTIC,
    looksAt: 'code',
    banned: global(
      'Date|performance|setTimeout|setInterval|setImmediate|queueMicrotask|requestAnimationFrame',
    ),
    instead: 'the Clock port',
  },
  {
    name: 'no randomness of its own',
    where: DETERMINISTIC,
    looksAt: 'code',
    banned: /\bMath\s*\.\s*random\b|(?<![.#\w$])crypto\s*\./g,
    instead: 'the Random port, forked by purpose',
  },
  {
    name: 'no promises',
    where: DETERMINISTIC,
    looksAt: 'code',
    banned: /(?<![.#\w$])(?:Promise|async|await)\b/g,
    instead: 'a callback that a port calls later',
  },
  {
    name: 'no surroundings',
    where: DETERMINISTIC,
    looksAt: 'code',
    banned: /(?<![.#\w$])(?:console|process|Buffer|globalThis|window|document)\s*[.[]/g,
    instead: 'a port, an observer, or Uint8Array',
  },
  {
    name: 'no locale',
    where: /^src\/.*\.ts$/,
    looksAt: 'code',
    banned: /\.\s*(?:localeCompare|toLocale\w+)\b|(?<![.#\w$])Intl\b/g,
    instead: 'comparison with < and >, or compareBytes',
  },
  {
    name: 'no for-in',
    where: PROGRAMS,
    looksAt: 'code',
    banned: /\bfor\s*\(\s*(?:(?:const|let|var)\s+)?[\w$]+\s+in\b/g,
    instead: 'for-of over an array, a Map or Object.entries',
  },
  {
    name: 'no sort without a comparator',
    where: PROGRAMS,
    looksAt: 'code',
    // A typed array sorts by number; it has to be named in the same statement or in the signature before it.
    banned: /(?<!\b(?:Float|Int|Uint|BigInt|BigUint)\d+Array\b[^;]*)\.\s*(?:sort|toSorted)\s*\(\s*\)/g,
    instead: 'a comparator that says what is compared, or a typed array',
  },
  {
    name: 'no inexact mathematics',
    where: DECIDING,
    looksAt: 'code',
    banned:
      /\bMath\s*\.\s*(?:a?(?:sin|cos|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b|(?<!\b[\d_]+n?\s*)\*\*|\*\*(?!\s*[\d_]+n?\b(?!\.))/g,
    instead:
      'integers or tables (their last bit differs between engines); powers of integer literals are exact',
  },
  {
    name: 'no mutable module state',
    where: PROGRAMS,
    looksAt: 'code',
    banned:
      /^(?:export\s+)?(?:let|var)\s|^(?:export\s+)?const\s+[\w$]+\s*(?::\s*(?:Map|Set|WeakMap|WeakSet)\b[^=]*)?=\s*new\s+(?:Map|Set|WeakMap|WeakSet)\b/gm,
    instead: 'a field of an object that is made for the run; tables are typed ReadonlyMap or ReadonlySet',
  },
  {
    name: 'no any',
    where: OURS,
    looksAt: 'code',
    banned: /(?:[:<,|&(=]|\bas)\s*any\b(?!\s*[(:?.])/g,
    instead: 'the type itself, or unknown and a check',
  },
  {
    name: 'no silenced compiler',
    where: OURS,
    looksAt: 'comments',
    banned: /@ts-(?:ignore|nocheck|expect-error)\b/g,
    instead: 'code that type-checks',
  },
  {
    name: 'no leftovers',
    where: ANY_FILE,
    looksAt: 'everything',
    banned: /\b(?:TODO|FIXME|XXX|HACK)\b/g,
    instead: 'an issue, or the work itself',
  },
  {
    name: 'no test alone',
    where: /^test\/(?!architecture\/).*\.ts$/,
    looksAt: 'code',
    banned: /\b(?:test|it|describe|suite)\s*(?:\.\s*\w+\s*)*\.\s*only\b/g,
    instead: 'the whole run',
  },
  {
    name: 'no paths of one machine',
    where: ANY_FILE,
    looksAt: 'everything',
    banned: /(?<![\w.*/~-])\/(?:home\/[\w-]+|root|Users\/\w+|work|farm)\/|\b[A-Z]:\\Users\\|\/tmp\/[a-z]/g,
    instead: 'a path relative to the project, or a temporary folder asked of the system',
  },
  {
    name: 'no hosts of package registries',
    where: ANY_FILE,
    looksAt: 'everything',
    banned: /\bhttps?:\/\/(?:registry|deb|archive|mirror)s?\.[\w.-]+|"resolved":(?! "test\/)/g,
    instead: 'whatever the machine is set up to use',
  },
];

/** The largest file that needs no reason, in lines. */
const LINES_MAX = 400;
/** Where the reason for a larger file has to stand, in characters from its start. */
const HEAD_LENGTH = 1200;

export function findUntidy(file: SourceFile, rules: readonly TidyRule[] = TIDY_RULES): Finding[] {
  const blanked = blankSource(file.text);
  return rules.flatMap((rule) => {
    if (!rule.where.test(file.path)) return [];
    const text = rule.looksAt === 'everything' ? file.text : blanked[rule.looksAt];
    return [...text.matchAll(rule.banned)].map((match) => ({
      place: `${file.path}:${lineAt(text, match.index)}`,
      message: `${rule.name}: instead of "${match[0].trim()}", ${rule.instead}`,
    }));
  });
}

/** Files of the programs that are too long and do not say at their top for what reason. */
export function findOverlong(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1;
    const head = blankSource(text.slice(0, HEAD_LENGTH)).comments;
    if (lines <= LINES_MAX || /\breason\b/i.test(head)) return [];
    return [{ place: path, message: `${lines} lines: split it, or give the reason in its first comment` }];
  });
}

/** Source files that do not open with a comment that says what they are. A test says it by its name. */
export function findUnintroduced(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path, text }) => !path.endsWith('.test.ts') && !/^(?:#!.*\n)?\s*\/[*/]/.test(text))
    .map(({ path }) => ({ place: path, message: 'does not open with a comment that says what it is' }));
}

/** Scenarios of the library that the documentation does not mention by name; those below it have a page of their own, made from them. */
export function findUndocumentedScenarios(files: readonly SourceFile[], documentation: string): Finding[] {
  return files.flatMap(({ path }) => {
    const name = /^src\/scenarios\/library\/([^/]+)\.yaml$/.exec(path)?.[1];
    if (name === undefined || new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(documentation)) return [];
    return [{ place: path, message: 'is not mentioned in docs/SCENARIOS.md' }];
  });
}
