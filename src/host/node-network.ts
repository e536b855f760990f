/**
 * TCP and UDP of the real machine. Every peer of a run may have an address of its own: with `localHost` all listening,
 * dialling and datagrams use that address (127.x.y.z for swarms on loopback). No socket error ever goes unheard.
 */
import { connect as connectSocket, createServer, Socket, type TcpNetConnectOpts } from 'node:net';
import type {
  Address,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenHandler,
  Network,
  Stream,
  StreamHandler,
} from '../core/ports.ts';
import { canonicalAddress, errorCode, isDialable } from './node-address.ts';
import { NodeDatagrams } from './node-datagrams.ts';
import { NodeStream } from './node-stream.ts';

export interface NodeNetworkOptions {
  /** The local IP address for everything. Default: all of them for listening, the system's choice for dialling. */
  readonly localHost?: string;
  /** How long a dial may take. Default 15 s. */
  readonly dialTimeoutUs?: number;
  /** Makes a connecting socket; for tests. */
  readonly connect?: (options: TcpNetConnectOpts) => Socket;
}

const DIAL_TIMEOUT_US = 15_000_000;
/** What one read takes at most: more is slower again, because it leaves the cache before it is looked at. */
const READ_BYTES = 131_072;

export class NodeNetwork implements Network {
  readonly #localHost: string | undefined;
  readonly #dialTimeoutMs: number;
  readonly #connect: (options: TcpNetConnectOpts) => Socket;
  /** Every socket reads into this one: what it holds is handed on before anything else is read. */
  #readBuffer: Uint8Array | undefined;

  constructor(options: NodeNetworkOptions = {}) {
    this.#localHost = options.localHost;
    this.#dialTimeoutMs = Math.ceil((options.dialTimeoutUs ?? DIAL_TIMEOUT_US) / 1_000);
    this.#connect = options.connect ?? connectSocket;
  }

  listen(port: number, handler: ListenHandler): Listener {
    let over = false;
    const server = createServer({ noDelay: true }, (socket) => {
      const stream = new NodeStream(
        socket,
        canonicalAddress(socket.remoteAddress, socket.remotePort),
        undefined,
      );
      const accepted = over ? undefined : handler.onAccept(stream);
      if (accepted === undefined) stream.reset();
      else stream.attach(accepted);
    });
    server.on('error', (error) => {
      // After listening has begun only a failed accept (too many open files) comes here, and that passes.
      if (over || server.listening) return;
      over = true;
      handler.onListenError(`cannot listen on port ${port}: ${errorCode(error)}`);
    });
    server.listen({ port, ...(this.#localHost === undefined ? {} : { host: this.#localHost }) }, () => {
      const bound = server.address();
      if (over || bound === null || typeof bound === 'string') return;
      handler.onListening(canonicalAddress(bound.address, bound.port));
    });
    return {
      close() {
        over = true;
        server.close();
      },
    };
  }

  dial(to: Address, handler: StreamHandler): Stream {
    const stream = this.#dialSocket(to);
    stream.attach(handler);
    return stream;
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    return new NodeDatagrams(this.#localHost, port, handler);
  }

  #dialSocket(to: Address): NodeStream {
    // A name would be looked up, and an impossible port throws: neither is an address.
    if (isDialable(to)) {
      try {
        this.#readBuffer ??= new Uint8Array(READ_BYTES);
        const buffer = this.#readBuffer;
        let dialled: NodeStream | undefined;
        const socket = this.#connect({
          onread: {
            buffer,
            callback: (length) => {
              dialled?.received(buffer, length);
              return true;
            },
          },
          host: to.host,
          port: to.port,
          noDelay: true,
          ...(this.#localHost === undefined ? {} : { localAddress: this.#localHost }),
        });
        dialled = new NodeStream(socket, to, this.#dialTimeoutMs);
        return dialled;
      } catch {
        // Falls through: what node refuses outright cannot be reached.
      }
    }
    const stream = new NodeStream(new Socket(), to, this.#dialTimeoutMs);
    stream.failSoon('unreachable');
    return stream;
  }
}
