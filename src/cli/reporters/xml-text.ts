/** Text for XML 1.0, in elements and in attributes between double quotes. */

/** What no document of XML 1.0 may hold, even written as a reference: its section 2.2, `Char`. */
const ILLEGAL = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As they are, an attribute would make spaces of these, and an element a line feed of the last.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** For an attribute. A character that XML cannot hold becomes U+FFFD. */
export function xmlAttribute(text: string): string {
  return text.replace(ILLEGAL, '\ufffd').replace(/[&<>"\t\n\r]/g, (sign) => ESCAPED[sign] as string);
}

/** For the inside of an element; lines stay lines. */
export function xmlText(text: string): string {
  return text.replace(ILLEGAL, '\ufffd').replace(/[&<>\r]/g, (sign) => ESCAPED[sign] as string);
}
