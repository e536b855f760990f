/**
 * The extension handshake (BEP 10): a dictionary in which each side says which extensions it understands and under
 * which number, where it listens, how many requests it queues, and how long the torrent's metadata is (BEP 9). Every
 * field is optional and none is trusted: what is out of range counts as absent.
 */
import { formatIp } from '../address.ts';
import { BencodeDict, decodeBencodeDict, type Encodable, encodeBencode } from '../bencode/index.ts';
import { fromLatin1 } from '../bytes.ts';
import { type Result, success } from '../result.ts';

/** The numbers under which we understand extensions. Other clients know them under numbers of their own. */
export const ExtensionId = { handshake: 0, pex: 1, metadata: 2, dontHave: 3 } as const;

/** Their names in the handshake: BEP 11, BEP 9 and BEP 54. */
export const ExtensionName = { pex: 'ut_pex', metadata: 'ut_metadata', dontHave: 'lt_donthave' } as const;

export interface ExtensionHandshake {
  /** Extension name to the sender's message number; 0 switches an extension off. */
  readonly extensions: ReadonlyMap<string, number>;
  /** Port on which the sender accepts connections. */
  readonly listenPort: number | undefined;
  /** How many requests the sender queues. */
  readonly requestQueue: number | undefined;
  /** The sender's client and version. */
  readonly client: string | undefined;
  /** Bytes of the torrent's info dictionary. */
  readonly metadataBytes: number | undefined;
  /** The receiver's IP address as the sender sees it: 4 or 16 bytes when it is sent, text when it was read. */
  readonly yourIp: string | undefined;
  /** Whether the sender wants nothing any more, though it may lack pieces (BEP 21). */
  readonly uploadOnly: boolean | undefined;
}

/** What is said about ourselves; `yourIp` in its bytes. */
export interface OwnExtensionHandshake
  extends Pick<ExtensionHandshake, 'extensions' | 'listenPort' | 'requestQueue' | 'client'> {
  readonly metadataBytes?: number | undefined;
  readonly yourIp?: Uint8Array | undefined;
  readonly uploadOnly?: boolean | undefined;
}

/** Names beyond this many are ignored: nobody has that many extensions. */
const EXTENSION_NAMES_MAX = 64;

export function encodeExtensionHandshake(handshake: OwnExtensionHandshake): Uint8Array {
  const fields = new Map<string, Encodable>();
  fields.set('m', new Map(handshake.extensions));
  if (handshake.metadataBytes !== undefined) fields.set('metadata_size', handshake.metadataBytes);
  if (handshake.listenPort !== undefined) fields.set('p', handshake.listenPort);
  if (handshake.requestQueue !== undefined) fields.set('reqq', handshake.requestQueue);
  if (handshake.uploadOnly !== undefined) fields.set('upload_only', handshake.uploadOnly ? 1 : 0);
  if (handshake.client !== undefined) fields.set('v', fromLatin1(handshake.client));
  if (handshake.yourIp !== undefined) fields.set('yourip', handshake.yourIp);
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
  const wantsNothing = fields.getInteger('upload_only');
  const yourIp = fields.getBytes('yourip');
  return success({
    extensions,
    listenPort: inRange('p', 1, 65535),
    requestQueue: inRange('reqq', 1, 1_000_000),
    client: fields.getText('v')?.slice(0, 64),
    uploadOnly: wantsNothing === undefined ? undefined : wantsNothing !== 0,
    metadataBytes: inRange('metadata_size', 1, Number.MAX_SAFE_INTEGER),
    yourIp: yourIp?.length === 4 || yourIp?.length === 16 ? formatIp(yourIp) : undefined,
  });
}
