/** What others say must not steer the terminal: control characters and those that change the direction of text go. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}
