/** Tables as comma-separated values: what is read, where it stood, and what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/scenarios/csv.ts';

function texts(text: string): { columns: string[]; rows: string[][] } {
  const parsed = parseCsv(text);
  if (!parsed.ok) throw new Error(parsed.complaint.message);
  const { columns, rows } = parsed.value;
  return {
    columns: columns.map((field) => field.text),
    rows: rows.map((row) => row.map((field) => field.text)),
  };
}

describe('parseCsv', () => {
  it.each([
    ['one column', 'a\n1\n2\n', ['a'], [['1'], ['2']]],
    ['no line feed at the end', 'a,b\n1,2', ['a', 'b'], [['1', '2']]],
    ['carriage returns', 'a,b\r\n1,2\r\n', ['a', 'b'], [['1', '2']]],
    ['a byte order mark', '\ufeffa\n1\n', ['a'], [['1']]],
    ['empty fields', 'a,b\n,\n', ['a', 'b'], [['', '']]],
    ['an empty line in one column', 'a\n\n', ['a'], [['']]],
    ['quotes', '"a","b ""c"""\n"1,2","x\ny"\n', ['a', 'b "c"'], [['1,2', 'x\ny']]],
    ['spaces kept', 'a, b\n 1 ,2\n', ['a', ' b'], [[' 1 ', '2']]],
    ['columns only', 'a,b\n', ['a', 'b'], []],
  ])('%s', (_, text, columns, rows) => {
    expect(texts(text)).toEqual({ columns, rows });
  });

  it('keeps the places of the fields', () => {
    const parsed = parseCsv('a,b\n1,"x ""y"""\n');
    expect(parsed.ok && parsed.value.rows[0]).toEqual([
      { text: '1', offset: 4, length: 1 },
      { text: 'x "y"', offset: 6, length: 9 },
    ]);
  });

  it.each([
    ['', 'the file is empty', 0],
    ['a,b\n1\n', '1 field in a table of 2 columns', 4],
    ['a\n1\n2,3\n', '2 fields in a table of 1 column', 4],
    ['a,b\n\n', '1 field in a table of 2 columns', 4],
    ['a\n1"2\n', 'a quote within a field that does not begin with one', 3],
    ['a\n"12', 'the quote is not closed', 2],
    ['a\n"1"2\n', 'text after the closing quote', 5],
  ])('refuses %j', (text, message, offset) => {
    expect(parseCsv(text)).toMatchObject({ ok: false, complaint: { message, offset } });
  });

  it('reads back what was written, whatever is in it', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', '7') });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));
    fc.assert(
      fc.property(table, (lines) => {
        const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
        const text = lines.map((line) => `${line.map(quoted).join(',')}\n`).join('');
        const { columns, rows } = texts(text);
        expect([columns, ...rows]).toEqual(lines);
      }),
    );
  });

  it('ends with a table or a complaint within the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r') }), (text) => {
        const parsed = parseCsv(text);
        if (parsed.ok) return;
        expect(parsed.complaint.offset).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
