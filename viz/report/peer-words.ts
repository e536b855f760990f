/** How peers and their states are called in the report. Text only. */
import type { PresenceLetter, ReportModel } from './model.ts';

const STATES: Readonly<Record<PresenceLetter, string>> = {
  d: 'downloading',
  s: 'complete, serving',
  m: 'there, misbehaving',
  c: 'there, its data cap used up',
  a: 'away',
  x: 'crashed',
  l: 'left for good',
};

export function stateName(letter: PresenceLetter): string {
  return STATES[letter];
}

export function isThereLetter(letter: PresenceLetter): boolean {
  return letter === 'd' || letter === 's' || letter === 'm' || letter === 'c';
}

/** "crowd-3", and what is not ordinary about it: "crowd-3 · free-rider · symmetric NAT". */
export function peerName(model: ReportModel, peer: number): string {
  const behaviour = model.behaviours[model.peers.behaviour[peer] ?? -1] ?? 'honest';
  const nat = model.nats[model.peers.nat[peer] ?? -1] ?? 'open';
  return [
    model.peers.id[peer] ?? '',
    ...(behaviour === 'honest' ? [] : [behaviour]),
    ...(nat === 'open' ? [] : [`${nat} NAT`]),
  ].join(' · ');
}

/** "9 honest, 1 liar", by number; undefined when all are of the ordinary kind. */
export function kindsOf(
  names: readonly string[],
  kinds: readonly number[],
  ordinary: string,
): string | undefined {
  const counts = new Map<string, number>();
  for (const kind of kinds) {
    const name = names[kind] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size === 0 || (counts.size === 1 && counts.has(ordinary))) return undefined;
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** "every second", "every 3rd", "every 11th". */
export function everyNth(stride: number): string {
  if (stride === 2) return 'every second';
  const teen = stride % 100 > 10 && stride % 100 < 20;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][stride % 10] ?? 'th');
  return `every ${stride}${ending}`;
}
