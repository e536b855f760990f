/**
 * TCP and UDP inside a network namespace, as the engine's `Network`: an agent there makes each socket and hands it over,
 * then it is used like any other. The kernel does everything else.
 */
import type { Socket as DatagramSocketOfNode } from 'node:dgram';
import type { Server, Socket } from 'node:net';
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
  #lastId = 0;

  /** `address`: of the host, inside the namespace. */
  constructor(address: string, send: (message: ToAgent) => void) {
    this.#address = address;
    this.#send = send;
  }

  /** The agent has said something. */
  heard(message: FromAgent, handle: unknown): void {
    if (message.event === 'ready') return;
    const answer = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.event === 'failed') answer?.(undefined, message.code, 0);
    else answer?.(handle, undefined, message.port);
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
            if (failure === undefined) stream.opened(handle as Socket);
            else stream.failed(failure);
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
