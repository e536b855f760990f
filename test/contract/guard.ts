/**
 * Wrappers around ports that watch the rules which hold for all of them: no call back inside a call (rule 1 of the
 * seam), onClose once and as the last call, silence after an error. Violations are collected, so that a broken rule
 * fails the test in which it happened and not the event loop.
 */
import type {
  Address,
  Clock,
  DatagramHandler,
  DatagramSocket,
  Disk,
  DiskError,
  DiskHandler,
  Listener,
  ListenHandler,
  Network,
  Payload,
  Stream,
  StreamEnd,
  StreamHandler,
} from '../../src/core/ports.ts';

export class Guard {
  readonly violations: string[] = [];
  #depth = 0;

  /** Makes a call into a port. */
  ask<T>(call: () => T): T {
    this.#depth++;
    try {
      return call();
    } finally {
      this.#depth--;
    }
  }

  /** Notes a call that a port made. What the callee asks from there is a fresh call again. */
  told<T>(what: string, call: () => T): T {
    if (this.#depth > 0) this.violations.push(`${what} was called inside a call into the port`);
    const depth = this.#depth;
    this.#depth = 0;
    try {
      return call();
    } finally {
      this.#depth = depth;
    }
  }
}

export function guardClock(clock: Clock, guard: Guard): Clock {
  return {
    now: () => clock.now(),
    schedule(atUs, callback) {
      const timer = guard.ask(() => clock.schedule(atUs, () => guard.told('a timer', callback)));
      return { cancel: () => guard.ask(() => timer.cancel()) };
    },
  };
}

export function guardNetwork(network: Network, guard: Guard): Network {
  return {
    listen(port: number, handler: ListenHandler): Listener {
      const listener = guard.ask(() => network.listen(port, guardListenHandler(handler, guard)));
      return { close: () => guard.ask(() => listener.close()) };
    },
    dial(to: Address, handler: StreamHandler): Stream {
      const guarded = guardStreamHandler(handler, guard, true);
      return guardStream(
        guard.ask(() => network.dial(to, guarded)),
        guard,
      );
    },
    bindDatagrams(port: number, handler: DatagramHandler): DatagramSocket {
      const guarded = guardDatagramHandler(handler, guard);
      const socket = guard.ask(() => network.bindDatagrams(port, guarded));
      return {
        send: (bytes, to) => guard.ask(() => socket.send(bytes, to)),
        close: () => guard.ask(() => socket.close()),
      };
    },
  };
}

function guardListenHandler(handler: ListenHandler, guard: Guard): ListenHandler {
  let failed = false;
  const told = <T>(what: string, call: () => T): T => {
    if (failed) guard.violations.push(`${what} was called after onListenError`);
    return guard.told(what, call);
  };
  return {
    onListening: (address) => told('onListening', () => handler.onListening(address)),
    onAccept: (stream) =>
      told('onAccept', () => {
        const accepted = handler.onAccept(guardStream(stream, guard));
        return accepted === undefined ? undefined : guardStreamHandler(accepted, guard, false);
      }),
    onListenError(message) {
      told('onListenError', () => handler.onListenError(message));
      failed = true;
    },
  };
}

function guardStreamHandler(handler: StreamHandler, guard: Guard, dialled: boolean): StreamHandler {
  let opened = !dialled;
  let ended = false;
  const told = (what: string, call: () => void): void => {
    if (ended) guard.violations.push(`${what} was called after onClose`);
    guard.told(what, call);
  };
  const data = (what: string, call: () => void): void => {
    if (!opened) guard.violations.push(`${what} was called before onOpen`);
    told(what, call);
  };
  return {
    onOpen() {
      if (opened) guard.violations.push('onOpen was called twice, or for an accepted stream');
      opened = true;
      told('onOpen', () => handler.onOpen());
    },
    onBytes: (bytes, start, end) => data('onBytes', () => handler.onBytes(bytes, start, end)),
    onPayload: (payload) => data('onPayload', () => handler.onPayload(payload)),
    onWritable: () => told('onWritable', () => handler.onWritable()),
    onClose(end: StreamEnd) {
      told('onClose', () => handler.onClose(end));
      ended = true;
    },
  };
}

function guardStream(stream: Stream, guard: Guard): Stream {
  return {
    remote: stream.remote,
    write: (bytes, start, end) => guard.ask(() => stream.write(bytes, start, end)),
    writePayload: (payload) => guard.ask(() => stream.writePayload(payload)),
    unsentBytes: () => guard.ask(() => stream.unsentBytes()),
    notifyWhenWritable: (low) => guard.ask(() => stream.notifyWhenWritable(low)),
    pause: () => guard.ask(() => stream.pause()),
    resume: () => guard.ask(() => stream.resume()),
    close: () => guard.ask(() => stream.close()),
    reset: () => guard.ask(() => stream.reset()),
  };
}

function guardDatagramHandler(handler: DatagramHandler, guard: Guard): DatagramHandler {
  let failed = false;
  const told = (what: string, call: () => void): void => {
    if (failed) guard.violations.push(`${what} was called after onDatagramError`);
    guard.told(what, call);
  };
  return {
    onBound: (address) => told('onBound', () => handler.onBound(address)),
    onDatagram: (bytes, from) => told('onDatagram', () => handler.onDatagram(bytes, from)),
    onDatagramError(message) {
      told('onDatagramError', () => handler.onDatagramError(message));
      failed = true;
    },
  };
}

export function guardDisk(disk: Disk, guard: Guard): Disk {
  return {
    attach: (handler: DiskHandler) =>
      guard.ask(() =>
        disk.attach({
          onRead: (token, payload, error) =>
            guard.told('onRead', () => handler.onRead(token, payload, error)),
          onWritten: (token, error) => guard.told('onWritten', () => handler.onWritten(token, error)),
          onHashed: (token, digest, error) =>
            guard.told('onHashed', () => handler.onHashed(token, digest, error)),
        }),
      ),
    read: (piece, begin, length, token) => guard.ask(() => disk.read(piece, begin, length, token)),
    write: (piece: number, begin: number, payload: Payload, token: number) =>
      guard.ask(() => disk.write(piece, begin, payload, token)),
    hash: (piece, token) => guard.ask(() => disk.hash(piece, token)),
    takeBuffer: (length) => guard.ask(() => disk.takeBuffer(length)),
    release: (buffer) => guard.ask(() => disk.release(buffer)),
    close: (done: (error: DiskError | undefined) => void) =>
      guard.ask(() => disk.close((error) => guard.told('done of close', () => done(error)))),
  };
}
