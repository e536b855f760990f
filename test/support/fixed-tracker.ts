/**
 * An HTTP tracker that names the same peers in every answer, in the compact form of BEP 23, and says whatever else a test
 * wants it to. For clients, such as aria2, that take peers from a tracker only.
 */
import { createServer, type Server } from 'node:http';
import { encodeCompactAddress } from '../../src/core/address.ts';
import { type Encodable, encodeBencode } from '../../src/core/bencode/index.ts';
import { concatBytes } from '../../src/core/bytes.ts';
import type { Address } from '../../src/core/ports.ts';

export class FixedTracker {
  readonly announceUrl: string;
  /** The `event` of each announce, in the order in which they came; '' where there was none. */
  readonly events: string[];
  readonly #server: Server;

  constructor(server: Server, announceUrl: string, events: string[]) {
    this.#server = server;
    this.announceUrl = announceUrl;
    this.events = events;
  }

  /** `fields`: of its answers, beside the peers. */
  static start(
    host: string,
    peers: readonly Address[],
    fields: Readonly<Record<string, Encodable>> = {},
  ): Promise<FixedTracker> {
    const list = peers.map((peer) => {
      const compact = encodeCompactAddress(peer);
      if (compact === undefined) throw new Error(`not an IP address: ${peer.host}`);
      return compact;
    });
    const body = encodeBencode({ interval: 60, peers: concatBytes(...list), ...fields });
    const events: string[] = [];
    const server = createServer((request, response) => {
      events.push(new URLSearchParams(request.url?.split('?')[1]).get('event') ?? '');
      response.end(body);
    });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(new FixedTracker(server, `http://${host}:${address.port}/announce`, events));
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
