/** The progress line and the colours, on a terminal and where there is none. */
import { describe, expect, test } from 'vitest';
import { Terminal } from '../../src/cli/output/terminal.ts';

const ESCAPE = '\u001b';

class Screen {
  readonly isTTY: boolean;
  readonly columns = 20;
  text = '';
  nowMs = 1_000_000;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }

  /** What a person sees where the cursor also moves up. */
  seenRows(): string[] {
    const rows: string[] = [''];
    let [row, column] = [0, 0];
    for (const [part] of this.text.matchAll(new RegExp(`${ESCAPE}\\[\\d+A|[\\s\\S]`, 'g'))) {
      if (part.length > 1) row -= Number(part.slice(2, -1));
      else if (part === '\n') row++;
      else if (part === '\r') column = 0;
      else {
        const before = (rows[row] ?? '').padEnd(column);
        rows[row] = before.slice(0, column) + part + before.slice(column + 1);
        column++;
        continue;
      }
      rows[row] ??= '';
      // A new line begins at its start.
      if (part === '\n') column = 0;
    }
    return rows.map((text) => text.trimEnd());
  }

  /** What a person sees: a carriage return goes back to the start of the line. */
  lines(): string[] {
    return this.text.split('\n').map((line) =>
      line
        .split('\r')
        .reduce((seen, part) => part + seen.slice(part.length), '')
        .trimEnd(),
    );
  }
}

function open(isTTY: boolean, env: Record<string, string> = {}): { screen: Screen; terminal: Terminal } {
  const screen = new Screen(isTTY);
  return { screen, terminal: new Terminal(screen, env, () => screen.nowMs) };
}

describe('the progress line', () => {
  test('is one line that is rewritten, cut to the width, and gone before the next whole line', () => {
    const { screen, terminal } = open(true);
    terminal.print('begin');
    terminal.progress(() => 'far far far away from the end');
    expect(screen.lines()).toEqual(['begin', 'far far far away fr']);
    screen.nowMs += 200;
    terminal.progress(() => 'near');
    expect(screen.lines()).toEqual(['begin', 'near']);
    terminal.print('end');
    expect(screen.lines()).toEqual(['begin', 'end', '']);
  });

  test('may be several, of which each stays in its place, and none is left behind', () => {
    const { screen, terminal } = open(true);
    terminal.print('begin');
    for (const lines of [['one 1', 'two 1', 'three 1'], ['one 22', 'two 22', 'three 22'], ['three 3']]) {
      terminal.progress(() => lines);
      screen.nowMs += 200;
      expect(screen.seenRows().slice(1, 1 + lines.length)).toEqual(lines);
      expect(
        screen
          .seenRows()
          .slice(1 + lines.length)
          .join(''),
      ).toBe('');
    }
    terminal.progress(() => ['four', 'five']);
    terminal.print('end');
    expect(screen.seenRows().filter((row) => row !== '')).toEqual(['begin', 'end']);
    expect(screen.seenRows()[1]).toBe('end');
  });

  test('is not drawn more often than anybody can see', () => {
    const { terminal } = open(true);
    let drawn = 0;
    for (let count = 0; count < 100; count++) terminal.progress(() => `${drawn++}`);
    expect(drawn).toBe(1);
  });

  test('is a plain line ever more rarely where there is no terminal', () => {
    const { screen, terminal } = open(false);
    const startMs = screen.nowMs;
    for (let second = 0; second <= 200; second++) {
      screen.nowMs = startMs + second * 1000;
      terminal.progress(() => `${second}s`);
    }
    terminal.clear();
    expect(screen.text).toBe('5s\n15s\n35s\n75s\n155s\n');
  });
});

describe('colour', () => {
  test.each<[boolean, Record<string, string>, boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %s, with %o: %s', (isTTY, env, coloured) => {
    const { terminal } = open(isTTY, env);
    expect(terminal.style('red', 'word')).toBe(coloured ? '\u001b[31mword\u001b[39m' : 'word');
  });
});
