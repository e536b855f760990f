/**
 * TypeScript source with its comments, or its comments and the insides of its strings, replaced by spaces, so that a
 * plain pattern finds code only. Offsets and line breaks stay: a match in the blanked text is at the same place in the
 * original. Quotes, and code inside `${…}`, stay too.
 */

export interface BlankedSource {
  /** Comments, string contents and regular expressions are spaces. */
  readonly code: string;
  /** Everything but comments is spaces. */
  readonly comments: string;
}

type Kind = 'code' | 'comment' | 'text';

export function blankSource(source: string): BlankedSource {
  const kinds = classify(source);
  const keep = (kept: Kind): string =>
    kinds
      .map((kind, index) => (kind === kept ? source[index] : source[index] === '\n' ? '\n' : ' '))
      .join('');
  return { code: keep('code'), comments: keep('comment') };
}

/** The line, counted from 1, of an offset. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split('\n').length;
}

/** After one of these a slash begins a regular expression, not a division. */
const BEFORE_REGEX = /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|typeof|case|in|of|new|throw|else))\s*$/;

function classify(source: string): Kind[] {
  const kinds = new Array<Kind>(source.length).fill('code');
  // For each template whose `${` is open: how many braces of the code inside are open.
  const templates: number[] = [];
  let index = 0;
  const skip = (kind: Kind, from: number, to: number): void => {
    kinds.fill(kind, from, to);
    index = to;
  };
  while (index < source.length) {
    const character = source[index] as string;
    if (source.startsWith('//', index)) skip('comment', index, endOfLine(source, index));
    else if (source.startsWith('/*', index)) skip('comment', index, after(source, '*/', index + 2));
    else if (character === "'" || character === '"') quoted(character);
    else if (character === '`') template(index + 1);
    else if (character === '/' && BEFORE_REGEX.test(lineOf(source, kinds, index))) regex();
    else if (character === '{' && templates.length > 0) count(1);
    else if (character === '}' && templates.at(-1) === 0) {
      templates.pop();
      template(index + 1);
    } else if (character === '}' && templates.length > 0) count(-1);
    else index++;
  }
  return kinds;

  function count(step: number): void {
    templates.push((templates.pop() as number) + step);
    index++;
  }

  function quoted(quote: string): void {
    let end = index + 1;
    while (end < source.length && source[end] !== quote && source[end] !== '\n')
      end += source[end] === '\\' ? 2 : 1;
    skip('text', index + 1, Math.min(end, source.length));
    index = end + 1;
  }

  function template(from: number): void {
    let end = from;
    while (end < source.length && source[end] !== '`' && !source.startsWith('${', end))
      end += source[end] === '\\' ? 2 : 1;
    skip('text', from, Math.min(end, source.length));
    if (source[end] === '$') templates.push(0);
    index = end + (source[end] === '$' ? 2 : 1);
  }

  function regex(): void {
    let end = index + 1;
    let inClass = false;
    while (end < source.length && source[end] !== '\n' && (inClass || source[end] !== '/')) {
      if (source[end] === '[') inClass = true;
      if (source[end] === ']') inClass = false;
      end += source[end] === '\\' ? 2 : 1;
    }
    skip('text', index + 1, Math.min(end, source.length));
    index = end + 1;
  }
}

/** The code of the line up to `index`, or of the lines before it where there is none. */
function lineOf(source: string, kinds: readonly Kind[], index: number): string {
  let text = '';
  for (let at = index - 1; at >= 0 && text.trimStart().length < 12; at--) {
    if (kinds[at] !== 'comment') text = (source[at] as string) + text;
  }
  return text;
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

function after(source: string, mark: string, from: number): number {
  const at = source.indexOf(mark, from);
  return at < 0 ? source.length : at + mark.length;
}
