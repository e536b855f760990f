/** The swarm that most chapters are about, so that each changes one thing only: a server, and twelve homes around it. */

export interface HomesChanges {
  readonly name: string;
  readonly description: string;
  /** The expectation that the chapter rests on. */
  readonly expect: string;
  /** What that is called. */
  readonly expected?: string;
  readonly until?: string;
  /** Lines of their own at the top: "swarm: off". */
  readonly top?: string;
  /** More keys of the source and of the homes: ", stay: { until: 25s }". */
  readonly source?: string;
  readonly homes?: string;
  /** The downlink of a home. */
  readonly down?: string;
}

/** 6 MiB in 48 pieces; the source gives out 2 Mbit/s, a home 1 Mbit/s. */
export function homesText(changes: HomesChanges): string {
  const {
    name,
    description,
    expect,
    expected = 'what the chapter says',
    until = '10m',
    top = '',
    source = '',
    homes = '',
    down,
  } = changes;
  return `version: 1
name: ${name}
description: ${description}
seed: 1
time: { until: ${until}, sample: 200ms }
${top === '' ? '' : `${top}\n`}torrent: { size: 6 MiB, piece: 128 KiB }
peers:
  - { group: source, have: all, link: { down: 2 Mbit/s, up: 2 Mbit/s, latency: 10ms }${source} }
  - { group: homes, count: 12, link: { down: ${down ?? '16 Mbit/s'}, up: 1 Mbit/s, latency: 10ms..30ms }${homes} }
expect:
  - { name: ${expected}, that: "${expect}" }
`;
}

export const EVERYONE_FINISHES = 'fraction(peer.complete{group=homes}) == 1';
export const NOBODY_FINISHES = 'fraction(peer.complete{group=homes}) == 0';
