/** The targets, for a single thread of a machine with two shared cores of about 2020 and Node 20, by name of the figure. */

export interface Target {
  readonly figure: string;
  readonly limit: 'at most' | 'at least';
  /** In the unit of the figure. */
  readonly value: number;
}

export const TARGETS: readonly Target[] = [
  { figure: 'swarm-100/cost', limit: 'at most', value: 0.2 },
  { figure: 'swarm-1000/wall', limit: 'at most', value: 90 },
  { figure: 'swarm-1000/peak', limit: 'at most', value: 3 },
  { figure: 'swarm-10000/wall', limit: 'at most', value: 480 },
  { figure: 'swarm-10000/peak', limit: 'at most', value: 12 },
  { figure: 'pieces-16g/ratio', limit: 'at most', value: 1.3 },
  { figure: 'scaling/first-decade', limit: 'at most', value: 1.5 },
  { figure: 'scaling/second-decade', limit: 'at most', value: 1.5 },
  { figure: 'idle/day', limit: 'at most', value: 10 },
  { figure: 'memory/end', limit: 'at most', value: 600 },
  { figure: 'memory/peer', limit: 'at most', value: 0.3 },
  { figure: 'trace/share', limit: 'at most', value: 15 },
  { figure: 'start/total', limit: 'at most', value: 3 },
  { figure: 'sweep/speed-up', limit: 'at least', value: 1.85 },
  { figure: 'report/write', limit: 'at most', value: 5 },
  { figure: 'report/size', limit: 'at most', value: 8 },
  { figure: 'report/open', limit: 'at most', value: 2 },
  { figure: 'report/frames', limit: 'at least', value: 30 },
  { figure: 'live-page/frames', limit: 'at least', value: 59 },
  { figure: 'loopback/libtorrent-ratio', limit: 'at least', value: 0.8 },
  { figure: 'loopback/aria2-ratio', limit: 'at least', value: 1 },
  { figure: 'loopback/qBittorrent-ratio', limit: 'at least', value: 1 },
  { figure: 'loopback/WebTorrent-ratio', limit: 'at least', value: 1 },
  { figure: 'loopback/Transmission-ratio', limit: 'at least', value: 1 },
  { figure: 'loopback/swarmlab-leech-cpu', limit: 'at most', value: 2.5 },
  { figure: 'loopback/swarmlab-first', limit: 'at most', value: 0.2 },
  { figure: 'loopback/swarmlab-leech-peak', limit: 'at most', value: 200 },
  { figure: 'loopback/swarmlab-seed-peak', limit: 'at most', value: 200 },
  { figure: 'loopback-swarm/peak', limit: 'at most', value: 200 },
];

export function targetOf(figure: string): Target | undefined {
  return TARGETS.find((each) => each.figure === figure);
}

export function isMet(target: Target, value: number): boolean {
  return target.limit === 'at most' ? value <= target.value : value >= target.value;
}
