import { describe, expect, it } from 'vitest';
import type { TorrentObserver } from '../../src/core/observer.ts';
import { TraceRecorder } from '../../src/trace/recorder.ts';
import { EventKind, type Trace, type TraceHeader } from '../../src/trace/trace.ts';

const HEADER: TraceHeader = {
  version: 1,
  scenario: 'pair',
  seed: 7,
  sampleUs: 1_000_000,
  startsAtUs: 0,
  torrent: { name: 'two-pieces', totalBytes: 40_000, pieceLengthBytes: 32_768, pieceCount: 2 },
  groups: ['origin', 'crowd'],
  peers: [
    {
      id: 'origin-0',
      group: 0,
      upBytesPerSec: 1000,
      downBytesPerSec: 2000,
      have: 'all',
      behaviour: 'honest',
      nat: 'open',
    },
    {
      id: 'crowd-0',
      group: 1,
      upBytesPerSec: 100,
      downBytesPerSec: 800,
      have: 'none',
      behaviour: 'honest',
      nat: 'open',
    },
  ],
};
const PEER_ID = new Uint8Array(20);

interface Run {
  readonly recorder: TraceRecorder;
  readonly seed: TorrentObserver;
  readonly leecher: TorrentObserver;
  at(timeUs: number): void;
}

function record(script: (run: Run) => void, endUs = 5_000_000): Trace {
  let nowUs = 0;
  const recorder = new TraceRecorder(HEADER, () => nowUs);
  recorder.registerHost('10.0.0.1', 0);
  recorder.registerHost('10.0.0.2', 1);
  script({
    recorder,
    seed: recorder.observer(0),
    leecher: recorder.observer(1),
    at(timeUs) {
      nowUs = timeUs;
    },
  });
  return recorder.finish(endUs);
}

function rows(trace: Trace): number[][] {
  const { events } = trace;
  return Array.from({ length: events.count }, (_, row) =>
    [events.timeUs, events.kind, events.peer, events.a, events.b, events.c].map(
      (column) => column[row] as number,
    ),
  );
}

describe('TraceRecorder', () => {
  it('writes one row for each event, as the columns are documented', () => {
    const trace = record(({ recorder, seed, leecher, at }) => {
      recorder.peerJoined(0);
      at(10);
      recorder.peerJoined(1);
      expect(leecher.connected({ host: '10.0.0.1', port: 6881 }, PEER_ID, true)).toBe(0);
      expect(seed.connected({ host: '10.9.9.9', port: 6881 }, PEER_ID, false)).toBe(-1);
      at(20);
      seed.unchoked(1, 'optimistic');
      leecher.interestChanged(0, true);
      leecher.piecePicked(0, 1, 'rarest-first');
      at(30);
      leecher.pieceVerified(1, 0);
      leecher.pieceFailed(0);
      leecher.snubbed(0);
      seed.choked(1);
      leecher.endgameEntered();
      leecher.completed();
      at(40);
      leecher.announced('udp://tracker', 'completed', 3);
      leecher.announceFailed('udp://tracker', 'stopped', 'timed out');
      leecher.storageFailed('disk full');
      leecher.disconnected(0, 'done', 'local');
      recorder.peerLeft(1, 'planned', 'left');
      recorder.peerLeft(0, 'endOfRun', 'the run ended');
    });
    const text = (name: string): number => trace.strings.indexOf(name);
    expect(rows(trace)).toEqual([
      [0, EventKind.joined, 0, 0, 0, 0],
      [10, EventKind.joined, 1, 0, 0, 0],
      [10, EventKind.connected, 1, 0, 1, 0],
      [10, EventKind.connected, 0, -1, 0, 0],
      [20, EventKind.unchoked, 0, 1, 1, 0],
      [20, EventKind.interestChanged, 1, 0, 1, 0],
      [20, EventKind.piecePicked, 1, 0, 1, text('rarest-first')],
      [30, EventKind.pieceVerified, 1, 1, 0, 0],
      [30, EventKind.pieceFailed, 1, 0, 0, 0],
      [30, EventKind.snubbed, 1, 0, 0, 0],
      [30, EventKind.choked, 0, 1, 0, 0],
      [30, EventKind.endgameEntered, 1, 0, 0, 0],
      [30, EventKind.completed, 1, 0, 0, 0],
      [40, EventKind.announced, 1, 1, 3, text('udp://tracker')],
      [40, EventKind.announceFailed, 1, 3, text('udp://tracker'), text('timed out')],
      [40, EventKind.storageFailed, 1, 0, 0, text('disk full')],
      [40, EventKind.disconnected, 1, 0, 2, text('done')],
      [40, EventKind.left, 1, 0, 0, text('left')],
      [40, EventKind.left, 0, 1, 0, text('the run ended')],
    ]);
    expect(trace.strings).toEqual([...new Set(trace.strings)]);
  });

  it('adds blocks to samples and totals instead of rows', () => {
    const trace = record(({ seed, leecher, at }) => {
      at(400_000);
      seed.blockSent(1, 0, 0, 16_384);
      at(1_000_000);
      leecher.blockReceived(0, 0, 0, 16_384);
      at(1_000_001);
      leecher.blockReceived(0, 0, 16_384, 16_384);
      at(4_200_000);
      leecher.blockWasted(0, 0, 0, 100);
    });
    expect(trace.events.count).toBe(0);
    expect(trace.samples.rows).toBe(5);
    expect([...trace.samples.sent]).toEqual([16_384, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...trace.samples.received]).toEqual([0, 16_384, 0, 16_384, 0, 0, 0, 0, 0, 0]);
    expect([...trace.totals.receivedBytes]).toEqual([0, 32_768]);
    expect([...trace.totals.sentBytes]).toEqual([16_384, 0]);
    expect([...trace.totals.wastedBytes]).toEqual([0, 100]);
  });

  it('keeps every row beyond its first capacity', () => {
    const trace = record(({ leecher, at }) => {
      for (let index = 0; index < 40_000; index++) {
        at(index);
        leecher.pieceVerified(index % 2, 0);
      }
    });
    expect(trace.events.count).toBe(40_000);
    expect(rows(trace)[39_999]).toEqual([39_999, EventKind.pieceVerified, 1, 1, 0, 0]);
  });

  it('names remotes and keeps nothing when it does not record', () => {
    const recorder = new TraceRecorder(HEADER, () => 5, false);
    recorder.registerHost('10.0.0.1', 0);
    const observer = recorder.observer(1);
    expect(observer.connected({ host: '10.0.0.1', port: 6881 }, PEER_ID, true)).toBe(0);
    observer.piecePicked(0, 1, 'rarest-first');
    observer.blockReceived(0, 1, 0, 100);
    expect(recorder.size.events).toBe(0);
    const trace = recorder.finish(10);
    expect([trace.events.count, [...trace.totals.receivedBytes]]).toEqual([0, [0, 0]]);
  });

  it('ignores what is reported after the end', () => {
    const trace = record(({ recorder, leecher }) => {
      leecher.pieceVerified(0, 0);
      recorder.finish(10);
      leecher.pieceVerified(1, 0);
      leecher.blockReceived(0, 1, 0, 100);
    });
    expect(trace.events.count).toBe(1);
    expect(trace.totals.receivedBytes[1]).toBe(0);
  });

  describe('digest', () => {
    const plain = (run: Run): void => {
      run.recorder.peerJoined(0);
      run.leecher.blockReceived(0, 0, 0, 16_384);
      run.leecher.blockReceived(0, 1, 0, 16_384);
    };
    const variants: Record<string, (run: Run) => void> = {
      'one block less': (run) => {
        run.recorder.peerJoined(0);
        run.leecher.blockReceived(0, 0, 0, 16_384);
      },
      'blocks in another order': (run) => {
        run.recorder.peerJoined(0);
        run.leecher.blockReceived(0, 1, 0, 16_384);
        run.leecher.blockReceived(0, 0, 0, 16_384);
      },
      'a block wasted instead of received': (run) => {
        run.recorder.peerJoined(0);
        run.leecher.blockReceived(0, 0, 0, 16_384);
        run.leecher.blockWasted(0, 1, 0, 16_384);
      },
      'a block sent besides': (run) => {
        plain(run);
        run.seed.blockSent(1, 1, 0, 16_384);
      },
      'a block one microsecond later': (run) => {
        run.recorder.peerJoined(0);
        run.leecher.blockReceived(0, 0, 0, 16_384);
        run.at(1);
        run.leecher.blockReceived(0, 1, 0, 16_384);
      },
      'another reason to disconnect': (run) => {
        plain(run);
        run.leecher.disconnected(0, 'idle', 'none');
      },
    };

    it('is the same for the same run', () => {
      expect(record(plain).digest).toBe(record(plain).digest);
      expect(record(plain).digest).toMatch(/^[0-9a-f]{32}$/);
    });

    it('differs for another end', () => {
      expect(record(plain, 6_000_000).digest).not.toBe(record(plain).digest);
    });

    it.each(Object.keys(variants))('differs for %s', (name) => {
      const script = variants[name] as (run: Run) => void;
      expect(record(script).digest).not.toBe(record(plain).digest);
    });
  });
});
