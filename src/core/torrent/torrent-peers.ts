/**
 * The peers of one torrent: who is known, dialled and connected, and what looks for more. It outlives the change from
 * a magnet link to a torrent, so that nobody who was met while the metadata was fetched is lost: only its owner changes.
 * Invariant: an address that a private torrent may not use (BEP 27) never reaches the dialer.
 */
import type { Dht } from '../dht/dht.ts';
import { PeerDiscovery } from '../discovery/peer-discovery.ts';
import type { PeerOrigin } from '../discovery/peer-source.ts';
import { Extensions, type ExtensionsSubject, type MetadataEnd } from '../exchange/extensions.ts';
import { PeerExchange } from '../exchange/peer-exchange.ts';
import type { Metainfo } from '../metainfo/metainfo.ts';
import type { TorrentObserver } from '../observer.ts';
import type { ConnectionContext, ConnectionOwner } from '../peer/connection-owner.ts';
import { PeerConnection } from '../peer/peer-connection.ts';
import type { Address, Microseconds } from '../ports.ts';
import type { AnnounceProgress } from '../tracker/announcer.ts';
import type { ExtensionHandshake } from '../wire/extension-handshake.ts';
import { ConnectionTable } from './connection-table.ts';
import { type AnnounceOptions, createAnnouncer } from './create-announcer.ts';
import { Dialer } from './dialer.ts';
import { OwnHost } from './own-host.ts';
import type { TorrentPorts } from './torrent-options.ts';

/** A connection that ends sooner than this has led to nothing. */
const FRUITLESS_US: Microseconds = 10_000_000;

/** Whoever the connections belong to: the torrent, or what fetches its metadata. */
export interface PeersOwner extends ConnectionOwner, ExtensionsSubject {
  progress(): AnnounceProgress;
  /** The remote has everything, as it says. */
  isSeed(connection: PeerConnection): boolean;
}

/** The disk comes with the metadata, the peers may be there before it. */
export type TorrentPeersPorts = Omit<TorrentPorts, 'disk'>;

export interface TorrentPeersOptions extends AnnounceOptions {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  readonly connectionsMax: number;
  /** Its trackers are the only source of peers (BEP 27). */
  readonly isPrivate: boolean;
  /** Tells peers of each other (BEP 11). Default false. */
  readonly peerExchange?: boolean;
  /** Peers that the user named are dialled again after seconds, not minutes, and never given up. Default false. */
  readonly redialsUserPeersSoon?: boolean;
  /** Our end of the metadata extension (BEP 9). */
  readonly metadata?: MetadataEnd | undefined;
}

export class TorrentPeers {
  readonly connections: ConnectionTable;
  readonly dialer: Dialer;
  readonly extensions: Extensions;
  readonly #ports: TorrentPeersPorts;
  readonly #context: ConnectionContext;
  readonly #options: TorrentPeersOptions;
  readonly #observer: TorrentObserver;
  readonly #ownHost: OwnHost;
  #owner: PeersOwner;
  #isPrivate: boolean;
  #discovery: PeerDiscovery | undefined;
  #lookAgain: (() => void) | undefined;

  constructor(
    ports: TorrentPeersPorts,
    context: ConnectionContext,
    owner: PeersOwner,
    options: TorrentPeersOptions,
  ) {
    this.#ports = ports;
    this.#context = context;
    this.#owner = owner;
    this.#options = options;
    this.#observer = ports.observer;
    this.#isPrivate = options.isPrivate;
    const ownHost = new OwnHost(context);
    this.#ownHost = ownHost;
    const priorityOf = (address: Address): number | undefined => ownHost.priorityOf(address);
    const connections = new ConnectionTable(
      context.peerId,
      options.connectionsMax,
      priorityOf,
      ports.shares?.places,
    );
    this.connections = connections;
    this.dialer = new Dialer(
      { clock: ports.clock, random: ports.random.fork('dialer'), places: ports.shares?.places },
      {
        get connectionCount() {
          return connections.size;
        },
        dial: (address) => this.#dial(address),
        // Without an address of our own nobody has a priority, and nobody need be asked for it.
        get priorityOf() {
          return ownHost.known ? priorityOf : undefined;
        },
      },
      options,
    );
    if (options.isPrivate) this.dialer.forgetOthersThan('tracker');
    ports.shares?.places.join(() => this.connections.giveUpOne());
    const exchangesPeers = options.peerExchange === true && !options.isPrivate;
    const pex = exchangesPeers
      ? new PeerExchange(ports.clock, {
          connections: connections.ready,
          isSeed: (connection) => this.#owner.isSeed(connection),
          onPeers: (addresses) => this.add(addresses, 'pex'),
        })
      : undefined;
    this.extensions = new Extensions(context, () => this.#owner, pex, options.metadata);
  }

  get isPrivate(): boolean {
    return this.#isPrivate;
  }

  /** Something looks for peers. */
  get isLooking(): boolean {
    return this.#discovery !== undefined;
  }

  /** The connections made from now on belong to another; those that are there are for it to take over. */
  changeOwner(owner: PeersOwner): void {
    this.#owner = owner;
  }

  /** Port of our DHT node; 0 where there is none, and for a private torrent. */
  get dhtPort(): number {
    return this.#dht?.port ?? 0;
  }

  /** A peer says on which port its DHT node is (BEP 5). */
  onDhtPort(connection: PeerConnection, port: number): void {
    this.#dht?.addContact({ host: connection.address.host, port });
  }

  /**
   * Announces to these trackers, and looks for peers by all other means that there are. `dhtNodes`: nodes of the DHT that the
   * torrent names. Called once; after a pause this is repeated.
   */
  lookForPeers(tiers: readonly (readonly string[])[], dhtNodes: Metainfo['dhtNodes'] = []): void {
    this.#lookAgain = () => this.lookForPeers(tiers, dhtNodes);
    const { infoHash } = this.#options;
    const observer = this.#observer;
    const announcer =
      tiers.length === 0
        ? undefined
        : createAnnouncer(this.#ports, this.#context, infoHash, this.#options, tiers, {
            progress: () => this.#owner.progress(),
            onPeers: (addresses) => this.add(addresses, 'tracker'),
            onAnnounced: (url, event, peerCount) => observer.announced(url, event, peerCount),
            onFailed: (url, event, message) => observer.announceFailed(url, event, message),
            onOtherTracker: () => this.#onOtherTracker(),
            onWarning: (url, message) => observer.trackerWarned?.(url, message),
            onSeenAt: (by, host) => this.#ownHost.seenAt(by, host),
          });
    const context = this.#context;
    const dht = this.#dht;
    const others = this.#isPrivate ? [] : (this.#ports.discoverers ?? []);
    for (const { host, port } of dhtNodes) dht?.addNamedContact(host, port);
    this.#discovery = new PeerDiscovery(announcer, dht === undefined ? others : [dht, ...others], {
      infoHash,
      get listenPort() {
        return context.listenPort;
      },
      isSeed: () => this.#owner.progress().left === 0,
      onPeers: (addresses, origin) => this.add(addresses, origin),
    });
    this.#discovery.start();
  }

  requestMorePeers(): void {
    this.#discovery?.requestMorePeers();
  }

  /**
   * All that was wanted is there: those to be dialled are other peers from now on. Who wanted a part only has not completed
   * a download, as trackers count it (BEP 21).
   */
  finished(isComplete: boolean): void {
    this.dialer.startOver();
    if (isComplete) this.#discovery?.completed();
    else for (const connection of this.connections.ready) this.extensions.greet(connection);
  }

  /** After `finished`: there is more to be had. Whoever is known is dialled again, and partial seeds are none any more (BEP 21). */
  unfinished(): void {
    for (const connection of this.connections.ready) this.extensions.greet(connection, true);
    this.dialer.recallAll();
    this.requestMorePeers();
  }

  add(addresses: readonly Address[], origin: PeerOrigin): void {
    if (this.#isPrivate && origin !== 'tracker') return;
    this.dialer.add(this.#ownHost.others(addresses), origin);
  }

  /**
   * It has turned out that the torrent is private: whoever was heard of elsewhere than at a tracker is not dialled any
   * more, and a connection that came of it is closed.
   */
  keepToTrackers(): void {
    this.#isPrivate = true;
    this.extensions.endPeerExchange(this.connections.ready);
    this.#discovery?.keepToTrackers();
    this.dialer.forgetOthersThan('tracker');
    for (const connection of this.connections.all) {
      if (connection.outgoing && !this.dialer.wasHeardOfAt(connection.address, 'tracker')) {
        connection.close('not named by a tracker of a private torrent');
      }
    }
  }

  /** A private torrent has nobody from one tracker while it is with another (BEP 27). */
  #onOtherTracker(): void {
    if (!this.#isPrivate) return;
    this.dialer.beginAnewWith('tracker');
    for (const connection of this.connections.all) connection.close('another tracker of a private torrent');
  }

  /** A handshake is done: takes the connection in, or closes it. False then. `isOpen`: peers are welcome at all. */
  admit(connection: PeerConnection, remoteId: Uint8Array, isOpen: boolean): boolean {
    if (connection.outgoing) this.dialer.opened();
    const refusal = !isOpen
      ? 'not ready for peers'
      : this.dialer.isBanned(connection.address.host)
        ? 'banned'
        : this.connections.admit(connection, remoteId);
    if (refusal === undefined) {
      connection.label = this.#observer.connected(connection.address, remoteId, connection.outgoing);
      return true;
    }
    if (refusal === 'ourselves') this.dialer.markOurselves(connection.address);
    connection.close(refusal);
    return false;
  }

  /** A peer that dialled us says where it accepts connections: there is no need to dial it as long as it is connected. */
  onExtensionHandshake(connection: PeerConnection, handshake: ExtensionHandshake): void {
    const { listenPort } = handshake;
    if (!connection.outgoing && connection.listenPort === 0 && listenPort !== undefined) {
      connection.listenPort = listenPort;
      this.dialer.hold({ host: connection.address.host, port: listenPort });
    }
    this.extensions.onHandshake(connection, handshake);
  }

  /** A connection is over: whether and when its peer is dialled again. To be called after it was taken out. */
  ended(connection: PeerConnection): void {
    this.extensions.forget(connection);
    if (connection.isPatienceLost) this.dialer.ban(connection.address.host);
    const { dialAddress } = connection;
    if (connection.outgoing && !connection.ready) this.dialer.failed(connection.address);
    else if (dialAddress !== undefined) {
      const fruitless = this.#ports.clock.now() - connection.connectedAtUs < FRUITLESS_US;
      this.dialer.closed(dialAddress, fruitless);
    }
  }

  /** Says goodbye to everybody, and looks for nobody until `resume`. */
  pause(): void {
    this.dialer.pause();
    this.#ports.shares?.places.leave();
    this.#discovery?.stop(() => {});
    this.#discovery = undefined;
    for (const connection of this.connections.all) connection.close('paused');
  }

  resume(): void {
    this.#ports.shares?.places.join(() => this.connections.giveUpOne());
    this.dialer.resume();
    this.#lookAgain?.();
  }

  /** Says goodbye to everybody. `done` follows once that is over, within this call or later. */
  stop(done: () => void): void {
    this.dialer.stop();
    this.#ports.shares?.places.leave();
    this.extensions.stop();
    for (const connection of this.connections.all) connection.close('we left');
    if (this.#discovery === undefined) done();
    else this.#discovery.stop(done);
  }

  get #dht(): Dht | undefined {
    return this.#isPrivate ? undefined : this.#context.dht;
  }

  #dial(address: Address): void {
    const connection = new PeerConnection(this.#context, this.#owner);
    this.connections.addDialled(connection);
    connection.attach(this.#ports.network.dial(address, connection));
    this.#context.onDialled(connection);
  }
}
