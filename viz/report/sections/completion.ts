/** Completion of the downloaders over time, beside its lower bound. */
import { drawCompletionCurve } from '../../charts/completion-curve.ts';
import { readCompletion } from '../readings.ts';
import type { ChartSection } from '../section.ts';

export const COMPLETION: ChartSection = {
  id: 'completion',
  part: 'swarm',
  title: 'Completion',
  units: 'share of the downloaders over virtual time',
  shows: [
    'peer.complete',
    'peer.completion_time',
    'peer.download_time',
    'peers.complete',
    'bound.completion',
    'bound.client_server',
  ],
  reading: readCompletion,
  definition: () =>
    'Share of the downloaders that hold every piece. Dashed: the lower bound, payload only. The k-th downloader can be done no sooner than the seeds can send the file once, than its own downlink can take it in, and than all uplinks present by then can send k files. For a crowd that arrives at once the last point is max(F/u_s, F/d_min, N·F/(u_s + Σu)).',
  table({ completion, facts, groups, peers }) {
    const count = Math.max(completion.peers.length, completion.boundUs.length);
    const shown = [0.05, 0.25, 0.5, 0.75, 0.95, 1].map((share) =>
      Math.max(0, Math.ceil(share * facts.downloaders) - 1),
    );
    return {
      columns: [
        { name: 'share', title: 'Downloaders complete', unit: 'share' },
        { name: 'completed_us', title: 'At', unit: 'us', none: 'never' },
        { name: 'bound_us', title: 'At best', unit: 'us', none: 'no bound' },
        { name: 'peer', title: 'Peer', unit: 'text' },
        { name: 'group', title: 'Group', unit: 'text' },
      ],
      count: Math.max(count, facts.downloaders),
      row(index) {
        const peer = completion.peers[index];
        return [
          (index + 1) / Math.max(1, facts.downloaders),
          peers.completedUs[peer ?? -1] ?? null,
          completion.boundUs[index] ?? null,
          peer === undefined ? null : (peers.id[peer] ?? ''),
          peer === undefined ? null : (groups[peers.group[peer] ?? -1]?.name ?? ''),
        ];
      },
      shown: facts.downloaders === 0 ? [] : [...new Set(shown)],
    };
  },
  prepare: (host, context) => () => drawCompletionCurve(host, context),
};
