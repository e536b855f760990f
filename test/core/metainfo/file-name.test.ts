/** Names of files: what hostile and odd ones become. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8, fromLatin1 } from '../../../src/core/bytes.ts';
import { foldedName, safeFileName, withSuffix } from '../../../src/core/metainfo/file-name.ts';

function safe(text: string): string | undefined {
  return safeFileName(encodeUtf8(text));
}

function bytesIn(name: string | undefined): number {
  return encodeUtf8(name ?? '').length;
}

describe('safeFileName', () => {
  it.each([
    'a',
    'file.tar.gz',
    '.hidden',
    '...and more',
    'Ünïcödé 文件 🎈.txt',
    'con1',
    'console.log',
    'a b',
    "it's",
  ])('leaves %j as it is', (name) => {
    expect(safe(name)).toBe(name);
  });

  it.each<[string, string | undefined]>([
    ['.', undefined],
    ['..', undefined],
    ['.\u200e.', undefined],
    ['\u202e..', undefined],
    ['', '_'],
    ['\u200b\u202e', '_'],
    ['...', '_'],
    ['.. ', '_'],
    ['   ', '_'],
    ['a/b', 'a_b'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['/etc', '_etc'],
    ['..\\x', '.._x'],
    ['C:\\x', 'C__x'],
    ['C:', 'C_'],
    ['\\\\server\\share', '__server_share'],
    ['a\0b\nc\x1b[2Jd\x7f\u0085e', 'a_b_c_[2Jd__e'],
    ['a*b?c"d<e>f|g', 'a_b_c_d_e_f_g'],
    ['line\u2028break', 'line_break'],
    ['harmless\u202etxt.exe', 'harmlesstxt.exe'],
    ['a\u200b\u200d\ufeff\u2066\u00adb', 'ab'],
    ['trailing. . ', 'trailing'],
    ['con', '_con'],
    ['NUL.txt', '_NUL.txt'],
    ['nul.tar.gz', '_nul.tar.gz'],
    ['Com1', '_Com1'],
    ['lpt³.x', '_lpt³.x'],
    ['aux .c', '_aux .c'],
    ['con.', '_con'],
    ['CONIN$', '_CONIN$'],
  ])('makes %j into %j', (raw, name) => {
    expect(safe(raw)).toBe(name);
  });

  it('repairs bytes that are not UTF-8', () => {
    expect(safeFileName(fromLatin1('caf\xe9.txt'))).toBe('caf_.txt');
    expect(safeFileName(Uint8Array.of(0xc0, 0xae, 0xc0, 0xae))).toBe('____');
  });

  it.each([
    ['a long stem', `${'x'.repeat(300)}.mkv`, `${'x'.repeat(236)}.mkv`],
    ['a stem of wide characters, cut between them', `${'文'.repeat(200)}.mkv`, `${'文'.repeat(78)}.mkv`],
    ['a stem of surrogate pairs', `${'🎈'.repeat(100)}.b`, `${'🎈'.repeat(59)}.b`],
    ['no extension', 'y'.repeat(241), 'y'.repeat(240)],
    ['a very long extension', `a.${'z'.repeat(300)}`, `a.${'z'.repeat(238)}`],
    ['a leading dot', `.${'z'.repeat(300)}`, `.${'z'.repeat(239)}`],
    ['a cut that ends in a space', `${'a'.repeat(239)} ${'b'.repeat(40)}`, 'a'.repeat(239)],
    ['a device name', `con.${'x'.repeat(300)}`, `_con.${'x'.repeat(235)}`],
  ])('shortens %s to 240 bytes', (_what, raw, name) => {
    expect(safe(raw)).toBe(name);
    expect(bytesIn(safe(raw))).toBeLessThanOrEqual(240);
  });

  it('keeps the extension of a name of megabytes', () => {
    const name = safe(`${'n'.repeat(3_000_000)}.iso`);
    expect(name).toBe(`${'n'.repeat(236)}.iso`);
  });
});

describe('withSuffix', () => {
  it.each([
    ['a.txt', 'a.1.txt'],
    ['a', 'a.1'],
    ['.profile', '.profile.1'],
    ['a.tar.gz', 'a.tar.1.gz'],
    [`${'x'.repeat(236)}.mkv`, `${'x'.repeat(234)}.1.mkv`],
  ])('puts it before the extension of %j', (name, result) => {
    expect(withSuffix(name, '.1')).toBe(result);
  });
});

describe('foldedName', () => {
  it.each([
    ['README', 'readme'],
    ['\u00c9t\u00e9', 'e\u0301T\u00c9'],
    ['\u212b', '\u00e5'],
    ['straße', 'STRASSE'],
    ['\u1fb4', '\u03b1\u0345\u0301'],
    ['\u03a3\u03b1\u03c2', '\u03c3\u0391\u03a3'],
  ])('takes %j and %j for the same', (a, b) => {
    expect(foldedName(a)).toBe(foldedName(b));
  });

  it('keeps other names apart', () => {
    expect(new Set(['a', 'b', 'á', 'aa', 'a.', 'ａ'].map(foldedName)).size).toBe(6);
  });
});
