/** What two traces differ in first. The engine is deterministic, so the traces that differ are made by hand. */
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../src/scenarios/first-difference.ts';
import { TraceRecorder } from '../../src/trace/recorder.ts';
import type { Trace, TraceHeader } from '../../src/trace/trace.ts';

const HEADER: TraceHeader = {
  version: 1,
  scenario: 'two',
  seed: 1,
  sampleUs: 1_000_000,
  startsAtUs: 0,
  torrent: { name: 'two', totalBytes: 100, pieceLengthBytes: 50, pieceCount: 2 },
  groups: ['all'],
  peers: ['ann-0', 'bob-0'].map((id) => ({
    id,
    group: 0,
    upBytesPerSec: 1000,
    downBytesPerSec: 1000,
    have: 'none',
    behaviour: 'honest',
    nat: 'open',
  })),
};

interface Run {
  readonly atUs?: number;
  readonly piece?: number;
  readonly blockBytes?: number;
  readonly completes?: boolean;
  /** Of one more block, at 3 s; then everything else is later, too. */
  readonly earlyBytes?: number;
  readonly begin?: number;
  readonly wasted?: boolean;
  readonly endUs?: number;
}

function trace(run: Run): Trace {
  const { atUs = 5_000_000, piece = 1, blockBytes = 50, completes = false, earlyBytes = 0, begin = 0 } = run;
  let nowUs = 0;
  const recorder = new TraceRecorder(HEADER, () => nowUs);
  recorder.registerHost('10.0.0.1', 0);
  recorder.registerHost('10.0.0.2', 1);
  recorder.peerJoined(0);
  recorder.peerJoined(1);
  const bob = recorder.observer(1);
  const ann = bob.connected({ host: '10.0.0.1', port: 6881 }, new Uint8Array(20), true);
  nowUs = 3_000_000;
  if (earlyBytes > 0) bob.blockReceived(ann, piece, 0, earlyBytes);
  nowUs = earlyBytes > 0 ? atUs + 500_000 : atUs;
  bob.blockReceived(ann, piece, begin, blockBytes);
  if (run.wasted === true) bob.blockWasted(ann, piece, 0, 50);
  bob.pieceVerified(piece, ann);
  if (completes) bob.completed();
  nowUs = 9_000_000;
  return recorder.finish(run.endUs ?? nowUs);
}

describe('the first difference of two traces', () => {
  test('is none when they are equal', () => {
    expect(firstDifference(trace({}), trace({}))).toBeUndefined();
  });

  test.each<[string, Run, RegExp]>([
    [
      'another time',
      { atUs: 6_000_000 },
      /^event 3: bob-0 pieceVerified \(1, .* at 5s in the first run, .* at 6s in/,
    ],
    [
      'a microsecond',
      { atUs: 5_000_001 },
      /^event 3: .* at 5s in the first run, bob-0 pieceVerified .* at 5.000001s in the second$/,
    ],
    [
      'another piece',
      { piece: 0 },
      /^event 3: bob-0 pieceVerified \(1, .* bob-0 pieceVerified \(0, .* the second$/,
    ],
    [
      'one more event',
      { completes: true },
      /^event 4: bob-0 completed .* at 5s in the second run, nothing more in the first$/,
    ],
    [
      'only a block',
      { blockBytes: 49 },
      /^blocks: bob-0 received 50 bytes between 4s and 5s in the first run, 49 in the second; all stored/,
    ],
    [
      'a block some time before the first event',
      { earlyBytes: 10 },
      /^blocks: bob-0 received 0 bytes between 2s and 3s .* first event that differs is event 3: bob-0 pieceV/,
    ],
    ['only the place in a piece', { begin: 1 }, /^the order or the places of blocks \(digests \w+ and \w+\)/],
    [
      'only what was of no use',
      { wasted: true },
      /^bob-0 wasted 0 bytes in the first run, 50 in the second$/,
    ],
    ['only the end', { endUs: 9_500_000 }, /^the first run ends at 9s, the second at 9.5s$/],
  ])('of %s', (_, changes, expected) => {
    expect(firstDifference(trace({}), trace(changes))).toMatch(expected);
  });
});
