/**
 * The extension handshake (BEP 10): a dictionary in which each side says which extensions it understands and under
 * which number, where it listens, and how many requests it queues. Every field is optional and none is trusted: what is
 * out of range counts as absent.
 */
import { BencodeDict, decodeBencodeDict, encodeBencode } from '../bencode/index.ts';
import { fromLatin1 } from '../bytes.ts';
import { type Result, success } from '../result.ts';

export interface ExtensionHandshake {
  /** Extension name to the sender's message number; 0 switches an extension off. */
  readonly extensions: ReadonlyMap<string, number>;
  /** Port on which the sender accepts connections. */
  readonly listenPort: number | undefined;
  /** How many requests the sender queues. */
  readonly requestQueue: number | undefined;
  /** The sender's client and version. */
  readonly client: string | undefined;
}

/** Names beyond this many are ignored: nobody has that many extensions. */
const EXTENSION_NAMES_MAX = 64;

export function encodeExtensionHandshake(handshake: ExtensionHandshake): Uint8Array {
  const fields = new Map<string, number | Uint8Array | Map<string, number>>();
  fields.set('m', new Map(handshake.extensions));
  if (handshake.listenPort !== undefined) fields.set('p', handshake.listenPort);
  if (handshake.requestQueue !== undefined) fields.set('reqq', handshake.requestQueue);
  if (handshake.client !== undefined) fields.set('v', fromLatin1(handshake.client));
  return encodeBencode(fields);
}

export function decodeExtensionHandshake(body: Uint8Array): Result<ExtensionHandshake> {
  const decoded = decodeBencodeDict(body, { order: 'any', depthLimit: 8, tokenLimit: 4096 });
  if (!decoded.ok) return decoded;
  const fields = decoded.value;
  const extensions = new Map<string, number>();
  const named = fields.get('m');
  if (named instanceof BencodeDict) {
    for (const [name, id] of named.entries()) {
      if (extensions.size >= EXTENSION_NAMES_MAX) break;
      if (typeof id === 'number' && id >= 0 && id <= 255) extensions.set(name, id);
    }
  }
  const inRange = (key: string, low: number, high: number): number | undefined => {
    const value = fields.getInteger(key);
    return value !== undefined && value >= low && value <= high ? value : undefined;
  };
  return success({
    extensions,
    listenPort: inRange('p', 1, 65535),
    requestQueue: inRange('reqq', 1, 1_000_000),
    client: fields.getText('v')?.slice(0, 64),
  });
}
