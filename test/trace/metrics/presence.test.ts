/** When peers were there, on a trace made by hand. */
import { expect, it } from 'vitest';
import { Holdings } from '../../../src/trace/metrics/holdings.ts';
import { foldPopulation } from '../../../src/trace/metrics/population.ts';
import { foldPresence } from '../../../src/trace/metrics/presence.ts';
import { TraceRecorder } from '../../../src/trace/recorder.ts';
import type { Trace } from '../../../src/trace/trace.ts';

const peer = (id: string, have: 'all' | 'none', behaviour = 'honest') => ({
  id,
  group: 0,
  upBytesPerSec: 1000,
  downBytesPerSec: 1000,
  have,
  behaviour,
  nat: 'open',
});

function record(
  tell: (recorder: TraceRecorder, at: (timeUs: number) => void) => void,
  behaviour?: string,
): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(
    {
      version: 1,
      scenario: 'by hand',
      seed: 1,
      sampleUs: 1000,
      startsAtUs: 0,
      torrent: { name: 'x', totalBytes: 32_768, pieceLengthBytes: 16_384, pieceCount: 2 },
      groups: ['all'],
      peers: [peer('seed', 'all', behaviour), peer('leecher', 'none')],
    },
    () => nowUs,
  );
  tell(recorder, (timeUs) => {
    nowUs = timeUs;
  });
  return recorder.finish(100);
}

const trace = record((recorder, at) => {
  const leecher = recorder.observer(1);
  recorder.peerJoined(0);
  recorder.observer(0).pieceVerified(0, -1);
  recorder.observer(0).pieceVerified(1, -1);
  recorder.observer(0).completed();
  at(10);
  recorder.peerJoined(1);
  at(20);
  leecher.pieceVerified(0, 0);
  recorder.lineChanged(1, 5, 5, 'cap');
  at(30);
  recorder.peerLeft(1, 'switchedOff', 'switched off');
  recorder.lineChanged(1, 1000, 1000, 'cap renewed');
  at(40);
  recorder.peerJoined(1);
  leecher.pieceVerified(0, -1);
  at(50);
  leecher.pieceVerified(1, 0);
  leecher.completed();
  at(60);
  recorder.peerLeft(1, 'crashed', 'crashed');
  at(70);
  recorder.peerLeft(0, 'planned', 'left as planned');
  at(100);
  recorder.peerLeft(1, 'endOfRun', 'the run ended');
});

it('each peer has a strip of spans without gaps', () => {
  expect(
    foldPresence(trace).map((spans) => spans.map(({ state, fromUs, toUs }) => [state, fromUs, toUs])),
  ).toEqual([
    [
      ['complete', 0, 70],
      ['left', 70, 100],
    ],
    [
      ['downloading', 10, 20],
      ['capped', 20, 30],
      ['away', 30, 40],
      ['downloading', 40, 50],
      ['complete', 50, 60],
      ['crashed', 60, 100],
    ],
  ]);
});

it('copies go with a peer that is switched off and come back with what it says it holds', () => {
  const copiesAt = copiesOf(trace);
  expect([20, 30, 40, 50, 60, 70].map((timeUs) => copiesAt(timeUs))).toEqual([
    [2, 1],
    [1, 1],
    [2, 1],
    [2, 2],
    [1, 1],
    [0, 0],
  ]);
});

it('who comes back counts as what it says it is', () => {
  const { count, timeUs, seeds, leechers } = foldPopulation(trace);
  const rows = Array.from({ length: count }, (_, row) => [timeUs[row], seeds[row], leechers[row]]);
  expect(rows).toEqual([
    [0, 1, 0],
    [10, 1, 1],
    [30, 1, 0],
    [40, 1, 1],
    [50, 2, 0],
    [60, 1, 0],
    [70, 0, 0],
  ]);
});

it('what a peer that misbehaves claims to hold is no copy', () => {
  const dishonest = record((recorder) => {
    recorder.peerJoined(0);
    recorder.observer(0).pieceVerified(0, -1);
  }, 'poisoner');
  expect(copiesOf(dishonest)(100)).toEqual([0, 0]);
});

function copiesOf(from: Trace): (timeUs: number) => number[] {
  return (timeUs) => {
    const holdings = new Holdings(from);
    const { events } = from;
    for (let row = 0; row < events.count && (events.timeUs[row] as number) <= timeUs; row++)
      holdings.apply(row);
    return [...holdings.copies];
  };
}
