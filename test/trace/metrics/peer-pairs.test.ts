import { describe, expect, it } from 'vitest';
import { foldPeerPairs } from '../../../src/trace/metrics/peer-pairs.ts';
import type { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { handTrace } from './hand-trace.ts';

type Tell = (recorder: TraceRecorder, at: (timeUs: number) => void, meet: () => void) => void;

/** A seed and two leechers for 100 µs; `meet` connects the two, from both ends. */
function pairTrace(tell: Tell): Trace {
  return handTrace({
    peers: [{ id: 'seed', have: 'all' }, { id: 'one' }, { id: 'two' }],
    endUs: 100,
    tell: (recorder, at) => {
      for (const peer of [0, 1, 2]) {
        recorder.registerHost(`10.0.0.${peer}`, peer);
        recorder.peerJoined(peer);
      }
      tell(recorder, at, () => {
        recorder.observer(1).connected({ host: '10.0.0.2', port: 1 }, new Uint8Array(20), true);
        recorder.observer(2).connected({ host: '10.0.0.1', port: 1 }, new Uint8Array(20), false);
      });
    },
  });
}

function pairOf(trace: Trace, from: number, to: number): Record<string, number> | undefined {
  const pairs = foldPeerPairs(trace);
  for (let place = 0; place < pairs.count; place++) {
    if (pairs.from[place] !== from || pairs.to[place] !== to) continue;
    return {
      connected: pairs.connectedUs[place] as number,
      interested: pairs.interestedUs[place] as number,
      interestedLeeching: pairs.interestedLeechingUs[place] as number,
      unchoked: pairs.unchokedUs[place] as number,
      unchokedLeeching: pairs.unchokedLeechingUs[place] as number,
      regular: pairs.regularUs[place] as number,
    };
  }
  return undefined;
}

describe('pairs of peers', () => {
  it('add up how long one was interested in the other and unchoked by it, in each direction', () => {
    const trace = pairTrace((recorder, at, meet) => {
      const [one, two] = [recorder.observer(1), recorder.observer(2)];
      at(10);
      meet();
      at(20);
      two.interestChanged(1, true);
      at(30);
      one.unchoked(2, 'optimistic');
      at(35);
      one.unchoked(2, 'regular');
      at(50);
      one.choked(2);
      two.interestChanged(1, false);
      at(60);
      one.disconnected(2, 'enough', 'none');
      two.disconnected(1, 'enough', 'none');
    });
    expect(pairOf(trace, 1, 2)).toEqual({
      connected: 50,
      interested: 30,
      interestedLeeching: 30,
      unchoked: 20,
      unchokedLeeching: 20,
      regular: 15,
    });
    expect(pairOf(trace, 2, 1)).toMatchObject({ connected: 50, interested: 0, unchoked: 0 });
    expect(foldPeerPairs(trace).count).toBe(2);
  });

  it('tell the time as a downloader from that as a seed', () => {
    const trace = pairTrace((recorder, at, meet) => {
      meet();
      recorder.observer(2).interestChanged(1, true);
      recorder.observer(1).unchoked(2, 'regular');
      at(40);
      recorder.observer(1).completed();
    });
    expect(pairOf(trace, 1, 2)).toEqual({
      connected: 100,
      interested: 100,
      interestedLeeching: 40,
      unchoked: 100,
      unchokedLeeching: 40,
      regular: 40,
    });
  });

  it('end when one of them crashes, and begin anew when they meet again', () => {
    const trace = pairTrace((recorder, at, meet) => {
      meet();
      recorder.observer(2).interestChanged(1, true);
      recorder.observer(1).unchoked(2, 'seed');
      at(10);
      recorder.peerLeft(2, 'crashed', 'crashed');
      at(50);
      recorder.peerJoined(2);
      meet();
      at(90);
      recorder.peerLeft(1, 'endOfRun', 'the run ended');
    });
    expect(pairOf(trace, 1, 2)).toMatchObject({ connected: 60, interested: 10, unchoked: 10 });
    expect(pairOf(trace, 2, 1)).toMatchObject({ connected: 60 });
  });

  it('are none with peers that are not part of the run, nor without a meeting', () => {
    const trace = pairTrace((recorder) => {
      recorder.observer(1).connected({ host: '192.0.2.1', port: 1 }, new Uint8Array(20), true);
      recorder.observer(1).interestChanged(-1, true);
      recorder.observer(1).unchoked(-1, 'regular');
      recorder.observer(1).disconnected(-1, 'gone', 'remote');
      recorder.observer(1).choked(2);
    });
    expect(foldPeerPairs(trace).count).toBe(0);
  });
});
