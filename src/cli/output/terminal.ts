/**
 * Talking to people: messages and progress go to stderr, results to stdout. Colour only on a terminal that wants it
 * (NO_COLOR, FORCE_COLOR), and one line that is rewritten in place on a terminal, sparse plain lines elsewhere.
 */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Time between two plain progress lines; it doubles, so that a long run does not fill a log. */
const FIRST_PLAIN_LINE_MS = 5_000;
const REDRAW_MS = 100;

export class Terminal {
  readonly #stream: TerminalStream;
  readonly #coloured: boolean;
  readonly #now: () => number;
  /** Lengths of the lines of progress on the screen. */
  #shown: readonly number[] = [];
  #nextRedrawMs = 0;
  #nextPlainMs: number;
  #plainGapMs = FIRST_PLAIN_LINE_MS;

  constructor(
    stream: TerminalStream,
    env: Readonly<Record<string, string | undefined>>,
    now: () => number = () => Date.now(),
  ) {
    this.#stream = stream;
    this.#now = now;
    this.#nextPlainMs = now() + FIRST_PLAIN_LINE_MS;
    const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
    const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
    this.#coloured = !refused && (forced || (stream.isTTY === true && env.TERM !== 'dumb'));
  }

  style(style: Style, text: string): string {
    return this.#coloured ? styleText(style, text, { validateStream: false }) : text;
  }

  /** A whole line. */
  print(line = ''): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  /** Lines of progress that there is room for. */
  get progressLinesMax(): number {
    return Math.max(1, (this.#stream.rows ?? 24) - 2);
  }

  /** Shows how far things are, in one line or several. `text` is only called when something will be shown. */
  progress(text: () => string | readonly string[]): void {
    const now = this.#now();
    if (this.#stream.isTTY !== true) {
      if (now < this.#nextPlainMs) return;
      this.#plainGapMs *= 2;
      this.#nextPlainMs = now + this.#plainGapMs;
      for (const line of [text()].flat()) this.#stream.write(`${line}\n`);
      return;
    }
    if (now < this.#nextRedrawMs) return;
    this.#nextRedrawMs = now + REDRAW_MS;
    const width = (this.#stream.columns ?? 80) - 1;
    this.#draw([text()].flat().map((line) => line.slice(0, width)));
  }

  /** Takes the lines of progress away. */
  clear(): void {
    if (this.#shown.some((length) => length > 0)) {
      this.#draw(['']);
      this.#stream.write('\r');
    }
    this.#shown = [];
  }

  /** Draws over what is shown, and leaves the cursor at the end of the last line. */
  #draw(lines: readonly string[]): void {
    const shown = this.#shown;
    const count = Math.max(lines.length, shown.length);
    const drawn = Array.from({ length: count }, (_, index) => {
      const line = lines[index] ?? '';
      return `\r${line}${' '.repeat(Math.max(0, (shown[index] ?? 0) - line.length))}`;
    });
    this.#stream.write(`${up(shown.length - 1)}${drawn.join('\n')}${up(count - lines.length)}`);
    this.#shown = lines.map(({ length }) => length);
  }
}

/** Moves the cursor up by so many lines. */
function up(lines: number): string {
  return lines > 0 ? `\x1b[${lines}A` : '';
}
