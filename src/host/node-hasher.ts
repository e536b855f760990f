/** SHA-1 by node's crypto (OpenSSL). */
import { hash } from 'node:crypto';
import type { Hasher } from '../core/ports.ts';
import { plainView } from './plain-bytes.ts';

export class NodeHasher implements Hasher {
  sha1(bytes: Uint8Array): Uint8Array {
    return plainView(hash('sha1', bytes, 'buffer'));
  }
}
