/** The code frame of an error message: the lines around a place, numbered, with carets under it. */

/** Longest part of a line that is shown, in characters. */
const MAX_WIDTH = 100;

/**
 * The line with the place, the one before and the one after, and a line of carets. `offset` and `length` are in UTF-16
 * units of `text`; a place that goes on beyond the end of its line is cut there. A long line is cut around the place.
 */
export function codeFrame(text: string, offset: number, length: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineNumber = count(text, lineStart) + 1;
  const line = lineAt(text, lineStart);
  const column = Math.min(offset - lineStart, line.length);
  const carets = Math.max(1, Math.min(length, line.length - column));

  const cut = column + Math.min(carets, 20) > MAX_WIDTH ? column - MAX_WIDTH / 2 : 0;
  const numberWidth = String(lineNumber + 1).length;
  const row = (marker: string, number: string, content: string) =>
    `${marker} ${number.padStart(numberWidth)} | ${content}`.trimEnd();
  const clipped = (content: string) =>
    content.slice(cut, cut + MAX_WIDTH).replaceAll('\t', ' ') + (content.length > cut + MAX_WIDTH ? '…' : '');

  const rows: string[] = [];
  if (lineStart > 0) {
    const before = lineAt(text, text.lastIndexOf('\n', lineStart - 2) + 1);
    rows.push(row(' ', String(lineNumber - 1), clipped(before)));
  }
  rows.push(row('>', String(lineNumber), clipped(line)));
  const visible = Math.min(carets, MAX_WIDTH - (column - cut));
  rows.push(row(' ', '', `${' '.repeat(column - cut)}${'^'.repeat(Math.max(1, visible))}`));
  const next = lineStart + line.length;
  const nextStart = text.indexOf('\n', next) + 1;
  if (nextStart > 0 && nextStart < text.length) {
    rows.push(row(' ', String(lineNumber + 1), clipped(lineAt(text, nextStart))));
  }
  return `${rows.join('\n')}\n`;
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? text.length : end);
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function count(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
