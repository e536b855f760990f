/**
 * An HTTP tracker that names the same peers in every answer, in the compact form of BEP 23. For clients, such as aria2,
 * that take peers from a tracker only.
 */
import { createServer, type Server } from 'node:http';
import { encodeCompactAddress } from '../../src/core/address.ts';
import type { Address } from '../../src/core/ports.ts';

export class FixedTracker {
  readonly announceUrl: string;
  readonly #server: Server;

  constructor(server: Server, announceUrl: string) {
    this.#server = server;
    this.announceUrl = announceUrl;
  }

  static start(host: string, peers: readonly Address[]): Promise<FixedTracker> {
    const list = Buffer.concat(
      peers.map((peer) => {
        const compact = encodeCompactAddress(peer);
        if (compact === undefined) throw new Error(`not an IP address: ${peer.host}`);
        return compact;
      }),
    );
    const body = Buffer.concat([
      Buffer.from(`d8:intervali60e5:peers${list.length}:`, 'latin1'),
      list,
      Buffer.from('e', 'latin1'),
    ]);
    const server = createServer((_request, response) => response.end(body));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, () => {
        const address = server.address();
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(new FixedTracker(server, `http://${host}:${address.port}/announce`));
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
