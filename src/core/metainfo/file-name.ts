/**
 * Turns what a torrent file calls a file or folder into a name that every common system takes. Invariant: a name made
 * here is one path component of 1 to 240 UTF-8 bytes, is neither "." nor "..", and means the same thing on Linux, macOS
 * and Windows, so that a data folder can be moved between them.
 */
import { concatBytes, decodeUtf8 } from '../bytes.ts';
import { COMPONENT_LENGTH_LIMIT } from './limits.ts';

/** Control characters, separators and what Windows forbids, ill-formed UTF-8, and line separators. */
const REPLACED = /[\p{Cc}/\\:*?"<>|\u2028\u2029\ufffd]/gu;

/** Invisible characters and those that change the direction of text: they can make ".exe" read as ".txt". */
const REMOVED = /\u00ad|\u061c|\u180e|[\u200b-\u200f]|[\u202a-\u202e]|[\u2060-\u206f]|\ufeff/gu;

/** Names that are devices on Windows, whatever extension follows. */
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

const PRINTABLE_ASCII = /^[ -~]*$/;

/** A longer extension is taken for a part of the name and may be cut. */
const EXTENSION_LENGTH_LIMIT = 32;

/** Longer names are shortened before anything else looks at them. */
const RAW_LENGTH_LIMIT = 4096;

/**
 * The safe form of one path component; undefined for "." and "..", which are to be left out of the path. A component
 * of which nothing remains becomes "_".
 */
export function safeFileName(raw: Uint8Array): string | undefined {
  const half = RAW_LENGTH_LIMIT / 2;
  const bounded =
    raw.length <= RAW_LENGTH_LIMIT ? raw : concatBytes(raw.subarray(0, half), raw.subarray(-half));
  let name = decodeUtf8(bounded).replace(REMOVED, '').replace(REPLACED, '_');
  if (name === '.' || name === '..') return undefined;
  name = withoutTail(name);
  if (DEVICE.test(name)) name = `_${name}`;
  return withoutTail(withSuffix(name, '')) || '_';
}

/**
 * Puts `suffix` between the stem and the extension of a safe name, and shortens the stem where the whole would be
 * longer than the limit.
 */
export function withSuffix(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && utf8Length(name.slice(dot)) <= EXTENSION_LENGTH_LIMIT;
  const stem = hasExtension ? name.slice(0, dot) : name;
  const tail = suffix + (hasExtension ? name.slice(dot) : '');
  return prefixOfLength(stem, COMPONENT_LENGTH_LIMIT - utf8Length(tail)) + tail;
}

/**
 * Equal for names that some file system takes for the same: it ignores case and the Unicode normalisation form. It may
 * also be equal for a few names that are distinct everywhere, which costs no more than a suffix.
 */
export function foldedName(name: string): string {
  if (PRINTABLE_ASCII.test(name)) return name.toLowerCase();
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

/** Without trailing dots and spaces, which Windows drops when it creates a file. */
function withoutTail(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
}

/** The longest prefix of whole code points with at most `limit` bytes in UTF-8. */
function prefixOfLength(text: string, limit: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += utf8Length(character);
    if (length > limit) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
