/** A client with IPv4 and IPv6 on real sockets (BEP 7): the tracker of a name that has both learns both of its addresses. */
import type { lookup } from 'node:dns';
import { afterEach, describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../src/core/bytes.ts';
import { Announcer } from '../../src/core/tracker/announcer.ts';
import { decodeAnnounceReply } from '../../src/core/tracker/http-replies.ts';
import { announceUrl } from '../../src/core/tracker/http-requests.ts';
import { familyOf, type Resolver } from '../../src/core/tracker/resolver.ts';
import { NodeClock } from '../../src/host/node-clock.ts';
import { NodeHttp } from '../../src/host/node-http.ts';
import { NodeNetwork } from '../../src/host/node-network.ts';
import { NodeRandom } from '../../src/host/node-random.ts';
import { TrackerServer } from '../../src/host/tracker-server.ts';
import { pollUntil } from '../contract/world.ts';

const BOTH = ['127.0.0.1', '::1'];
const FOUND = BOTH.map((address) => ({ address, family: familyOf(address) }));

/** "tracker.test" has both addresses of this machine, whatever its own resolver says. */
const lookUp = ((_name: string, { family }: { family?: number }, done: (...outcome: unknown[]) => void) => {
  const found = FOUND.filter((each) => !family || each.family === family);
  setImmediate(() => done(null, found));
}) as unknown as typeof lookup;
const resolver: Resolver = {
  resolve(_name, done, family) {
    const host = BOTH.find((each) => family === undefined || familyOf(each) === family);
    const pending = setImmediate(() => done(host, undefined));
    return { cancel: () => clearImmediate(pending) };
  },
};

const servers: TrackerServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function announcer(url: string): Announcer {
  const ports = {
    clock: new NodeClock(),
    network: new NodeNetwork(),
    ipv6Network: new NodeNetwork({ localHost: '::' }),
    http: new NodeHttp({ lookup: lookUp }),
    random: new NodeRandom(),
  };
  const identity = {
    infoHash: fromLatin1('i'.repeat(20)),
    peerId: fromLatin1('p'.repeat(20)),
    key: 7,
    port: 4000,
  };
  const handler = {
    progress: () => ({ uploaded: 0, downloaded: 0, left: 1 }),
    onPeers: () => {},
    onAnnounced: () => {},
    onFailed: () => {},
  };
  return new Announcer(ports, identity, handler, { tiers: [[url]], bothFamilies: true, resolver });
}

/** Whom the tracker names to somebody who asks at this address, of the same family. */
async function peersNamedTo(host: string, port: number): Promise<string[]> {
  const request = {
    infoHash: fromLatin1('i'.repeat(20)),
    peerId: fromLatin1('q'.repeat(20)),
    port: 0,
    key: 1,
  };
  const counts = { uploaded: 0, downloaded: 0, left: 1, event: 'none', numwant: 50 } as const;
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${port}/announce`;
  const response = await fetch(announceUrl(base, { ...request, ...counts }, undefined));
  const answer = decodeAnnounceReply(new Uint8Array(await response.arrayBuffer()));
  if (!answer.ok || answer.value.kind !== 'reply') return [];
  return answer.value.reply.peers
    .map((peer) => peer.host)
    .filter((each) => familyOf(each) === familyOf(host));
}

describe.each(['http', 'udp'])('a client with both families, over %s', (transport) => {
  it('is known to the tracker at both its addresses, and leaves both', async () => {
    const server = new TrackerServer({ port: 0 });
    servers.push(server);
    const { port } = await server.listen();

    const ours = announcer(`${transport}://tracker.test:${port}/announce`);
    ours.start();
    // Numbers may be a second old.
    await pollUntil(() => server.statistics().announces === 2);
    // It counts once, and is named at the address of the family that asks.
    await pollUntil(() => server.statistics().peers === 1);
    const named: string[] = [];
    for (const host of BOTH) named.push(...(await peersNamedTo(host, port)));
    expect(named).toEqual(BOTH);
    let left = false;
    ours.stop(() => {
      left = true;
    });
    await pollUntil(() => left);
    await pollUntil(() => server.statistics().peers === 0);
  });
});
