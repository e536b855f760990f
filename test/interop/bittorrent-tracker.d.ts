/** The part of the package that the interop tests use; it brings no types of its own. */
declare module 'bittorrent-tracker' {
  interface ServerOptions {
    readonly http: boolean;
    readonly udp: boolean;
    readonly ws: boolean;
    readonly stats: boolean;
  }
  interface Socket {
    address(): { readonly port: number };
  }
  export class Server {
    constructor(options: ServerOptions);
    readonly http: Socket;
    readonly udp4: Socket;
    listen(
      ports: { readonly http: number; readonly udp: number },
      hosts: { readonly http: string; readonly udp: string; readonly udp6: string },
      done: () => void,
    ): void;
    close(done: () => void): void;
  }
  interface ClientOptions {
    readonly infoHash: Uint8Array;
    readonly peerId: Uint8Array;
    readonly announce: readonly string[];
    readonly port: number;
  }
  export class Client {
    constructor(options: ClientOptions);
    on(event: 'peer', listener: (address: string) => void): this;
    on(event: 'error' | 'warning', listener: (error: Error) => void): this;
    once(event: 'update' | 'scrape', listener: (data: { readonly complete: number }) => void): this;
    start(options?: { readonly left: number }): void;
    scrape(): void;
    destroy(done: () => void): void;
  }
}
