/**
 * A program of its own: makes sockets inside the network namespace that it was started in, and hands them to the run
 * that started it. A socket stays in the namespace in which it was made, whichever process uses it; a process of node
 * cannot enter another one. It ends when the run does.
 */
import type { SendHandle } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { errorCode } from '../node-address.ts';
import type { FromAgent, ToAgent } from './agent-messages.ts';

class Agent {
  readonly #dials = new Map<number, Socket>();

  do(message: ToAgent): void {
    const { id } = message;
    try {
      if (message.op === 'listen') this.#listen(id, message.host, message.port);
      else if (message.op === 'bind') this.#bind(id, message.host, message.port);
      else if (message.op === 'dial') this.#dial(id, message.from, message.host, message.port);
      else {
        this.#dials.get(id)?.destroy();
        this.#dials.delete(id);
      }
    } catch (error) {
      this.#failed(id, error);
    }
  }

  tell(message: FromAgent, handle?: SendHandle, sent?: () => void): void {
    process.send?.(message, handle, undefined, () => sent?.());
  }

  #failed(id: number, error: unknown): void {
    this.tell({ event: 'failed', id, code: errorCode(error) });
  }

  #listen(id: number, host: string, port: number): void {
    const server = createServer();
    server.once('error', (error) => this.#failed(id, error));
    server.listen({ host, port }, () => {
      const bound = server.address();
      const local = bound === null || typeof bound === 'string' ? port : bound.port;
      // Ours is a copy: theirs goes on listening, and ours would too.
      this.tell({ event: 'socket', id, port: local }, server, () => {
        server.close();
        this.tell({ event: 'yours', id });
      });
    });
  }

  #bind(id: number, host: string, port: number): void {
    const socket = createSocket('udp4');
    socket.once('error', (error) => this.#failed(id, error));
    socket.bind({ address: host, port, exclusive: true }, () => {
      this.tell({ event: 'socket', id, port: socket.address().port }, socket, () => {
        socket.close();
        this.tell({ event: 'yours', id });
      });
    });
  }

  #dial(id: number, from: string, host: string, port: number): void {
    const socket = connect({ host, port, localAddress: from, noDelay: true });
    // Not a byte is read here.
    socket.pause();
    this.#dials.set(id, socket);
    socket.once('error', (error) => {
      if (this.#dials.delete(id)) this.#failed(id, error);
    });
    socket.once('connect', () => {
      this.#dials.delete(id);
      this.tell({ event: 'socket', id, port: socket.localPort ?? 0 }, socket);
    });
  }
}

const agent = new Agent();
process.on('message', (message: ToAgent) => agent.do(message));
process.on('disconnect', () => process.exit(0));
// An interruption is the run's to handle; it ends its agents.
process.on('SIGINT', () => {});
try {
  // What most machines use; the namespace would take over what this one has been set to.
  writeFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'cubic');
} catch {
  // A kernel without it: whatever it has.
}
agent.tell({ event: 'ready' });
