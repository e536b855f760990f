import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Transfers } from '../../../src/trace/transfers/transfers.ts';
import { syntheticTrace } from '../../support/synthetic-trace.ts';

const trace = syntheticTrace({ peers: 9, pieces: 40 });
const transfers = new Transfers(trace);
const { columns } = transfers;
const everyRow = Array.from({ length: columns.count }, (_, row) => row);

describe('Transfers', () => {
  it('finds the rows of a piece, of an uploader, of a downloader and of a pair', () => {
    expect(columns.count).toBeGreaterThanOrEqual(9 * 40);
    for (let piece = 0; piece < 40; piece++)
      expect([...transfers.ofPiece(piece)]).toEqual(everyRow.filter((row) => columns.piece[row] === piece));
    for (let peer = 0; peer < 10; peer++) {
      expect([...transfers.from(peer)]).toEqual(everyRow.filter((row) => columns.uploader[row] === peer));
      expect([...transfers.to(peer)]).toEqual(everyRow.filter((row) => columns.downloader[row] === peer));
      expect([...transfers.ofPair(0, peer)]).toEqual(
        everyRow.filter((row) => columns.uploader[row] === 0 && columns.downloader[row] === peer),
      );
      expect([...transfers.ofPieceTo(3, peer)]).toEqual(
        everyRow.filter((row) => columns.piece[row] === 3 && columns.downloader[row] === peer),
      );
    }
    expect([...transfers.ofPiece(40), ...transfers.from(-1), ...transfers.to(99)]).toEqual([]);
  });

  it('finds what is under way in a span of time', () => {
    // Give every transfer a length, so that they overlap.
    const long = { ...columns, lastUs: columns.firstUs.map((timeUs, row) => timeUs + (row % 7) * 3e6) };
    const read = new Transfers({ ...trace, transfers: long });
    fc.assert(
      fc.property(fc.nat(trace.endUs), fc.nat(20_000_000), (fromUs, lengthUs) => {
        const toUs = fromUs + lengthUs;
        expect(read.between(fromUs, toUs)).toEqual(
          everyRow.filter(
            (row) => (long.firstUs[row] as number) <= toUs && (long.lastUs[row] as number) >= fromUs,
          ),
        );
      }),
    );
  });

  it('says the rate of a transfer', () => {
    const rated = new Transfers({
      ...trace,
      transfers: { ...columns, lastUs: columns.firstUs.map((timeUs) => timeUs + 500_000) },
    });
    expect(rated.bytesPerSec(0)).toBe(2 * (columns.bytes[0] as number));
    expect(
      new Transfers({ ...trace, transfers: { ...columns, lastUs: columns.firstUs } }).bytesPerSec(0),
    ).toBe(0);
  });

  it('says of whom it has rows', () => {
    expect(transfers.keeps(3)).toBe(true);
    const part = new Transfers({ ...trace, transfers: { ...columns, everyNth: 2 } });
    expect([part.keeps(3), part.keeps(4)]).toEqual([false, true]);
    expect(new Transfers({ ...trace, transfers: { ...columns, everyNth: 0 } }).keeps(0)).toBe(false);
  });
});
