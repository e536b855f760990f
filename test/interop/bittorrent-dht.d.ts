/** The part of the package that the interop tests use; it brings no types of its own. */
declare module 'bittorrent-dht' {
  interface Contact {
    readonly host: string;
    readonly port: number;
  }
  export default class DHT {
    constructor(options: { readonly bootstrap: false });
    listen(port: number, host: string, done: () => void): void;
    addNode(node: Contact): void;
    announce(infoHash: Uint8Array, port: number, done: (error: Error | null) => void): void;
    lookup(infoHash: Uint8Array): () => void;
    on(event: 'peer' | 'announce', listener: (peer: Contact) => void): this;
    toJSON(): { readonly nodes: readonly Contact[] };
    destroy(done: () => void): void;
  }
}
