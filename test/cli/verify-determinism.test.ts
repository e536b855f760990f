/** What two traces differ in first. The engine is deterministic, so the traces that differ are made by hand. */
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../src/cli/verify-determinism.ts';
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
}

function trace({ atUs = 5_000_000, piece = 1, blockBytes = 50, completes = false }: Run): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(HEADER, () => nowUs);
  recorder.registerHost('10.0.0.1', 0);
  recorder.registerHost('10.0.0.2', 1);
  recorder.peerJoined(0);
  recorder.peerJoined(1);
  const bob = recorder.observer(1);
  const ann = bob.connected({ host: '10.0.0.1', port: 6881 }, new Uint8Array(20), true);
  nowUs = atUs;
  bob.blockReceived(ann, piece, 0, blockBytes);
  bob.pieceVerified(piece, ann);
  if (completes) bob.completed();
  return recorder.finish(9_000_000);
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
      'another piece',
      { piece: 0 },
      /^event 3: bob-0 pieceVerified \(1, .* bob-0 pieceVerified \(0, .* the second$/,
    ],
    [
      'one more event',
      { completes: true },
      /^the first run has 4 events, the second 5, and the first 4 agree$/,
    ],
    ['only a block', { blockBytes: 49 }, /differ in block events, though all stored events agree$/],
  ])('of %s', (_, changes, expected) => {
    expect(firstDifference(trace({}), trace(changes))).toMatch(expected);
  });
});
