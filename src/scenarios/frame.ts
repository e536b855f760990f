/** Where a place in a text is, and the code frame that shows it: the lines around it, numbered, with carets under it. */

/** Longest part of a line that is shown, in characters. */
const MAX_WIDTH = 100;

/** The lines of a text. Lines end at line feeds; a carriage return before one is not part of the line. */
export class Lines {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Line and column of an offset, both from 1, the column in UTF-16 units. */
  place(offset: number): { readonly line: number; readonly column: number } {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }

  /** The text of a line, from 1; undefined when there is none, or when it is the empty rest after the last line feed. */
  content(line: number): string | undefined {
    const start = this.#starts[line - 1];
    if (start === undefined || (start === this.#text.length && line > 1)) return undefined;
    const next = this.#starts[line];
    const content = this.#text.slice(start, next === undefined ? undefined : next - 1);
    return content.endsWith('\r') ? content.slice(0, -1) : content;
  }
}

/**
 * The line with the place, the one before and the one after, and a line of carets, each ending in "\n". A place that
 * goes on beyond the end of its line is cut there. A long line is cut around the place.
 */
export function codeFrame(lines: Lines, offset: number, length: number): string {
  const place = lines.place(offset);
  const line = lines.content(place.line) ?? '';
  const column = Math.min(place.column - 1, line.length);
  const carets = Math.max(1, Math.min(length, line.length - column));

  const cut = column + Math.min(carets, 20) > MAX_WIDTH ? column - MAX_WIDTH / 2 : 0;
  const numberWidth = String(place.line + 1).length;
  const row = (marker: string, number: string, content: string) =>
    `${marker} ${number.padStart(numberWidth)} | ${content}`.trimEnd();
  const clipped = (content: string) =>
    content.slice(cut, cut + MAX_WIDTH).replaceAll('\t', ' ') + (content.length > cut + MAX_WIDTH ? '…' : '');

  const visible = Math.min(carets, MAX_WIDTH - (column - cut));
  const rows = [
    row('>', String(place.line), clipped(line)),
    row(' ', '', `${' '.repeat(column - cut)}${'^'.repeat(Math.max(1, visible))}`),
  ];
  const before = lines.content(place.line - 1);
  if (before !== undefined) rows.unshift(row(' ', String(place.line - 1), clipped(before)));
  const after = lines.content(place.line + 1);
  if (after !== undefined) rows.push(row(' ', String(place.line + 1), clipped(after)));
  return `${rows.join('\n')}\n`;
}
