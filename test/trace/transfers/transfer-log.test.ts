import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PairColumns, TransferColumns } from '../../../src/trace/transfers/transfer-columns.ts';
import { TransferLog } from '../../../src/trace/transfers/transfer-log.ts';

const BLOCK = 16_384;

/** [uploader, downloader, piece, firstUs, lastUs, blocks, wasted blocks] */
type Row = readonly number[];

function rowsOf(rows: TransferColumns): Row[] {
  return Array.from({ length: rows.count }, (_, row) => [
    rows.uploader[row] as number,
    rows.downloader[row] as number,
    rows.piece[row] as number,
    rows.firstUs[row] as number,
    rows.lastUs[row] as number,
    (rows.bytes[row] as number) / BLOCK,
    (rows.wastedBytes[row] as number) / BLOCK,
  ]);
}

function pairRows(pairs: PairColumns): Row[] {
  return Array.from({ length: pairs.count }, (_, row) => [
    pairs.uploader[row] as number,
    pairs.downloader[row] as number,
    pairs.firstUs[row] as number,
    pairs.lastUs[row] as number,
    (pairs.bytes[row] as number) / BLOCK,
    pairs.blocks[row] as number,
    (pairs.wastedBytes[row] as number) / BLOCK,
  ]).sort(
    (left, right) => (left[1] as number) - (right[1] as number) || (left[0] as number) - (right[0] as number),
  );
}

describe('TransferLog', () => {
  it('has one row for a piece over a connection, from the first block given to the last one arrived', () => {
    const log = new TransferLog();
    for (const timeUs of [10, 20, 30]) log.sent(0, 1, 5, timeUs);
    for (const timeUs of [25, 35, 45]) log.received(1, 0, 5, BLOCK, timeUs);
    const { transfers, pairs } = log.finish();
    expect(rowsOf(transfers)).toEqual([[0, 1, 5, 10, 45, 3, 0]]);
    expect([...transfers.blocks]).toEqual([3]);
    expect(pairRows(pairs)).toEqual([[0, 1, 10, 45, 3, 3, 0]]);
  });

  it('keeps apart the pieces that lie in one stream at a time', () => {
    const log = new TransferLog();
    for (let piece = 0; piece < 50; piece++) log.sent(0, 1, piece, piece);
    for (let piece = 0; piece < 50; piece++) log.received(1, 0, piece, BLOCK, 100 + piece);
    const { transfers } = log.finish();
    expect(rowsOf(transfers)).toEqual(
      Array.from({ length: 50 }, (_, piece) => [0, 1, piece, piece, 100 + piece, 1, 0]),
    );
  });

  it('adds up a piece whose blocks come in turn with those of another', () => {
    const log = new TransferLog();
    for (const [at, piece] of [7, 8, 7, 8].entries()) log.sent(0, 1, piece, at);
    for (const [at, piece] of [7, 8, 7, 8].entries()) log.received(1, 0, piece, BLOCK, 10 + at);
    expect(rowsOf(log.finish().transfers)).toEqual([
      [0, 1, 7, 0, 12, 2, 0],
      [0, 1, 8, 1, 13, 2, 0],
    ]);
  });

  it('begins with the first arrival where the uploader does not say what it gives', () => {
    const log = new TransferLog();
    log.received(1, -1, 3, BLOCK, 40);
    log.received(1, -1, 3, BLOCK, 50);
    log.received(1, -1, 4, BLOCK, 60);
    expect(rowsOf(log.finish().transfers)).toEqual([
      [-1, 1, 3, 40, 50, 2, 0],
      [-1, 1, 4, 60, 60, 1, 0],
    ]);
  });

  it('leaves out what never arrived, and begins anew with a new connection', () => {
    const log = new TransferLog();
    log.sent(0, 1, 5, 10);
    log.sent(0, 1, 6, 11);
    log.received(1, 0, 5, BLOCK, 20);
    log.disconnected(1, 0);
    log.connected(1, 0);
    log.sent(0, 1, 5, 30);
    log.received(1, 0, 5, BLOCK, 40);
    expect(rowsOf(log.finish().transfers)).toEqual([
      [0, 1, 5, 10, 20, 1, 0],
      [0, 1, 5, 30, 40, 1, 0],
    ]);
  });

  it('tells the tries of a piece that failed its check apart', () => {
    const log = new TransferLog();
    log.sent(0, 1, 5, 10);
    log.received(1, 0, 5, BLOCK, 20);
    log.pieceFailed(1, 5, 25);
    log.sent(0, 1, 5, 30);
    log.sent(0, 1, 5, 31);
    log.received(1, 0, 5, BLOCK, 40);
    log.received(1, 0, 5, BLOCK, 41);
    log.pieceVerified(1, 5);
    expect(rowsOf(log.finish().transfers)).toEqual([
      [0, 1, 5, 10, 20, 1, 0],
      [0, 1, 5, 30, 41, 2, 0],
    ]);
  });

  it('counts what came in vain apart', () => {
    const log = new TransferLog();
    log.sent(0, 2, 5, 10);
    log.sent(1, 2, 5, 11);
    log.received(2, 0, 5, BLOCK, 20);
    log.wasted(2, 1, 5, BLOCK, 21);
    log.wasted(2, 3, -1, BLOCK, 22);
    const { transfers, pairs } = log.finish();
    expect(rowsOf(transfers)).toEqual([
      [0, 2, 5, 10, 20, 1, 0],
      [1, 2, 5, 11, 21, 0, 1],
      [3, 2, -1, 22, 22, 0, 1],
    ]);
    expect(pairRows(pairs)).toEqual([
      [0, 2, 10, 20, 1, 1, 0],
      [1, 2, 11, 21, 0, 0, 1],
      [3, 2, 22, 22, 0, 0, 1],
    ]);
  });

  it('goes on with what lies in streams when it lets go of others', () => {
    const log = new TransferLog({ rows: 8, pairs: 100 });
    for (let piece = 0; piece < 3; piece++) {
      log.sent(0, 1, piece, piece);
      log.sent(8, 1, piece, piece);
      log.sent(0, 2, piece, piece);
    }
    // The ninth row was one too many: those of peer 1 have gone.
    for (let piece = 0; piece < 3; piece++) {
      log.received(2, 0, piece, BLOCK, 20 + piece);
      log.received(1, 0, piece, BLOCK, 20 + piece);
    }
    const { transfers, pairs } = log.finish();
    expect(transfers.everyNth).toBe(2);
    expect(rowsOf(transfers)).toEqual([0, 1, 2].map((piece) => [0, 2, piece, piece, 20 + piece, 1, 0]));
    expect(pairRows(pairs)).toEqual([
      [0, 1, 20, 22, 3, 3, 0],
      [0, 2, 0, 22, 3, 3, 0],
    ]);
  });

  it('remembers when a pair began, though its rows have gone', () => {
    const log = new TransferLog({ rows: 4, pairs: 100 });
    log.received(3, 0, 0, BLOCK, 10);
    for (let piece = 0; piece < 8; piece++) log.received(4, 0, piece, BLOCK, 20 + piece);
    log.received(3, 0, 1, BLOCK, 90);
    const { transfers, pairs } = log.finish();
    expect([transfers.count, transfers.everyNth > 1]).toEqual([0, true]);
    expect(pairRows(pairs)).toEqual([
      [0, 3, 10, 90, 2, 2, 0],
      [0, 4, 20, 27, 8, 8, 0],
    ]);
  });

  /** Blocks of random pieces between random peers; each pair's arrive in the order in which they were given. */
  const steps = fc.array(
    fc.record({
      uploader: fc.nat(6),
      downloader: fc.nat(6),
      piece: fc.nat(4),
      what: fc.constantFrom('given', 'given', 'arrives', 'arrives', 'wasted', 'parts', 'fails'),
    }),
    { maxLength: 300 },
  );
  const limits = fc.constantFrom(
    { rows: 1000, pairs: 1000 },
    { rows: 20, pairs: 1000 },
    { rows: 8, pairs: 20 },
    { rows: 4, pairs: 5 },
  );

  it('loses no byte of those whom it keeps, whatever happens and however little it may keep', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(steps, limits, (history, most) => {
        const log = new TransferLog(most);
        const underWay = new Map<string, number[]>();
        const byPair = new Map<string, number>();
        const byPiece = new Map<string, number>();
        for (const [timeUs, { uploader, downloader, piece, what }] of history.entries()) {
          const pair = `${uploader}>${downloader}`;
          const queue = underWay.get(pair) ?? [];
          underWay.set(pair, queue);
          if (what === 'given') {
            log.sent(uploader, downloader, piece, timeUs);
            queue.push(piece);
          } else if (what === 'parts') {
            log.disconnected(downloader, uploader);
            queue.length = 0;
          } else if (what === 'fails') log.pieceFailed(downloader, piece, timeUs);
          else {
            const next = queue.shift() ?? piece;
            if (what === 'wasted') log.wasted(downloader, uploader, next, BLOCK, timeUs);
            else {
              log.received(downloader, uploader, next, BLOCK, timeUs);
              byPair.set(pair, (byPair.get(pair) ?? 0) + BLOCK);
              const whole = `${pair}:${next}`;
              byPiece.set(whole, (byPiece.get(whole) ?? 0) + BLOCK);
            }
          }
        }
        const { transfers, pairs } = log.finish();
        expect(transfers.count).toBeLessThanOrEqual(most.rows);
        expect(pairs.count).toBeLessThanOrEqual(most.pairs);
        seen.add(`${transfers.everyNth > 1}, ${pairs.everyNth > 1}`);
        const summed = new Map<string, number>();
        let latestUs = 0;
        for (let row = 0; row < transfers.count; row++) {
          const { uploader, downloader, piece, bytes, firstUs, lastUs } = transfers;
          const key = `${uploader[row]}>${downloader[row]}:${piece[row]}`;
          if ((bytes[row] as number) > 0) summed.set(key, (summed.get(key) ?? 0) + (bytes[row] as number));
          expect((downloader[row] as number) % transfers.everyNth).toBe(0);
          expect(firstUs[row]).toBeGreaterThanOrEqual(latestUs);
          expect(lastUs[row]).toBeGreaterThanOrEqual(firstUs[row] as number);
          latestUs = firstUs[row] as number;
        }
        // Those whose rows were kept all the time lack nothing; of others nothing is there.
        const nth = transfers.everyNth;
        const kept = [...byPiece].filter(([key]) => nth !== 0 && downloaderOf(key) % nth === 0);
        expect(sorted(summed)).toEqual(sorted(kept));
        const totals = new Map<string, number>();
        for (let row = 0; row < pairs.count; row++) {
          const total = pairs.bytes[row] as number;
          if (total > 0) totals.set(`${pairs.uploader[row]}>${pairs.downloader[row]}`, total);
        }
        const keptPairs = [...byPair].filter(
          ([key]) => pairs.everyNth !== 0 && downloaderOf(key) % pairs.everyNth === 0,
        );
        expect(sorted(totals)).toEqual(sorted(keptPairs));
      }),
      { numRuns: 300 },
    );
    // All three laws were at work.
    expect([...seen].sort()).toEqual(['false, false', 'true, false', 'true, true']);
  });
});

function downloaderOf(key: string): number {
  return Number(/>(\d+)/.exec(key)?.[1]);
}

function sorted(entries: Iterable<readonly [string, number]>): (readonly [string, number])[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : 1));
}
