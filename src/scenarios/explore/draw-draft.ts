/**
 * Random scenarios for exploration: small swarms with a random choice of everything that the language can say. Each
 * kind of thing is on or off for a scenario as a whole (swarm testing: a run in which only some things happen gets
 * further into each of them), and each draw has a stream of its own.
 */
import type { Random } from '../../core/ports.ts';
import type { DraftEvent, DraftGroup, DraftLink, ScenarioDraft } from './draft.ts';

const LEECHERS_MAX = 8;
const PIECES_MAX = 40;
const NATS = ['full-cone', 'restricted', 'port-restricted', 'symmetric'] as const;
const CHEATS = ['free-rider', 'staller', 'liar', 'poisoner', 'flooder', 'slow-reader'] as const;
const PICKERS = ['rarest-first', 'random', 'sequential'] as const;

/** Minutes after which every fault is over, and minutes until the run ends. */
const HEAL_MIN = 4;
const UNTIL_MIN = 90;

/** The draft that `random` draws; `name` and `seed` are taken over. */
export function drawDraft(name: string, seed: number, random: Random): ScenarioDraft {
  const draw = new Draw(random);
  const pieceKiB = draw.one('piece', [16, 16, 32, 64]);
  const pieces = 1 + draw.below('pieces', PIECES_MAX);
  // The last piece is short in most cases.
  const bytes = pieces * pieceKiB * 1024 - draw.one('short', [0, 1, 777, 16_383, 12_345]);
  const groups = drawGroups(draw);
  const events = drawEvents(draw, groups);
  return {
    version: 1,
    name,
    seed,
    time: { until: `${UNTIL_MIN}m`, heal: `${HEAL_MIN}m` },
    ...(draw.chance('bytes', 20) ? { payload: 'bytes' as const } : {}),
    torrent: { size: `${bytes} B`, piece: `${pieceKiB} KiB` },
    discovery: {
      tracker: {
        transport: draw.one('transport', ['udp', 'http']),
        interval: draw.one('interval', ['30s', '1m', '2m']),
      },
    },
    ...(draw.chance('internet', 25)
      ? { internet: { 'pair-delay': draw.one('pair', ['0ms..30ms', '5ms..200ms']) } }
      : {}),
    peers: groups,
    ...(events.length > 0 ? { events } : {}),
    expect: [{ name: 'the run has an end', that: 'run.duration > 0s' }],
  };
}

function drawGroups(draw: Draw): DraftGroup[] {
  const leechers = 1 + draw.below('leechers', LEECHERS_MAX);
  const groups: DraftGroup[] = [
    {
      group: 'seed',
      count: draw.one('seeds', [1, 1, 1, 2]),
      have: 'all',
      link: drawLink(draw.of('seed')),
      ...drawSettings(draw.of('seed'), false),
    },
  ];
  const split = draw.chance('split', 50) ? 1 + draw.below('at', leechers) : leechers;
  groups.push({
    group: 'crowd',
    count: split,
    link: drawLink(draw.of('crowd')),
    ...drawSettings(draw.of('crowd'), true),
  });
  if (split < leechers) {
    groups.push({
      group: 'others',
      count: leechers - split,
      link: drawLink(draw.of('others')),
      ...drawSettings(draw.of('others'), true),
    });
  }
  if (draw.chance('cheats', 30)) {
    const kind = draw.one('cheat', CHEATS);
    const claims = kind === 'poisoner' || kind === 'staller';
    groups.push({
      group: 'cheats',
      count: 1 + draw.below('cheat count', 2),
      ...(claims ? { have: 'all' as const } : {}),
      link: drawLink(draw.of('cheats')),
      behaviour: kind,
    });
  }
  return groups;
}

function drawLink(draw: Draw): DraftLink {
  const rates = ['256 kbit/s', '1 Mbit/s', '2 Mbit/s', '8 Mbit/s'];
  return {
    down: draw.one('down', ['1 Mbit/s', '8 Mbit/s', '16 Mbit/s', '1 Mbit/s..8 Mbit/s']),
    up: draw.one('up', rates),
    latency: draw.one('latency', ['0ms', '1ms', '20ms', '10ms..80ms', '300ms']),
    ...(draw.chance('queue', 25) ? { queue: draw.one('bytes', ['4 KiB', '16 KiB', '256 KiB']) } : {}),
    ...(draw.chance('jitter', 25) ? { jitter: draw.one('most', ['2ms', '0ms..50ms']) } : {}),
    ...(draw.chance('loss', 25)
      ? { loss: draw.one('share', ['0.1%', '1%', '0%..5%']), 'loss-burst': draw.one('burst', [1, 1, 4]) }
      : {}),
  };
}

function drawSettings(draw: Draw, leeches: boolean): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  if (draw.chance('nat', 25)) settings.nat = { open: '50%', [draw.one('kind', NATS)]: '50%' };
  if (leeches && draw.chance('arrive', 50)) {
    settings.arrive = draw.one<unknown>('when', [
      { process: 'flash', within: '30s' },
      { process: 'poisson', rate: '10/m' },
      { at: '20s' },
      { process: 'waves', size: 2, every: '40s' },
    ]);
  }
  if (leeches && draw.chance('sessions', 20)) {
    settings.sessions = {
      online: { exponential: draw.one('on', ['30s', '2m']) },
      away: { exponential: draw.one('off', ['5s', '30s']) },
    };
  }
  if (leeches && draw.chance('stay', 30)) {
    settings.stay = draw.one<unknown>('rule', [
      { 'after-complete': '0s' },
      { 'after-complete': { exponential: '1m' } },
      { 'until-ratio': 0.5 },
      { 'give-up-after': '3m' },
      { 'until-copies': 3 },
    ]);
  }
  if (draw.chance('cap', 15)) {
    settings.cap = {
      [draw.one('counts', ['up', 'down', 'both'])]: draw.one('volume', ['64 KiB', '1 MiB']),
      per: draw.one('per', ['1m', '10m']),
      // biome-ignore lint/suspicious/noThenProperty: the word of the language.
      then: draw.one('policy', ['cut off', 'throttle 64 kbit/s']),
    };
  }
  if (draw.chance('disk', 25)) {
    settings.disk = draw.one<unknown>('kind', [
      { access: '5ms', read: '20 MB/s', write: '10 MB/s' },
      { write: '200 kB/s', read: '200 kB/s' },
      { corrupt: '2%' },
      { unsynced: '30s' },
    ]);
  }
  if (draw.chance('engine', 40)) {
    settings.engine = {
      picker: draw.one('picker', PICKERS),
      'upload-slots': draw.one('slots', [1, 2, 5]),
      // Fewer places than peers that cheat could all be taken by those for good.
      connections: draw.one('connections', [3, 4, 50]),
      ...(draw.chance('limited', 25) ? { 'upload-limit': draw.one('rate', ['8 KiB/s', '64 KiB/s']) } : {}),
    };
  }
  return settings;
}

function drawEvents(draw: Draw, groups: readonly DraftGroup[]): DraftEvent[] {
  if (!draw.chance('events', 70)) return [];
  const events: DraftEvent[] = [];
  const count = 1 + draw.below('event count', 4);
  for (let index = 0; index < count; index++) events.push(drawEvent(draw.of(`event ${index}`), groups));
  return events;
}

function drawEvent(draw: Draw, groups: readonly DraftGroup[]): DraftEvent {
  const at = `${1 + draw.below('at', HEAL_MIN * 60 - 2)}s`;
  const { group, count } = draw.one('group', groups);
  const peer = `${group}-${1 + draw.below('peer', count)}`;
  const who = draw.chance('one', 50) ? { peer } : { group };
  const lasting = draw.chance('for', 60) ? { for: draw.one('span', ['1s', '10s', '40s', '3m']) } : {};
  const verbs: Record<string, unknown>[] = [
    { partition: { ...who, ...lasting } },
    {
      partition: {
        from: [peer],
        to: [draw.one('other', groups).group === group ? 'tracker' : draw.one('other', groups).group],
        ...lasting,
      },
    },
    { hold: { ...who, ...lasting } },
    { latency: { ...who, add: draw.one('add', ['50ms', '2s']), ...lasting } },
    {
      loss: {
        ...who,
        share: draw.one('share', ['1%', '20%', '100%']),
        burst: draw.one('burst', [1, 5]),
        ...lasting,
      },
    },
    {
      line: {
        ...who,
        ...draw.one<object>('line', [{ up: 'dead', down: 'dead' }, { up: '16 kbit/s' }, { down: 'dead' }]),
        ...lasting,
      },
    },
    {
      crash: {
        ...who,
        ...(draw.chance('restart', 70) ? { 'restart-after': draw.one('down', ['1s', '30s', '2m']) } : {}),
      },
    },
    {
      disk: {
        ...who,
        ...draw.one<object>('fault', [
          { fault: 'full' },
          { fault: 'slow', rate: '50 kB/s' },
          { fault: 'corrupting', share: '10%' },
        ]),
        ...lasting,
      },
    },
    { tracker: { fault: draw.one('tracker', ['down', 'lies']), ...lasting } },
    { engine: { ...who, 'upload-slots': 1, picker: draw.one('picker', PICKERS) } },
    ...(group === 'seed' ? [] : [{ leave: { ...who } }]),
  ];
  return { at, ...draw.one('verb', verbs) };
}

/** Draws by name: each from a stream of its own, so that one more draw changes no other. */
class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  of(name: string): Draw {
    return new Draw(this.#random.fork(name));
  }

  below(name: string, limit: number): number {
    return this.#random.fork(name).below(limit);
  }

  chance(name: string, percent: number): boolean {
    return this.below(name, 100) < percent;
  }

  one<T>(name: string, values: readonly T[]): T {
    return values[this.below(name, values.length)] as T;
  }
}
