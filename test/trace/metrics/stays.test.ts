/** How long peers were there, and what uplinks they had in that time. */
import { describe, expect, it } from 'vitest';
import { foldPopulation } from '../../../src/trace/metrics/population.ts';
import { foldPresence } from '../../../src/trace/metrics/presence.ts';
import { foldStays } from '../../../src/trace/metrics/stays.ts';
import { uplinkChanges } from '../../../src/trace/metrics/uplinks.ts';
import { foldSentRate, foldSwarmUploadUse, foldUploadUse } from '../../../src/trace/metrics/upload-use.ts';
import { foldUtilisation } from '../../../src/trace/metrics/utilisation.ts';
import { handTrace } from './hand-trace.ts';

/** A seed throughout; one that comes at 10, is capped from 20, off from 30 to 40, crashes at 60 and is back at 70. */
const trace = handTrace({
  peers: [{ id: 'seed', have: 'all' }, { id: 'home' }, { id: 'never' }],
  endUs: 100,
  tell: (recorder, at) => {
    const home = recorder.observer(1);
    recorder.peerJoined(0);
    at(10);
    recorder.peerJoined(1);
    at(20);
    recorder.lineChanged(1, 400, 1000, 'cap');
    at(30);
    recorder.peerLeft(1, 'switchedOff', 'switched off');
    at(35);
    recorder.lineChanged(1, 1000, 1000, 'cap renewed');
    at(40);
    recorder.peerJoined(1);
    at(60);
    home.completed();
    recorder.peerLeft(1, 'crashed', 'crashed');
    at(70);
    recorder.peerJoined(1);
    at(80);
    recorder.peerLeft(1, 'planned', 'had enough');
    at(100);
    recorder.peerLeft(0, 'endOfRun', 'the run ended');
  },
});

describe('stays', () => {
  const stays = foldStays(trace);

  it('are sums over the time that a peer was there, and nought for one that never came', () => {
    expect([...stays.onlineUs]).toEqual([100, 50, 0]);
    expect([...stays.cappedUs]).toEqual([0, 10, 0]);
  });

  it('count absences until the departure for good, switched off or crashed', () => {
    expect([...stays.awayUs]).toEqual([0, 20, 0]);
  });

  it('know the longest stay without a break, whatever the line did in it', () => {
    expect([...stays.longestUs]).toEqual([100, 20, 0]);
  });

  it('take a peer that came with everything for complete from its arrival on', () => {
    expect(foldPresence(trace)[0]?.map(({ state }) => state)).toEqual(['complete']);
  });
});

describe('population', () => {
  it('counts those that came and are away for a while, until they leave for good', () => {
    const { timeUs, away } = foldPopulation(trace);
    expect(Array.from(timeUs, (us, row) => [us, away[row]])).toEqual([
      [0, 0],
      [10, 0],
      [30, 1],
      [40, 0],
      [60, 1],
      [70, 0],
      [80, 0],
    ]);
  });

  it('ends an absence with a departure during it', () => {
    const gone = handTrace({
      peers: [{ id: 'home' }],
      endUs: 50,
      tell: (recorder, at) => {
        recorder.peerJoined(0);
        at(10);
        recorder.peerLeft(0, 'switchedOff', 'switched off');
        at(20);
        recorder.peerLeft(0, 'planned', 'gave up');
      },
    });
    expect([...foldPopulation(gone).away]).toEqual([0, 1, 0]);
    expect(foldPresence(gone)[0]?.map(({ state }) => state)).toEqual(['downloading', 'away', 'left']);
  });

  it('takes nobody that misbehaves for a seed, and counts one group alone when asked to', () => {
    const mixed = handTrace({
      peers: [
        { id: 'seed', have: 'all' },
        { id: 'liar', have: 'all', behaviour: 'liar' },
      ],
      endUs: 10,
      tell: (recorder) => {
        recorder.peerJoined(0);
        recorder.peerJoined(1);
        recorder.observer(1).completed();
      },
    });
    const everybody = foldPopulation(mixed);
    expect([everybody.seeds[0], everybody.leechers[0]]).toEqual([1, 1]);
    expect(foldPopulation(mixed, (peer) => peer === 0).leechers[0]).toBe(0);
  });
});

describe('uplinks', () => {
  it('change with arrivals, departures and lines, and are nothing while the peer is not there', () => {
    const changes = [...uplinkChanges(trace)]
      .filter(({ peer }) => peer === 1)
      .map(({ timeUs, fromBytesPerSec, toBytesPerSec }) => [timeUs, fromBytesPerSec, toBytesPerSec]);
    expect(changes).toEqual([
      [10, 0, 1000],
      [20, 1000, 400],
      [30, 400, 0],
      [40, 0, 1000],
      [60, 1000, 0],
      [70, 0, 1000],
      [80, 1000, 0],
    ]);
  });

  it('keep a declared rate that is too large for the trace to say', () => {
    const fast = handTrace({
      peers: [{ id: 'server', upBytesPerSec: 1e10 }],
      endUs: 10,
      tell: (recorder, at) => {
        recorder.peerJoined(0);
        at(1);
        recorder.lineChanged(0, 5, 5, 'fault');
        at(2);
        recorder.lineChanged(0, 1e10, 1e10, 'restored');
      },
    });
    expect([...uplinkChanges(fast)].map(({ toBytesPerSec }) => toBytesPerSec)).toEqual([1e10, 5, 1e10]);
  });

  it('are what use is measured by, as they were', () => {
    const { capacityBytes, groups } = foldUtilisation(trace, 10);
    // 10 µs and 30 µs and 10 µs at 1,000 bytes/s, 10 µs at 400 bytes/s.
    expect(capacityBytes[1]).toBeCloseTo((1000 * 50 - 600 * 10) / 1e6, 12);
    expect(capacityBytes[0]).toBeCloseTo(0.1, 12);
    expect(groups).toBe(3);
  });
});

describe('use of uplinks as declared', () => {
  const SECOND = 1e6;
  const sending = handTrace({
    peers: [{ id: 'seed', have: 'all' }, { id: 'home-1' }, { id: 'home-2' }],
    sampleUs: SECOND,
    endUs: 40 * SECOND,
    tell: (recorder, at) => {
      recorder.peerJoined(0);
      recorder.peerJoined(1);
      at(5 * SECOND);
      recorder.observer(0).blockSent(1, 0, 0, 5000);
      recorder.lineChanged(0, 1, 1, 'cap');
      at(15 * SECOND);
      recorder.observer(1).blockSent(0, 0, 0, 1000);
      at(19.5 * SECOND);
      recorder.observer(1).completed();
      at(20 * SECOND);
      recorder.peerLeft(1, 'planned', 'left');
      at(30 * SECOND);
      recorder.observer(0).blockSent(1, 0, 0, 3000);
    },
  });

  it('is payload over rate and time there, of each peer and not of one that never came', () => {
    expect([...foldUploadUse(sending, foldStays(sending))]).toEqual([0.2, 0.05, Number.NaN]);
  });

  it('of the swarm ends with the sample of the last completion', () => {
    expect(foldSwarmUploadUse(sending)).toBeCloseTo(6000 / 40_000, 12);
  });

  it('of a swarm in which nobody ever was is not defined', () => {
    const empty = handTrace({ peers: [{ id: 'home' }], endUs: 10, tell: () => {} });
    expect(foldSwarmUploadUse(empty)).toBeUndefined();
  });

  it('the rate of sending is a mean over slices of ten seconds', () => {
    const { sliceUs, rates } = foldSentRate(sending);
    expect(sliceUs).toBe(10 * SECOND);
    expect(Array.from(rates, (rate) => rate * SECOND)).toEqual([500, 100, 300, 0]);
    expect(Array.from(foldSentRate(sending, (peer) => peer === 1).rates, (rate) => rate * SECOND)).toEqual([
      0, 100, 0, 0,
    ]);
  });

  it('the last slice is as long as the run lasted in it', () => {
    const short = handTrace({
      peers: [{ id: 'seed', have: 'all' }],
      sampleUs: 3 * SECOND,
      endUs: 14 * SECOND,
      tell: (recorder, at) => {
        recorder.peerJoined(0);
        at(13 * SECOND);
        recorder.observer(0).blockSent(0, 0, 0, 400);
      },
    });
    expect(foldSentRate(short).sliceUs).toBe(12 * SECOND);
    expect(foldSentRate(short).rates[1]).toBeCloseTo(200 / SECOND, 12);
  });
});
