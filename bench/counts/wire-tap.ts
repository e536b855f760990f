/**
 * Listens in on every stream of a simulated network, at the seam (`Network`, `Stream`): what engines say to each other,
 * and in how many deliveries it comes. It changes nothing of what happens.
 */
import type {
  ListenHandler,
  Network,
  Payload,
  Stream,
  StreamEnd,
  StreamHandler,
} from '../../src/core/ports.ts';
import { MessageTally } from './message-tally.ts';

export class WireTap {
  readonly #tallies: MessageTally[] = [];
  /** Calls that brought bytes or a body. */
  deliveries = 0;

  get smallMessages(): number {
    return this.#tallies.reduce((sum, { small }) => sum + small, 0);
  }

  get blocks(): number {
    return this.#tallies.reduce((sum, { blocks }) => sum + blocks, 0);
  }

  /** From here on hears what comes to this end of the network. To be called before it listens or dials. */
  listenIn(network: Pick<Network, 'dial' | 'listen'>): void {
    const dial = network.dial.bind(network);
    const listen = network.listen.bind(network);
    network.dial = (to, handler) => dial(to, this.#tapped(handler));
    network.listen = (port, handler) => listen(port, this.#tappedListener(handler));
  }

  #tappedListener(handler: ListenHandler): ListenHandler {
    return {
      onListening: (address) => handler.onListening(address),
      onAccept: (stream: Stream) => {
        const accepted = handler.onAccept(stream);
        return accepted === undefined ? undefined : this.#tapped(accepted);
      },
      onListenError: (message) => handler.onListenError(message),
    };
  }

  #tapped(handler: StreamHandler): StreamHandler {
    const tally = new MessageTally();
    this.#tallies.push(tally);
    return {
      onOpen: () => handler.onOpen(),
      onBytes: (bytes: Uint8Array, start: number, end: number) => {
        this.deliveries++;
        tally.bytes(bytes, start, end);
        handler.onBytes(bytes, start, end);
      },
      onPayload: (payload: Payload) => {
        this.deliveries++;
        tally.reference();
        handler.onPayload(payload);
      },
      onWritable: () => handler.onWritable(),
      onClose: (end: StreamEnd) => handler.onClose(end),
    };
  }
}
