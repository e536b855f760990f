/**
 * KRPC messages (BEP 5, with 32, 42 and 43): what one datagram says. Decoding copies what it keeps, never throws, and
 * tells a query that can be answered with an error apart from what gets no answer at all. Encoding is total.
 */
import { decodeCompactAddresses, encodeCompactAddress } from '../address.ts';
import {
  type BencodeDict,
  decodeBencodeDict,
  type Encodable,
  encodeBencode,
  isList,
} from '../bencode/index.ts';
import { toLatin1 } from '../bytes.ts';
import type { Address } from '../ports.ts';
import { failure, type Result, success } from '../result.ts';
import { decodeNodes, encodeNodes, type NodeContact } from './compact-nodes.ts';
import { ID_LENGTH } from './node-id.ts';

/** A longer datagram is not looked at: BEP 32 keeps them below 1,024 bytes. */
export const DATAGRAM_MAX = 2048;
/** Most nodes taken from one list: twice what BEP 5 sends. */
const NODES_MAX = 16;
/** Longest transaction id that is echoed, longest token that is sent back. */
const TRANSACTION_MAX = 32;
const TOKEN_MAX = 128;
const DECODING = { order: 'any', depthLimit: 8, tokenLimit: 1024 } as const;

export const ErrorCode = { generic: 201, server: 202, protocol: 203, unknownMethod: 204 } as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Which lists of nodes the asker wants (BEP 32). */
export interface WantedNodes {
  readonly n4: boolean;
  readonly n6: boolean;
}

export type KrpcQuery =
  | { readonly method: 'ping'; readonly id: Uint8Array }
  | {
      readonly method: 'find_node';
      readonly id: Uint8Array;
      readonly target: Uint8Array;
      readonly want: WantedNodes | undefined;
    }
  | {
      readonly method: 'get_peers';
      readonly id: Uint8Array;
      readonly infoHash: Uint8Array;
      readonly want: WantedNodes | undefined;
    }
  | {
      readonly method: 'announce_peer';
      readonly id: Uint8Array;
      readonly infoHash: Uint8Array;
      readonly port: number;
      /** The port that the datagram comes from is meant. */
      readonly impliedPort: boolean;
      readonly token: Uint8Array;
    };

export interface KrpcReply {
  readonly id: Uint8Array;
  readonly nodes: readonly NodeContact[];
  readonly nodes6: readonly NodeContact[];
  readonly values: readonly Address[];
  readonly token: Uint8Array | undefined;
}

export type KrpcMessage =
  | {
      readonly kind: 'query';
      readonly transaction: Uint8Array;
      readonly query: KrpcQuery;
      /** The sender answers nobody (BEP 43). */
      readonly readOnly: boolean;
    }
  /** A query that can be answered with an error only. */
  | {
      readonly kind: 'bad query';
      readonly transaction: Uint8Array;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | {
      readonly kind: 'reply';
      readonly transaction: Uint8Array;
      /** Undefined: it answers, but not as it should. */
      readonly reply: KrpcReply | undefined;
      /** Where the sender sees us (BEP 42). */
      readonly seenAt: Address | undefined;
    }
  | { readonly kind: 'error'; readonly transaction: Uint8Array };

export function decodeKrpc(bytes: Uint8Array): Result<KrpcMessage> {
  if (bytes.length > DATAGRAM_MAX) return failure(`a datagram of ${bytes.length} bytes`);
  const decoded = decodeBencodeDict(bytes, DECODING);
  if (!decoded.ok) return decoded;
  const fields = decoded.value;
  const transaction = fields.getBytes('t')?.slice();
  if (transaction === undefined || transaction.length === 0 || transaction.length > TRANSACTION_MAX) {
    return failure('no usable transaction id');
  }
  switch (textOf(fields, 'y')) {
    case 'q':
      return success(decodeQuery(fields, transaction));
    case 'r':
      return success({
        kind: 'reply',
        transaction,
        reply: decodeReply(fields.getDict('r')),
        seenAt: decodeAddress(fields.getBytes('ip')),
      });
    case 'e':
      return success({ kind: 'error', transaction });
    default:
      return failure('neither a query, a reply nor an error');
  }
}

function decodeQuery(fields: BencodeDict, transaction: Uint8Array): KrpcMessage {
  const bad = (message: string, code: ErrorCode = ErrorCode.protocol): KrpcMessage => ({
    kind: 'bad query',
    transaction,
    code,
    message,
  });
  const method = textOf(fields, 'q');
  const args = fields.getDict('a');
  if (method === undefined) return bad('no method');
  if (args === undefined) return bad('no arguments');
  const id = args.getBytes('id', ID_LENGTH)?.slice();
  if (id === undefined) return bad('an id has 20 bytes');
  const readOnly = fields.getInteger('ro') === 1;
  const asks = (query: KrpcQuery): KrpcMessage => ({ kind: 'query', transaction, query, readOnly });
  const target = args.getBytes('target', ID_LENGTH)?.slice();
  const infoHash = args.getBytes('info_hash', ID_LENGTH)?.slice();
  const want = decodeWant(args);
  switch (method) {
    case 'ping':
      return asks({ method, id });
    case 'find_node':
      return target === undefined ? bad('a target has 20 bytes') : asks({ method, id, target, want });
    case 'get_peers':
      return infoHash === undefined ? bad('an info-hash has 20 bytes') : asks({ method, id, infoHash, want });
    case 'announce_peer': {
      const token = args.getBytes('token')?.slice();
      const impliedPort = (args.getInteger('implied_port') ?? 0) !== 0;
      const port = args.getInteger('port') ?? 0;
      if (infoHash === undefined) return bad('an info-hash has 20 bytes');
      if (token === undefined || token.length > TOKEN_MAX) return bad('no token');
      if (!impliedPort && (port < 1 || port > 65535)) return bad('a port is from 1 to 65535');
      return asks({ method, id, infoHash, port, impliedPort, token });
    }
    default: {
      // A query of an extension that looks for something is worth the nodes that may know it.
      const sought = target ?? infoHash;
      if (sought === undefined) return bad('unknown method', ErrorCode.unknownMethod);
      return asks({ method: 'find_node', id, target: sought, want });
    }
  }
}

function decodeReply(fields: BencodeDict | undefined): KrpcReply | undefined {
  const id = fields?.getBytes('id', ID_LENGTH)?.slice();
  if (fields === undefined || id === undefined) return undefined;
  const nodes = decodeNodes(fields.getBytes('nodes') ?? NOTHING, 4, NODES_MAX);
  const nodes6 = decodeNodes(fields.getBytes('nodes6') ?? NOTHING, 16, NODES_MAX);
  const token = fields.getBytes('token')?.slice();
  if (nodes === undefined || nodes6 === undefined) return undefined;
  const values: Address[] = [];
  for (const value of fields.getList('values') ?? []) {
    const address = value instanceof Uint8Array ? decodeAddress(value) : undefined;
    if (address !== undefined) values.push(address);
  }
  return {
    id,
    nodes,
    nodes6,
    values,
    token: token !== undefined && token.length <= TOKEN_MAX ? token : undefined,
  };
}

/** A compact address of either family. */
function decodeAddress(bytes: Uint8Array | undefined): Address | undefined {
  if (bytes?.length !== 6 && bytes?.length !== 18) return undefined;
  return decodeCompactAddresses(bytes, bytes.length === 6 ? 4 : 16)[0];
}

function decodeWant(args: BencodeDict): WantedNodes | undefined {
  const list = args.get('want');
  if (!isList(list)) return undefined;
  const names = list.map((name) => (name instanceof Uint8Array && name.length === 2 ? toLatin1(name) : ''));
  const want = { n4: names.includes('n4'), n6: names.includes('n6') };
  return want.n4 || want.n6 ? want : undefined;
}

function textOf(fields: BencodeDict, key: string): string | undefined {
  const bytes = fields.getBytes(key);
  return bytes === undefined || bytes.length > 32 ? undefined : toLatin1(bytes);
}

/** `version`: client and version in four bytes (BEP 5). */
export function encodeQuery(
  transaction: Uint8Array,
  query: KrpcQuery,
  options: { readonly readOnly?: boolean; readonly version?: string } = {},
): Uint8Array {
  return encodeBencode({
    t: transaction,
    y: 'q',
    q: query.method,
    a: argumentsOf(query),
    ro: options.readOnly === true ? 1 : undefined,
    v: options.version,
  });
}

function argumentsOf(query: KrpcQuery): Encodable {
  const { method, id } = query;
  switch (method) {
    case 'ping':
      return { id };
    case 'find_node':
      return { id, target: query.target, want: wantList(query.want) };
    case 'get_peers':
      return { id, info_hash: query.infoHash, want: wantList(query.want) };
    case 'announce_peer':
      return {
        id,
        implied_port: query.impliedPort ? 1 : undefined,
        info_hash: query.infoHash,
        port: query.port,
        token: query.token,
      };
  }
}

function wantList(want: WantedNodes | undefined): Encodable | undefined {
  return want === undefined ? undefined : [...(want.n4 ? ['n4'] : []), ...(want.n6 ? ['n6'] : [])];
}

/** What a reply says besides the id; lists that are undefined are left out. */
export interface ReplyFields {
  readonly id: Uint8Array;
  readonly nodes?: readonly NodeContact[] | undefined;
  readonly nodes6?: readonly NodeContact[] | undefined;
  readonly values?: readonly Address[] | undefined;
  readonly token?: Uint8Array | undefined;
}

/** `to`: the asker, who is told where we see it (BEP 42). */
export function encodeReply(
  transaction: Uint8Array,
  reply: ReplyFields,
  to?: Address,
  version?: string,
): Uint8Array {
  const { id, nodes, nodes6, values, token } = reply;
  return encodeBencode({
    t: transaction,
    y: 'r',
    ip: to && encodeCompactAddress(to),
    r: {
      id,
      nodes: nodes && encodeNodes(nodes, 4),
      nodes6: nodes6 && encodeNodes(nodes6, 16),
      token,
      values: values?.flatMap((address) => encodeCompactAddress(address) ?? []),
    },
    v: version,
  });
}

export function encodeError(transaction: Uint8Array, code: ErrorCode, message: string): Uint8Array {
  return encodeBencode({ t: transaction, y: 'e', e: [code, message] });
}

const NOTHING = new Uint8Array(0);
