/** A trace written by hand: one seed, three leechers, two pieces of 100 bytes, a run of 10 seconds. */
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';

const SECOND = 1_000_000;

/**
 *  0 s  seed and a arrive
 *  1 s  a has piece 0 (from the seed)
 *  2 s  b arrives; a has piece 1 (from the seed) and is complete
 *  4 s  b has piece 1 (from a); the seed leaves
 *  6 s  b has piece 0 (from a) and is complete
 *  8 s  a leaves as planned
 * 10 s  the run ends; b is switched off; c never arrived
 */
export function smallTrace(): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(
    {
      version: 1,
      scenario: 'small, "quoted"',
      seed: 3,
      sampleUs: SECOND,
      startsAtUs: 0,
      torrent: { name: 'two', totalBytes: 200, pieceLengthBytes: 100, pieceCount: 2 },
      groups: ['origin', 'crowd'],
      peers: [
        {
          id: 'seed',
          group: 0,
          upBytesPerSec: 100,
          downBytesPerSec: 100,
          have: 'all',
          behaviour: 'honest',
          nat: 'open',
        },
        {
          id: 'a',
          group: 1,
          upBytesPerSec: 50,
          downBytesPerSec: 200,
          have: 'none',
          behaviour: 'honest',
          nat: 'open',
        },
        {
          id: 'b',
          group: 1,
          upBytesPerSec: 50,
          downBytesPerSec: 50,
          have: 'none',
          behaviour: 'honest',
          nat: 'open',
        },
        {
          id: 'c',
          group: 1,
          upBytesPerSec: 50,
          downBytesPerSec: 50,
          have: 'none',
          behaviour: 'honest',
          nat: 'open',
        },
      ],
    },
    () => nowUs,
  );
  const [seed, a, b] = [0, 1, 2];
  const observers = [0, 1, 2].map((peer) => recorder.observer(peer));
  const give = (from: number, to: number, piece: number): void => {
    observers[from]?.blockSent(to, piece, 0, 100);
    observers[to]?.blockReceived(from, piece, 0, 100);
    observers[to]?.pieceVerified(piece, from);
  };
  recorder.peerJoined(seed);
  observers[seed]?.completed();
  recorder.peerJoined(a);
  nowUs = 1 * SECOND;
  give(seed, a, 0);
  nowUs = 2 * SECOND;
  recorder.peerJoined(b);
  give(seed, a, 1);
  observers[a]?.completed();
  nowUs = 4 * SECOND;
  give(a, b, 1);
  recorder.peerLeft(seed, 'planned', 'left');
  nowUs = 5 * SECOND;
  observers[b]?.pieceFailed(0);
  observers[b]?.blockWasted(a, 0, 0, 30);
  nowUs = 6 * SECOND;
  give(a, b, 0);
  observers[b]?.completed();
  nowUs = 8 * SECOND;
  recorder.peerLeft(a, 'planned', 'left');
  nowUs = 10 * SECOND;
  recorder.peerLeft(b, 'endOfRun', 'the run ended');
  return recorder.finish(nowUs);
}
