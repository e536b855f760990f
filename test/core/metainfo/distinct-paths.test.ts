/** Files whose names are taken: each gets a path of its own, whatever the file system ignores. */
import { describe, expect, it } from 'vitest';
import { type Fields, file, pathsOf } from './fixtures.ts';

const pad = (length: number, ...path: string[]): Fields => ({ length, path, attr: 'p' });

describe('distinct paths', () => {
  it.each<[string, Fields[], string[]]>([
    ['equal names', [file(['a.txt']), file(['a.txt']), file(['a.txt'])], ['a.txt', 'a.1.txt', 'a.2.txt']],
    ['case', [file(['Read.me']), file(['READ.ME'])], ['Read.me', 'READ.1.ME']],
    ['case of a directory', [file(['Dir', 'f']), file(['dir', 'F'])], ['Dir/f', 'dir/F.1']],
    ['normalisation', [file(['caf\u00e9']), file(['cafe\u0301'])], ['caf\u00e9', 'cafe\u0301.1']],
    [
      'names that repair makes equal',
      [file(['a/b']), file(['a\\b']), file(['a_b'])],
      ['a_b', 'a_b.1', 'a_b.2'],
    ],
    ['a directory after the file', [file(['x']), file(['x', 'y'])], ['x.1', 'x/y']],
    ['a directory before the file', [file(['x', 'y']), file(['X'])], ['x/y', 'X.1']],
    ['a nested directory', [file(['p', 'x', 'y']), file(['p', 'x'])], ['p/x/y', 'p/x.1']],
    ['a suffix that is taken', [file(['a.1']), file(['a']), file(['a'])], ['a.1', 'a', 'a.2']],
    ['a suffix that is a directory', [file(['a']), file(['a.1', 'z']), file(['A'])], ['a', 'a.1/z', 'A.2']],
    ['a name taken by a suffix', [file(['a']), file(['a']), file(['a.1'])], ['a', 'a.1', 'a.1.1']],
    ['equal names apart', [file(['d', 'a']), file(['e', 'a'])], ['d/a', 'e/a']],
    [
      'a path that could be glued wrongly',
      [file(['1', '2']), file(['12']), file(['1', '/2'])],
      ['1/2', '12', '1/_2'],
    ],
    ['pads of equal length', [pad(5, 'p'), pad(5, 'p'), file(['f'])], ['p', 'p', 'f']],
    ['pads of other lengths', [pad(5, 'p'), pad(6, 'p'), file(['f'])], ['p', 'p.1', 'f']],
    ['a pad and a file', [file(['p']), pad(10, 'p'), file(['q'])], ['p', 'p.1', 'q']],
    [
      'long names cut alike',
      [file([`${'x'.repeat(300)}.a`]), file([`${'x'.repeat(301)}.a`])],
      [`${'x'.repeat(238)}.a`, `${'x'.repeat(236)}.1.a`],
    ],
  ])('%s', (_what, files, paths) => {
    expect(pathsOf(files)).toEqual(paths.map((path) => `folder/${path}`));
  });

  it('takes 500 duplicates in their order', () => {
    const paths = pathsOf(new Array<Fields>(501).fill(file(['same'])));
    expect(new Set(paths).size).toBe(501);
    expect(paths.at(-1)).toBe('folder/same.500');
  });
});
