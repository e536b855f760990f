/**
 * TCP and UDP inside a network namespace, as the engine's `Network`: an agent there makes each socket and hands it over,
 * then it is used like any other. The kernel does everything else.
 */
import type { Socket as DatagramSocketOfNode } from 'node:dgram';
import { type Server, Socket } from 'node:net';
import type {
  Address,
  DatagramHandler,
  DatagramSocket,
  Listener,
  ListenHandler,
  Network,
  Stream,
  StreamHandler,
} from '../../core/ports.ts';
import { canonicalAddress, isDialable } from '../node-address.ts';
import { NodeDatagrams } from '../node-datagrams.ts';
import { NodeStream } from '../node-stream.ts';
import type { FromAgent, ToAgent } from './agent-messages.ts';
import { DialledStream } from './dialled-stream.ts';

/** What answers a request: the socket, or the code of the error. */
type Answer = (handle: unknown, failure: string | undefined, port: number) => void;

export class NamespaceNetwork implements Network {
  readonly #address: string;
  readonly #send: (message: ToAgent) => void;
  readonly #waiting = new Map<number, Answer>();
  /** Sockets of which the agent still has a copy. */
  readonly #shared = new Map<number, { readonly handle: unknown; readonly port: number }>();
  #lastId = 0;

  /** `address`: of the host, inside the namespace. */
  constructor(address: string, send: (message: ToAgent) => void) {
    this.#address = address;
    this.#send = send;
  }

  /** The agent has said something. */
  heard(message: FromAgent, handle: unknown): void {
    if (message.event === 'ready') return;
    const { id } = message;
    const answer = this.#waiting.get(id);
    if (message.event === 'socket' && !(handle instanceof Socket) && handle !== undefined) {
      this.#shared.set(id, { handle, port: message.port });
      return;
    }
    this.#waiting.delete(id);
    const shared = this.#shared.get(id);
    this.#shared.delete(id);
    if (message.event === 'failed') answer?.(undefined, message.code, 0);
    else if (message.event === 'socket') answer?.(handle, undefined, message.port);
    else answer?.(shared?.handle, undefined, shared?.port ?? 0);
  }

  listen(port: number, handler: ListenHandler): Listener {
    let closed = false;
    let server: Server | undefined;
    this.#ask(
      (id) => ({ op: 'listen', id, host: this.#address, port }),
      (handle, failure, bound) => {
        server = handle as Server | undefined;
        if (closed) server?.close();
        else if (failure !== undefined) handler.onListenError(`cannot listen on port ${port}: ${failure}`);
        else {
          server?.on('connection', (socket: Socket) => accept(socket));
          handler.onListening({ host: this.#address, port: bound });
        }
      },
    );
    const accept = (socket: Socket): void => {
      socket.setNoDelay(true);
      const stream = new NodeStream(
        socket,
        canonicalAddress(socket.remoteAddress, socket.remotePort),
        undefined,
      );
      const accepted = closed ? undefined : handler.onAccept(stream);
      if (accepted === undefined) stream.reset();
      else stream.attach(accepted);
    };
    return {
      close() {
        closed = true;
        server?.close();
      },
    };
  }

  dial(to: Address, handler: StreamHandler): Stream {
    const stream = new DialledStream(to, handler, () => {
      if (id === undefined) return;
      this.#waiting.set(id, (handle) => (handle as Socket | undefined)?.destroy());
      this.#send({ op: 'forget', id });
    });
    const id = isDialable(to)
      ? this.#ask(
          (asked) => ({ op: 'dial', id: asked, from: this.#address, ...to }),
          (handle, failure) => {
            // A socket that was reset while it was handed over does not arrive.
            if (handle === undefined) stream.failed(failure ?? 'ECONNRESET');
            else stream.opened(handle as Socket);
          },
        )
      : undefined;
    if (id === undefined) setImmediate(() => stream.failed('not an address'));
    return stream;
  }

  bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
    return new NodeDatagrams(this.#address, port, handler, (bound, failed) => {
      this.#ask(
        (id) => ({ op: 'bind', id, host: this.#address, port }),
        (handle, failure) => {
          if (failure === undefined) bound(handle as DatagramSocketOfNode);
          else failed(failure);
        },
      );
    });
  }

  #ask(message: (id: number) => ToAgent, answer: Answer): number {
    const id = ++this.#lastId;
    this.#waiting.set(id, answer);
    this.#send(message(id));
    return id;
  }
}
