/** What a report says beside its trace, for tests: two expectations, one of which failed. */
import type { ReportInfo } from '../../viz/report/model.ts';

export function reportInfo(changes: Partial<ReportInfo> = {}): ReportInfo {
  return {
    title: 'synthetic-crowd',
    description: 'Sixty home users and one seed.',
    verdicts: [
      {
        name: 'everyone finishes',
        expression: 'fraction(peer.complete{group=crowd}) == 1',
        outcome: 'held',
        measured: '60 of 60',
      },
      {
        name: 'the source is spared',
        expression: 'sum(peer.sent{group=origin}) < 3 * torrent.size',
        outcome: 'failed',
        measured: '312 MiB, limit 192 MiB',
      },
    ],
    replayCommand: 'npx swarmlab run synthetic-crowd --seed 1',
    version: '0.0.0',
    network: 'simulated network',
    ...changes,
  };
}
