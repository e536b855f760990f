/**
 * The swarm that libtorrent's simulation was measured with: one seed, lines of 1000 kB/s both ways, 25 ms a side, 16 MiB
 * in pieces of 256 KiB, everybody there from the start. The connections are ours, about 50 a peer; theirs were 10 dials.
 */
import { measurePlan, planOf, type SwarmMeasurement } from './swarm.ts';

const CONTENT_MIB = 16;

/** `nodes`: the seed and those that download. */
export function measureToolsSwarm(nodes: number): SwarmMeasurement {
  const peers = nodes - 1;
  const link = '{ down: 8 Mbit/s, up: 8 Mbit/s, latency: 25ms }';
  const plan = planOf(`
version: 1
name: bench-tools-${nodes}
seed: 1
time: { until: 12h, sample: 1s }
torrent: { size: ${CONTENT_MIB} MiB, piece: 256 KiB }
peers:
  - { group: origin, have: all, link: ${link} }
  - { group: crowd, count: ${peers}, link: ${link} }
expect:
  - { name: everyone finishes, that: "fraction(peer.complete) == 1" }
`);
  return measurePlan(plan, { peers, contentMiB: CONTENT_MIB }).measured;
}
