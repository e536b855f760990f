/**
 * What is wrong with something that an author wrote, before its place in the file is known. Parsers of the scenario
 * language return complaints and never throw; `source.ts` gives each its file, line and column.
 */

export interface Complaint {
  /** What is wrong, in words for people. */
  readonly message: string;
  /** What would have been right. */
  readonly expected: string | undefined;
  /** The nearest right word, when one is near. */
  readonly suggestion: string | undefined;
  /** Where in the text that was parsed, in UTF-16 units. */
  readonly offset: number;
  /** How much of the text is meant; 0: all of the rest. */
  readonly length: number;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaint: Complaint };

export function accept<T>(value: T): Checked<T> {
  return { ok: true, value };
}

export function reject(
  message: string,
  details: Partial<Omit<Complaint, 'message'>> = {},
): { ok: false; complaint: Complaint } {
  return { ok: false, complaint: complain(message, details) };
}

export function complain(message: string, details: Partial<Omit<Complaint, 'message'>> = {}): Complaint {
  return {
    message,
    expected: details.expected,
    suggestion: details.suggestion,
    offset: details.offset ?? 0,
    length: details.length ?? 0,
  };
}

/** A value as a message may quote it: on one line, short, strings in quotes. */
export function quote(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = String(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return typeof value === 'string' ? `"${short}"` : short;
}
