/** A trace written by hand: peers in few words, and whatever is told to the recorder. Times are microseconds. */
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace, TracedPeer } from '../../../src/trace/trace.ts';

/** What one peer differs in from an honest leecher on a line of 1,000 bytes/s each way; `id` names its group too. */
export type HandPeer = Partial<Omit<TracedPeer, 'group'>> & { readonly id: string };

export interface HandTrace {
  readonly peers: readonly HandPeer[];
  readonly sampleUs?: number;
  readonly totalBytes?: number;
  readonly endUs: number;
  /** Everything that happens; `at` moves the clock. */
  tell(recorder: TraceRecorder, at: (timeUs: number) => void): void;
}

/** Two pieces; each peer is a group of its own, unless its name has a hyphen: then what stands before it. */
export function handTrace({ peers, sampleUs = 10, totalBytes = 32_768, endUs, tell }: HandTrace): Trace {
  const groupOf = (id: string): string => id.split('-')[0] ?? id;
  const groups = [...new Set(peers.map(({ id }) => groupOf(id)))];
  let nowUs = 0;
  const recorder = new TraceRecorder(
    {
      version: 1,
      scenario: 'by hand',
      seed: 1,
      sampleUs,
      startsAtUs: 0,
      torrent: { name: 'x', totalBytes, pieceLengthBytes: Math.ceil(totalBytes / 2), pieceCount: 2 },
      groups,
      peers: peers.map((peer) => ({
        group: groups.indexOf(groupOf(peer.id)),
        upBytesPerSec: 1000,
        downBytesPerSec: 1000,
        have: 'none',
        behaviour: 'honest',
        nat: 'open',
        ...peer,
      })),
    },
    () => nowUs,
  );
  tell(recorder, (timeUs) => {
    nowUs = timeUs;
  });
  return recorder.finish(endUs);
}
