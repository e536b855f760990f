/**
 * A run by hand in which everything happens that a report can show: 60 seconds, two pieces, one seed, three homes of
 * which one is a free-rider, and a liar.
 *
 *   0 s  all but home-3 arrive          10 s  the partition begins; home-1 is switched off
 *  15 s  home-2 uses up its cap         20 s  the partition ends; home-1 is back, with nothing
 *  25 s  home-3 arrives                 30 s  home-3 crashes; the seed's line is limited to the end
 *  40 s  home-1 and home-2 complete     45 s  home-2's cap is renewed
 *  50 s  the seed is made to leave
 */
import type { Trace } from '../../src/trace/trace.ts';
import { handTrace } from '../trace/metrics/hand-trace.ts';

const SECOND = 1_000_000;
export const PARTITION = 'partition seed | home for 10s';
export const LIMIT = 'line up 4 kbit/s at seed';
export const LEAVE = 'leave seed';

export function eventfulTrace(): Trace {
  return handTrace({
    peers: [
      { id: 'seed', have: 'all', upBytesPerSec: 2000 },
      { id: 'home-1', nat: 'symmetric' },
      { id: 'home-2', behaviour: 'free-rider' },
      { id: 'home-3' },
      { id: 'liar', behaviour: 'liar' },
    ],
    sampleUs: SECOND,
    endUs: 60 * SECOND,
    tell: (recorder, at) => {
      const [seed, first, second] = [0, 1, 2].map((peer) => recorder.observer(peer));
      const give = (piece: number, to: number): void => {
        seed?.blockSent(to, piece, 0, 16_384);
        recorder.observer(to).blockReceived(0, piece, 0, 16_384);
        recorder.observer(to).pieceVerified(piece, 0);
      };
      for (const peer of [0, 1, 2, 4]) recorder.peerJoined(peer);
      at(5 * SECOND);
      give(0, 1);
      at(10 * SECOND);
      recorder.fault(0, true, PARTITION);
      recorder.peerLeft(1, 'switchedOff', 'switched off');
      at(15 * SECOND);
      recorder.lineChanged(2, 100, 1000, 'cap');
      at(20 * SECOND);
      recorder.fault(0, false, PARTITION);
      recorder.peerJoined(1);
      first?.pieceVerified(0, -1);
      at(25 * SECOND);
      recorder.peerJoined(3);
      at(30 * SECOND);
      recorder.peerLeft(3, 'crashed', 'crashed');
      recorder.fault(1, true, LIMIT);
      recorder.lineChanged(0, 500, 1000, 'fault');
      at(40 * SECOND);
      give(1, 1);
      first?.completed();
      give(0, 2);
      give(1, 2);
      second?.completed();
      at(45 * SECOND);
      recorder.lineChanged(2, 1000, 1000, 'cap renewed');
      at(50 * SECOND);
      recorder.fault(2, true, LEAVE);
      recorder.peerLeft(0, 'planned', LEAVE);
      at(60 * SECOND);
    },
  });
}
