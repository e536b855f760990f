/**
 * A tracker's HTTP side (BEP 3): a function from request target to answer, so that any HTTP server can stand in front
 * of it: the simulated one in core and the real one on the host. A refusal is an answer with status 200, because
 * clients look for the reason only there.
 */

import { encodeUtf8 } from '../bytes.ts';
import type { HttpReply } from '../http/response.ts';
import type { Address, Microseconds } from '../ports.ts';
import { encodeAnnounceReply, encodeFailure, encodeScrapeReply } from './http-replies.ts';
import { decodeTrackerTarget } from './http-requests.ts';
import { NUMWANT_MAX, type SwarmRegistry } from './swarm-registry.ts';

const CONTENT_TYPE = 'text/plain; charset=iso-8859-1';

export class HttpTrackerEndpoint {
  readonly #registry: SwarmRegistry;
  readonly #tellsAddress: boolean;

  /** `tellsAddress`: every asker hears at which address it was seen (BEP 24). Default false. */
  constructor(registry: SwarmRegistry, tellsAddress = false) {
    this.#registry = registry;
    this.#tellsAddress = tellsAddress;
  }

  /** `target` is path and query as in the request line, `from` where the request came from. */
  handle(target: string, from: Address, nowUs: Microseconds): HttpReply {
    const request = decodeTrackerTarget(target);
    if (request === undefined) {
      return { status: 404, contentType: CONTENT_TYPE, body: encodeUtf8('not found\n') };
    }
    return { status: 200, contentType: CONTENT_TYPE, body: this.#answer(request, from, nowUs) };
  }

  #answer(
    request: NonNullable<ReturnType<typeof decodeTrackerTarget>>,
    from: Address,
    nowUs: Microseconds,
  ): Uint8Array {
    if (!request.ok) return encodeFailure(request.error.message);
    if (request.value.kind === 'scrape') {
      const { infoHashes } = request.value;
      return encodeScrapeReply(infoHashes, this.#registry.scrape(infoHashes, nowUs));
    }
    const { announce, compact, peerIds } = request.value;
    const limits = { peersMax: NUMWANT_MAX, bothFamilies: true };
    const answer = this.#registry.announce(announce, from, nowUs, limits);
    return answer.ok
      ? encodeAnnounceReply(answer.value, compact, peerIds, this.#tellsAddress ? from.host : undefined)
      : encodeFailure(answer.error.message);
  }
}
