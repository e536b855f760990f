/**
 * What a node answers to the queries of others (BEP 5, 32). Invariants: nothing is stored for whom has not shown by a
 * token that the address is its own; no answer is longer than ten times the question or than 1,024 bytes.
 */
import type { Address, Clock, Hasher, Random } from '../ports.ts';
import { isIpv6 } from './address-scope.ts';
import { K } from './bucket.ts';
import type { NodeContact } from './compact-nodes.ts';
import {
  ErrorCode,
  encodeError,
  encodeReply,
  type KrpcQuery,
  type ReplyFields,
  type WantedNodes,
} from './krpc.ts';
import { PeerStore } from './peer-store.ts';
import { Tokens } from './tokens.ts';

export const ANSWER_MAX = 1024;
export const AMPLIFICATION_MAX = 10;
/** Bytes around a list of values, and around each of them. */
const LIST_BYTES = 10;
const IPV4_VALUE_BYTES = 8;
const IPV6_VALUE_BYTES = 21;

export interface ResponderPorts {
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly random: Random;
}

/** The nodes that a responder can name. */
export interface NamedNodes {
  readonly ownId: Uint8Array;
  /** The closest of one family, but not the asker; undefined where we have no part in that family's DHT. */
  closest(
    family: 'n4' | 'n6',
    target: Uint8Array,
    max: number,
    except: Address,
  ): readonly NodeContact[] | undefined;
}

export class Responder {
  readonly store: PeerStore;
  readonly #tokens: Tokens;
  readonly #nodes: NamedNodes;
  readonly #version: string;
  readonly #onAnnounced: (infoHash: Uint8Array, address: Address) => void;

  /** `onAnnounced`: somebody has shown that it is at this address and shares the torrent. */
  constructor(
    ports: ResponderPorts,
    nodes: NamedNodes,
    version: string,
    onAnnounced: (infoHash: Uint8Array, address: Address) => void,
  ) {
    const { clock, random } = ports;
    this.store = new PeerStore(clock, random.fork('peers'), () => nodes.ownId);
    this.#tokens = new Tokens({ ...ports, random: random.fork('tokens') });
    this.#nodes = nodes;
    this.#version = version;
    this.#onAnnounced = onAnnounced;
  }

  /** The answer to a query of `length` bytes. */
  answer(transaction: Uint8Array, query: KrpcQuery, from: Address, length: number): Uint8Array {
    const id = this.#nodes.ownId;
    const reply = (fields: ReplyFields): Uint8Array => encodeReply(transaction, fields, from, this.#version);
    switch (query.method) {
      case 'ping':
        return reply({ id });
      case 'find_node':
        return reply({ id, ...this.#named(query.target, query.want, from) });
      case 'get_peers': {
        const { infoHash, want } = query;
        const token = this.#tokens.issue(from.host, infoHash);
        const fields = { id, token, ...this.#named(infoHash, want, from) };
        const without = reply(fields);
        const room = Math.min(ANSWER_MAX, AMPLIFICATION_MAX * length) - without.length - LIST_BYTES;
        const max = Math.floor(room / (isIpv6(from.host) ? IPV6_VALUE_BYTES : IPV4_VALUE_BYTES));
        const values = max > 0 ? this.store.sample(infoHash, max) : [];
        return values.length > 0 ? reply({ ...fields, values }) : without;
      }
      case 'announce_peer': {
        const { infoHash, token, impliedPort, port } = query;
        if (!this.#tokens.accepts(token, from.host, infoHash)) {
          return encodeError(transaction, ErrorCode.protocol, 'bad token');
        }
        const address = { host: from.host, port: impliedPort ? from.port : port };
        this.store.announce(infoHash, address);
        this.#onAnnounced(infoHash, address);
        return reply({ id });
      }
    }
  }

  #named(
    target: Uint8Array,
    want: WantedNodes | undefined,
    from: Address,
  ): Pick<ReplyFields, 'nodes' | 'nodes6'> {
    const { n4, n6 } = want ?? { n4: !isIpv6(from.host), n6: isIpv6(from.host) };
    return {
      nodes: n4 ? this.#nodes.closest('n4', target, K, from) : undefined,
      nodes6: n6 ? this.#nodes.closest('n6', target, K, from) : undefined,
    };
  }
}
