/**
 * The swarm that libtorrent's simulation was measured with: one seed, lines of 1000 kB/s both ways, 25 ms a side, 16 MiB
 * in pieces of 256 KiB, everybody there from the start.
 */
import { measurePlan, planOf, type SwarmMeasurement } from './swarm.ts';

export const TOOLS_CONTENT_MIB = 16;

/** `peers`: those that download. */
export function measureToolsSwarm(peers: number): SwarmMeasurement {
  const link = '{ down: 8 Mbit/s, up: 8 Mbit/s, latency: 25ms }';
  const plan = planOf(`
version: 1
name: bench-tools-${peers}
seed: 1
time: { until: 12h, sample: 1s }
torrent: { size: ${TOOLS_CONTENT_MIB} MiB, piece: 256 KiB }
peers:
  - { group: origin, have: all, link: ${link} }
  - { group: crowd, count: ${peers}, link: ${link} }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete) == 1" }
`);
  return measurePlan(plan, { peers, contentMiB: TOOLS_CONTENT_MIB }).measured;
}
