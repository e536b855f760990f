/**
 * The knobs of a scenario: how many pieces and peers, how fast the lines, which strategy. They are read from its text and
 * written into it, so that whatever else stands there stays. What a text writes in another way (a range, a profile of
 * lines) has no knob.
 */
import { isMap, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { formatRate, formatSize } from '../../src/scenarios/unit-text.ts';
import { parseRate, parseSize } from '../../src/scenarios/units.ts';

export type SettingKind = 'pieces' | 'count' | 'up' | 'down' | 'picker';

export interface Setting {
  readonly kind: SettingKind;
  /** The group that it is about; empty: the torrent. */
  readonly group: string;
  /** All values that it may take, in order, as they are shown; at most 40. */
  readonly values: readonly string[];
  /** Index of the one that it has, or of the nearest. */
  readonly chosen: number;
}

const PIECES = [4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256];
const COUNTS = [...Array.from({ length: 20 }, (_, index) => index + 1), 25, 30, 40, 50, 60, 80, 100];
const RATES = [
  '64 kbit/s',
  '128 kbit/s',
  '250 kbit/s',
  '500 kbit/s',
  '1 Mbit/s',
  '2 Mbit/s',
  '4 Mbit/s',
  '8 Mbit/s',
  '16 Mbit/s',
  '32 Mbit/s',
  '64 Mbit/s',
  '100 Mbit/s',
];
const PICKERS = ['rarest-first', 'random', 'sequential', 'most-common'];
/** Knobs of more groups than this nobody looks through. */
const GROUPS_MAX = 5;

export function readSettings(text: string): Setting[] {
  const document = parseDocument(text, { merge: true });
  if (document.errors.length > 0 || !isMap(document.contents)) return [];
  const data = document.toJS({ maxAliasCount: 100 }) as Record<string, unknown>;
  const settings: Setting[] = [];
  const { torrent } = data;
  if (isRecord(torrent)) {
    const size = typeof torrent.size === 'string' ? parseSize(torrent.size) : undefined;
    const piece = typeof torrent.piece === 'string' ? parseSize(torrent.piece) : undefined;
    if (size?.ok && piece?.ok && size.value > 0 && piece.value > 0) {
      settings.push(setting('pieces', '', PIECES, Math.ceil(size.value / piece.value)));
    }
  }
  const groups = Array.isArray(data.peers) ? data.peers.filter(isRecord) : [];
  for (const group of groups.slice(0, GROUPS_MAX)) {
    if (typeof group.group === 'string') settings.push(...groupSettings(group.group, group));
  }
  return settings;
}

/** The text with the knob turned; as it was where that cannot be done. */
export function changeSetting(text: string, { kind, group, values }: Setting, chosen: number): string {
  const value = values[chosen];
  const document = parseDocument(text);
  if (value === undefined || document.errors.length > 0) return text;
  if (kind === 'pieces') {
    const piece = parseSize(String(document.getIn(['torrent', 'piece'])));
    if (!piece.ok) return text;
    document.setIn(['torrent', 'size'], exactSize(piece.value * Number(value)));
    return document.toString(STYLE);
  }
  const groups = document.get('peers');
  if (!isSeq(groups)) return text;
  const index = groups.items.findIndex((item) => isMap(item) && String(item.get('group')) === group);
  const map = groups.items[index];
  if (!isMap(map)) return text;
  if (kind === 'count') map.set('count', Number(value));
  else if (kind === 'picker') setWithin(document, map, 'engine', 'picker', value);
  else setWithin(document, map, 'link', kind, value);
  return document.toString(STYLE);
}

const STYLE = { lineWidth: 0, flowCollectionPadding: true } as const;

function groupSettings(name: string, group: Record<string, unknown>): Setting[] {
  const settings: Setting[] = [];
  const { count = 1, have, link, engine = {} } = group;
  if (have !== 'all' && typeof count === 'number') settings.push(setting('count', name, COUNTS, count));
  if (isRecord(link)) {
    for (const kind of ['up', 'down'] as const) {
      const rate = typeof link[kind] === 'string' ? parseRate(link[kind]) : undefined;
      if (!rate?.ok) continue;
      const values = RATES.map((each) => bytesPerSec(each));
      settings.push({ kind, group: name, values: RATES, chosen: nearest(values, rate.value) });
    }
  }
  if (have !== 'all' && isRecord(engine) && group.behaviour !== 'free-rider') {
    const { picker = PICKERS[0] } = engine;
    const chosen = PICKERS.indexOf(String(picker));
    if (chosen >= 0) settings.push({ kind: 'picker', group: name, values: PICKERS, chosen });
  }
  return settings;
}

function setting(kind: SettingKind, group: string, values: readonly number[], value: number): Setting {
  return { kind, group, values: values.map(String), chosen: nearest(values, value) };
}

/** An alias stands for a value of several groups: who turns a knob of one of them gets a value of his own for it. */
function setWithin(
  document: ReturnType<typeof parseDocument>,
  map: YAMLMap,
  key: string,
  within: string,
  value: string,
): void {
  const before = map.get(key, true);
  if (isMap(before)) {
    before.set(within, value);
    return;
  }
  const all = (document.toJS({ maxAliasCount: 100 }) as { peers: Record<string, unknown>[] }).peers;
  const own = all.find(({ group }) => group === map.get('group'))?.[key];
  const node = document.createNode({ ...(isRecord(own) ? own : {}), [within]: value });
  if (isMap(node)) node.flow = true;
  map.set(key, node);
}

function bytesPerSec(text: string): number {
  const rate = parseRate(text);
  return rate.ok ? rate.value : 0;
}

/** Nearest as a ratio. */
function nearest(values: readonly number[], value: number): number {
  let best = 0;
  const distance = (index: number): number => {
    const each = Math.max(1e-9, values[index] as number);
    return each > value ? each / Math.max(1e-9, value) : value / each;
  };
  for (const index of values.keys()) if (distance(index) < distance(best)) best = index;
  return best;
}

function exactSize(bytes: number): string {
  const text = formatSize(bytes);
  const read = parseSize(text);
  return read.ok && read.value === bytes ? text : `${bytes} B`;
}

/** "1 Mbit/s" for a rate in bytes per second. */
export function rateText(rate: number): string {
  return formatRate(rate);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
