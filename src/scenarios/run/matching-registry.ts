/**
 * A tracker that knows to which class a peer belongs, such as that of its uplink, and gives it others of the same class:
 * bandwidth matching (Bharambe, Herley and Padmanabhan 2006). It keeps a swarm of each class beside that of all, so an
 * answer costs what it costs without classes. Without `Matching` it is an ordinary registry.
 */
import type { Address, Microseconds, Random } from '../../core/ports.ts';
import { type Result, success } from '../../core/result.ts';
import type { AnnounceRequest } from '../../core/tracker/announce.ts';
import {
  type AnnounceAnswer,
  type AnnounceLimits,
  NUMWANT_MAX,
  SwarmRegistry,
  type SwarmRegistryOptions,
} from '../../core/tracker/swarm-registry.ts';

export interface Matching {
  /** Of the peers in an answer, those of the asker's class, as far as there are so many. */
  readonly perMillion: number;
  /** Undefined: of no class; such a peer gets others by chance alone. */
  readonly classOf: (contact: Address) => number | undefined;
}

export class MatchingRegistry extends SwarmRegistry {
  readonly #random: Random;
  readonly #options: Partial<SwarmRegistryOptions>;
  readonly #matching: Matching | undefined;
  readonly #classes = new Map<number, SwarmRegistry>();

  constructor(
    ports: { readonly random: Random },
    options: Partial<SwarmRegistryOptions> = {},
    matching?: Matching,
  ) {
    super(ports, options);
    this.#random = ports.random;
    this.#options = options;
    this.#matching = matching;
  }

  override announce(
    request: AnnounceRequest,
    from: Address,
    nowUs: Microseconds,
    limits?: AnnounceLimits,
  ): Result<AnnounceAnswer> {
    const answer = super.announce(request, from, nowUs, limits);
    const ofClass = this.#matching?.classOf({ host: from.host, port: request.port });
    if (this.#matching === undefined || ofClass === undefined || !answer.ok) return answer;
    const { perMillion } = this.#matching;
    const wanted = request.numwant < 0 ? (this.#options.defaultNumwant ?? NUMWANT_MAX) : request.numwant;
    const count = Math.min(wanted, limits?.peersMax ?? NUMWANT_MAX, NUMWANT_MAX);
    const numwant = Math.ceil((count * perMillion) / 1_000_000);
    const alike = this.#registryOf(ofClass).announce({ ...request, numwant }, from, nowUs, limits);
    if (!alike.ok) return answer;
    const peers = [...alike.value.peers];
    for (const peer of answer.value.peers) {
      if (peers.length >= count) break;
      const { host, port } = peer.contact;
      if (!peers.some(({ contact }) => contact.host === host && contact.port === port)) peers.push(peer);
    }
    return success({ ...answer.value, peers });
  }

  #registryOf(ofClass: number): SwarmRegistry {
    let registry = this.#classes.get(ofClass);
    if (registry === undefined) {
      registry = new SwarmRegistry({ random: this.#random.fork(`class ${ofClass}`) }, this.#options);
      this.#classes.set(ofClass, registry);
    }
    return registry;
  }
}
