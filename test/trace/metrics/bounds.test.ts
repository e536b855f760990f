import { describe, expect, it } from 'vitest';
import { type CompletionBounds, foldBounds, leastMargin } from '../../../src/trace/metrics/bounds.ts';
import { foldPeerTimes, sortedPresent } from '../../../src/trace/metrics/peer-times.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';
import { type HandPeer, handTrace } from './hand-trace.ts';

interface Line {
  readonly up: number;
  readonly down: number;
  readonly arriveSec?: number;
}

/** A run in which these leechers arrive and nothing else happens. */
function arrivals(fileBytes: number, seedUp: number | undefined, leechers: readonly Line[]): Trace {
  let nowUs = 0;
  const seeds =
    seedUp === undefined
      ? []
      : [{ up: seedUp, down: 1, have: 'all' as const, behaviour: 'honest', nat: 'open' }];
  const lines = [
    ...seeds,
    ...leechers.map((line) => ({ ...line, have: 'none' as const, behaviour: 'honest', nat: 'open' })),
  ];
  const recorder = new TraceRecorder(
    {
      version: 1,
      scenario: 'bound',
      seed: 1,
      sampleUs: 1e6,
      startsAtUs: 0,
      torrent: { name: 'file', totalBytes: fileBytes, pieceLengthBytes: fileBytes, pieceCount: 1 },
      groups: ['all'],
      peers: lines.map((line, index) => ({
        id: `peer-${index}`,
        group: 0,
        upBytesPerSec: line.up,
        downBytesPerSec: line.down,
        have: line.have,
        behaviour: 'honest',
        nat: 'open',
      })),
    },
    () => nowUs,
  );
  const order = lines.map((line, index) => ({
    index,
    atUs: ('arriveSec' in line ? (line.arriveSec ?? 0) : 0) * 1e6,
  }));
  for (const { index, atUs } of order.sort((a, b) => a.atUs - b.atUs)) {
    nowUs = atUs;
    recorder.peerJoined(index);
  }
  return recorder.finish(1e9);
}

function boundsOf(
  fileBytes: number,
  seedUp: number | undefined,
  leechers: readonly Line[],
): CompletionBounds {
  const bounds = foldBounds(arrivals(fileBytes, seedUp, leechers));
  if (bounds === undefined) throw new Error('no downloader');
  return bounds;
}

const curveSec = (bounds: CompletionBounds): number[] => Array.from(bounds.curveUs, (us) => us / 1e6);

describe('lower bound', () => {
  it('is F/u_s where the seed is slow', () => {
    const bounds = boundsOf(1000, 10, [
      { up: 500, down: 1000 },
      { up: 500, down: 1000 },
    ]);
    expect(bounds.classicUs).toBe(100e6);
    expect(curveSec(bounds)).toEqual([100, 100]);
  });

  it('is F/d_min where one downlink is slow, and only its owner waits for that', () => {
    const bounds = boundsOf(1000, 1000, [
      { up: 500, down: 4 },
      { up: 500, down: 1000 },
    ]);
    expect(bounds.slowestDownlinkUs).toBe(250e6);
    expect(bounds.classicUs).toBe(250e6);
    expect(curveSec(bounds)).toEqual([1, 250]);
  });

  it('is N·F/(u_s + Σu) where uplinks are scarce', () => {
    const bounds = boundsOf(
      1000,
      100,
      Array.from({ length: 20 }, () => ({ up: 5, down: 1000 })),
    );
    expect(bounds.classicUs).toBe(100e6);
    expect(bounds.completionUs).toBe(100e6);
    expect(curveSec(bounds)[9]).toBeCloseTo(50, 9);
  });

  it('equals the textbook form for any crowd that arrives at one instant', () => {
    for (const count of [1, 5, 50]) {
      const crowd = Array.from({ length: count }, (_, index) => ({
        up: 3 + index,
        down: 40 + index,
        arriveSec: 7,
      }));
      const bounds = boundsOf(1000, 60, crowd);
      expect(bounds.firstArrivalUs).toBe(7e6);
      expect(bounds.completionUs).toBeCloseTo(bounds.classicUs, 3);
    }
  });

  it('counts the uplink of a peer only from its arrival on', () => {
    // 10 bytes/s for 50 s, then 20 bytes/s: two files of 1000 bytes take 50 + 75 s.
    const bounds = boundsOf(1000, 10, [
      { up: 0, down: 1e6 },
      { up: 10, down: 1e6, arriveSec: 50 },
    ]);
    expect(curveSec(bounds)).toEqual([100, 125]);
    expect(bounds.classicUs).toBe(100e6);
  });

  it('holds a late peer to its own downlink', () => {
    const bounds = boundsOf(1000, 1e6, [
      { up: 0, down: 1000 },
      { up: 0, down: 100, arriveSec: 300 },
    ]);
    expect(curveSec(bounds)).toEqual([1, 310]);
  });

  it('is infinite without a seed, and undefined without a downloader', () => {
    expect(boundsOf(1000, undefined, [{ up: 1, down: 1 }]).completionUs).toBe(Number.POSITIVE_INFINITY);
    expect(foldBounds(arrivals(1000, 5, []))).toBeUndefined();
  });

  it('of the seeds alone is N·F/u_s after the first arrival, or what the last to arrive takes', () => {
    const line = { up: 500, down: 20 };
    expect(boundsOf(1000, 10, [line, line]).clientServerUs).toBe(200e6);
    expect(boundsOf(1000, 10, [line, { ...line, arriveSec: 150 }]).clientServerUs).toBe(250e6);
    expect(boundsOf(1000, 10, [line, { up: 1, down: 4, arriveSec: 7 }]).clientServerUs).toBe(257e6);
    expect(boundsOf(1000, undefined, [line]).clientServerUs).toBe(Number.POSITIVE_INFINITY);
  });

  describe('with peers that misbehave', () => {
    const rate = (upBytesPerSec: number): Partial<HandPeer> => ({ upBytesPerSec, downBytesPerSec: 1e6 });
    const bound = (peers: readonly HandPeer[], lastComes = 0): CompletionBounds | undefined =>
      foldBounds(
        handTrace({
          peers,
          totalBytes: 1000,
          endUs: 1e9,
          tell: (recorder, at) => {
            for (const index of peers.keys()) {
              if (index === peers.length - 1) at(lastComes);
              recorder.peerJoined(index);
            }
          },
        }),
      );
    const seed: HandPeer = { id: 'seed', have: 'all', ...rate(100) };
    const home: HandPeer = { id: 'home', ...rate(0) };

    it.each(['liar', 'poisoner', 'flooder', 'slow-reader', 'free-rider'])(
      'no %s is a source',
      (behaviour) => {
        const other: HandPeer = { id: 'other', have: 'all', behaviour, ...rate(1e6) };
        expect(bound([seed, other, home])?.completionUs).toBe(10e6);
      },
    );

    it.each([
      ['free-rider', 2, 20e6],
      ['liar', 1, 10e6],
      ['poisoner', 1, 10e6],
      ['flooder', 1, 10e6],
      ['slow-reader', 1, 10e6],
    ])('a %s passes nothing on; downloaders: %d', (behaviour, downloaders, completionUs) => {
      const bounds = bound([seed, home, { id: 'other', behaviour, ...rate(1e6) }]);
      expect(bounds?.curveUs.length).toBe(downloaders);
      expect(bounds?.completionUs).toBe(completionUs);
    });

    it('a staller may serve before it falls silent, so that its uplink counts', () => {
      const staller: HandPeer = { id: 'other', have: 'all', behaviour: 'staller', ...rate(100) };
      expect(bound([seed, staller, home])?.completionUs).toBe(5e6);
    });

    it('one that is there before the first downloader has sent nothing until then', () => {
      const staller: HandPeer = { id: 'other', behaviour: 'staller', ...rate(100) };
      const bounds = bound([seed, staller, home], 7e6);
      expect(bounds?.firstArrivalUs).toBe(7e6);
      expect(Array.from(bounds?.curveUs ?? [])).toEqual([17e6]);
    });
  });

  it('takes lines as declared and everybody for present, whatever happens to them', () => {
    const plain = { peers: [{ id: 'seed', have: 'all' as const }, { id: 'home' }], endUs: 1e9 };
    const calm = handTrace({
      ...plain,
      tell: (recorder) => {
        recorder.peerJoined(0);
        recorder.peerJoined(1);
      },
    });
    const rough = handTrace({
      ...plain,
      tell: (recorder, at) => {
        recorder.peerJoined(0);
        recorder.peerJoined(1);
        at(1e6);
        recorder.lineChanged(0, 1, 1, 'cap');
        recorder.peerLeft(1, 'crashed', 'crashed');
        at(9e6);
        recorder.peerJoined(1);
      },
    });
    expect(foldBounds(rough)).toEqual(foldBounds(calm));
  });

  it('is beaten by no finisher of a swarm that never wastes an upload', () => {
    for (const seed of [1, 2, 3]) {
      const trace = syntheticTrace({ peers: 20, pieces: 64, seed });
      const curve = (foldBounds(trace) as CompletionBounds).curveUs;
      const completed = sortedPresent(foldPeerTimes(trace).completedUs);
      expect(completed.length).toBe(20);
      // The generator hands out whole ticks of 50 ms, up to one of them in advance.
      for (const [k, us] of completed.entries())
        expect(us).toBeGreaterThanOrEqual((curve[k] as number) - 50_000);
    }
  });
});

describe('for peers that bring a part along', () => {
  /** Two pieces of 1,000 bytes; whoever has some has the first. */
  const trace = (have: readonly HandPeer[]): Trace =>
    handTrace({
      peers: have,
      totalBytes: 2000,
      endUs: 10,
      tell: (recorder) => {
        for (const [index, peer] of have.entries()) {
          recorder.peerJoined(index);
          if (peer.have === 'some') recorder.observer(index).pieceVerified(0, -1);
        }
      },
    });
  const some = { have: 'some' as const };

  it('counts what they lack, and for the seeds what nobody else has', () => {
    const all: HandPeer[] = [
      { id: 'seed', have: 'all', upBytesPerSec: 500 },
      { id: 'a', ...some },
      { id: 'b', upBytesPerSec: 0, downBytesPerSec: 100 },
    ];
    expect(foldBounds(trace(all))).toMatchObject({
      fileFromSeedsUs: 2e6,
      slowestDownlinkUs: 20e6,
      allCopiesUs: 2e6,
      clientServerUs: 20e6,
    });
  });

  it('is finite without seeds where together they have everything they lack, and infinite where not', () => {
    const pair: HandPeer[] = [
      { id: 'a', ...some },
      { id: 'b', ...some },
    ];
    expect(foldBounds(trace(pair))?.fileFromSeedsUs).toBe(Number.POSITIVE_INFINITY);
  });
});

it.each([
  // F = 15 Gbit, u_s = 30 Mbit/s, d = 2 Mbit/s (a worked exercise of Kurose and Ross): peers, u in Mbit/s, seconds of client and server, of a swarm.
  [10, 0.5, 7500, 7500],
  [10, 2, 7500, 7500],
  [100, 0.5, 50_000, 18_750],
  [100, 1, 50_000, 11_538.5],
  [100, 2, 50_000, 7500],
  [1000, 0.5, 500_000, 28_301.9],
  [1000, 1, 500_000, 14_563.1],
  [1000, 2, 500_000, 7500],
])('the worked table: %s peers that send %s Mbit/s', (count, up, alone, swarm) => {
  const mbit = 125_000;
  const line = { up: up * mbit, down: 2 * mbit };
  const bounds = foldBounds(
    arrivals(
      15_000 * mbit,
      30 * mbit,
      Array.from({ length: count }, () => line),
    ),
  );
  expect((bounds?.clientServerUs ?? 0) / 1e6).toBeCloseTo(alone, 0);
  expect((bounds?.classicUs ?? 0) / 1e6).toBeCloseTo(swarm, 0);
});

describe('the margin of finishers over the bound', () => {
  /** Two that come at 10 s and could both be done after 16.384 s; they complete so many seconds after they came. */
  const margin = (...seconds: readonly number[]): number | undefined =>
    leastMargin(
      handTrace({
        peers: [
          { id: 'seed', have: 'all', upBytesPerSec: 2000 },
          { id: 'a', downBytesPerSec: 4000 },
          { id: 'b', downBytesPerSec: 4000 },
        ],
        endUs: 1e9,
        tell: (recorder, at) => {
          recorder.peerJoined(0);
          at(10e6);
          recorder.peerJoined(1);
          recorder.peerJoined(2);
          for (const [index, second] of seconds.entries()) {
            at(10e6 + second * 1e6);
            recorder.observer(index + 1).completed();
          }
        },
      }),
    );

  it('is that of the finisher who comes closest', () => {
    expect(margin(16.384, 20)).toBe(1);
    expect(margin(20.48, 32.768)).toBe(1.25);
    expect(margin(8.192, 40)).toBe(0.5);
  });

  it('is none where nobody completes', () => {
    expect(margin()).toBeUndefined();
    expect(leastMargin(arrivals(1000, 10, []))).toBeUndefined();
  });
});
