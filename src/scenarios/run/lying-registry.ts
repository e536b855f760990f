/** A tracker that can be made to lie: while it does, it answers with addresses at which nobody is. */
import type { Address, Microseconds } from '../../core/ports.ts';
import { type Result, success } from '../../core/result.ts';
import type { AnnounceRequest } from '../../core/tracker/announce.ts';
import type { AnnounceAnswer, AnnounceLimits } from '../../core/tracker/swarm-registry.ts';
import { MatchingRegistry } from './matching-registry.ts';

/** Reserved for tests of networks (RFC 2544): no machine of a run has such an address. */
const NOBODY = '198.18.';

export class LyingRegistry extends MatchingRegistry {
  lies = false;

  override announce(
    request: AnnounceRequest,
    from: Address,
    nowUs: Microseconds,
    limits?: AnnounceLimits,
  ): Result<AnnounceAnswer> {
    const answer = super.announce(request, from, nowUs, limits);
    if (!this.lies || !answer.ok) return answer;
    const peers = answer.value.peers.map((peer, index) => ({
      ...peer,
      contact: { ...peer.contact, host: `${NOBODY}${(index >> 8) & 0xff}.${index & 0xff}` },
    }));
    return success({ ...answer.value, peers });
  }
}
