/** Which part of the program a function belongs to, as the tables of a profile name the parts. */

/** Files that come first in the list decide. */
const AREAS: readonly (readonly [RegExp, string])[] = [
  [/^src\/scenarios\/run\/(?:message|event)-tally\.ts$/, 'counting for this profile'],
  [/^src\/core\/(?:wire|bencode|metainfo|bytes)/, 'engine: encoding, decoding'],
  [/^src\/core\/peer\//, 'engine: connections'],
  [/^src\/core\/(?:pieces|bitfield)/, 'engine: pieces, requests'],
  [/^src\/core\/(?:tracker|http)\//, 'engine: trackers'],
  [/^src\/core\//, 'engine: the torrent'],
  [/^src\/sim\/checkers\/|^src\/scenarios\/run\/(?:engine-witness|heal)/, 'laws'],
  [/^src\/sim\/(?:max-min|link|backlog|send-window|medium|sharing|flow)/, 'sharing out the lines'],
  [/^src\/sim\/(?:event-|soon-|simulation|virtual-clock|timer)/, 'event queue, timers'],
  [
    /^src\/sim\/(?:disk|simulated-(?:disk|storage)|content|(?:byte|reference)-contents|timed|recent|written)/,
    'disks',
  ],
  [
    /^src\/sim\/(?:stream|segment|received|in-flight|byte-slabs|stall|simulated-stream|dial|retrans)/,
    'streams',
  ],
  [/^src\/sim\/(?:datagram|nat|loss-chain)/, 'datagrams, NAT'],
  [/^src\/sim\//, 'network: the rest'],
  [/^src\/trace\//, 'trace'],
  [/^src\/scenarios\//, 'swarm: who comes and goes'],
  [/^(?:src|viz|bench|test)\//, 'the command'],
];
const PACKAGES = 'packages';
const BUILT_IN = 'node and built-in functions';
/** What V8 calls things that are no functions. */
const NO_FUNCTIONS: Readonly<Record<string, string>> = {
  '(garbage collector)': 'collecting garbage',
  '(program)': BUILT_IN,
  '(root)': BUILT_IN,
  '(idle)': 'idle',
};

/** Where a function stands. */
export interface CodePlace {
  readonly functionName: string;
  readonly url: string;
  /** Counted from 0. */
  readonly lineNumber: number;
}

/** Names the source file of lines of bundles; a module begins with a comment that has its path. */
export class CodeAreas {
  readonly #textOf: (url: string) => string | undefined;
  readonly #sourcesAt = new Map<string, readonly string[]>();

  /** `textOf` gives the text of a bundle of ours; of other files nothing, they count by their own path. */
  constructor(textOf: (url: string) => string | undefined) {
    this.#textOf = textOf;
  }

  /** "src/sim/link.ts"; empty for what is not ours. */
  sourceOf({ url, lineNumber }: CodePlace): string {
    const inBundle = this.#sourcesOf(url)[lineNumber] ?? '';
    return inBundle === '' ? (/\/((?:src|viz)\/[^?]+\.ts)(?:\?|$)/.exec(url)?.[1] ?? '') : inBundle;
  }

  areaOf(place: CodePlace): string {
    const special = NO_FUNCTIONS[place.functionName];
    if (special !== undefined) return special;
    const source = this.sourceOf(place);
    if (source.startsWith('node_modules/') || place.url.includes('/node_modules/')) return PACKAGES;
    return AREAS.find(([files]) => files.test(source))?.[1] ?? BUILT_IN;
  }

  #sourcesOf(url: string): readonly string[] {
    const known = this.#sourcesAt.get(url);
    if (known !== undefined) return known;
    let source = '';
    const sources = (this.#textOf(url)?.split('\n') ?? []).map((line) => {
      source = /^\/\/ ((?:src|viz|bench|node_modules)\/\S+)$/.exec(line)?.[1] ?? source;
      return source;
    });
    this.#sourcesAt.set(url, sources);
    return sources;
  }
}
