import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packUint16, unpackUint16 } from '../../viz/report/base64.ts';

describe('packed columns', () => {
  it('give back every column, and are base64 of its little-endian bytes', () => {
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 50 }), (column) => {
        const text = packUint16(column);
        expect(text).toBe(
          Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64'),
        );
        expect(unpackUint16(text)).toEqual(column);
      }),
    );
  });

  it('takes columns longer than an argument list', () => {
    const column = Uint16Array.from({ length: 300_000 }, (_, index) => index);
    const back = unpackUint16(packUint16(column));
    expect(back.length).toBe(column.length);
    expect(back.findIndex((value, index) => value !== column[index])).toBe(-1);
  });
});
