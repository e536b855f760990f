/**
 * Talking to people: messages and progress go to stderr, results to stdout. Colour only on a terminal that wants it
 * (NO_COLOR, FORCE_COLOR), and one line that is rewritten in place on a terminal, sparse plain lines elsewhere.
 */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Time between two plain progress lines; it doubles, so that a long run does not fill a log. */
const FIRST_PLAIN_LINE_MS = 5_000;
const REDRAW_MS = 100;

export class Terminal {
  readonly #stream: TerminalStream;
  readonly #coloured: boolean;
  readonly #now: () => number;
  #lineLength = 0;
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

  /** Shows how far things are. `text` is only called when something will be shown. */
  progress(text: () => string): void {
    const now = this.#now();
    if (this.#stream.isTTY !== true) {
      if (now < this.#nextPlainMs) return;
      this.#plainGapMs *= 2;
      this.#nextPlainMs = now + this.#plainGapMs;
      this.#stream.write(`${text()}\n`);
      return;
    }
    if (now < this.#nextRedrawMs) return;
    this.#nextRedrawMs = now + REDRAW_MS;
    const line = text().slice(0, (this.#stream.columns ?? 80) - 1);
    this.#stream.write(`\r${line}${' '.repeat(Math.max(0, this.#lineLength - line.length))}`);
    this.#lineLength = line.length;
  }

  /** Takes the progress line away. */
  clear(): void {
    if (this.#lineLength > 0) this.#stream.write(`\r${' '.repeat(this.#lineLength)}\r`);
    this.#lineLength = 0;
  }
}
