/**
 * What is known of one connected peer: the four choke and interest flags, what it has, what was asked of it and by it,
 * and how fast it is. The connection keeps it true; the torrent's parts read it, and chokers see the part of it that
 * concerns them.
 */
import { NO_SLOT } from '../pieces/remote-holdings.ts';
import type { Address, Clock, Microseconds } from '../ports.ts';
import type { ChokeCandidate } from '../strategies/choker.ts';
import { Patience } from './patience.ts';
import { RateMeter } from './rate-meter.ts';
import { RequestWindow } from './request-window.ts';
import { UploadQueue } from './upload-queue.ts';
import { Uptake } from './uptake.ts';

/** Rolling window of the rates by which peers are ranked: one to two of these, so about 20 s (BEP 3). */
const RATE_WINDOW_US = 10_000_000;
export class PeerState implements ChokeCandidate {
  /** The remote's transport address; for an accepted stream the port is not the one on which it listens. */
  readonly address: Address;
  readonly outgoing: boolean;
  readonly connectedAtUs: Microseconds;
  /** Where the torrent keeps what the remote has, once it is admitted. */
  slot = NO_SLOT;
  /** The number by which the observer knows the remote. */
  label = -1;
  remoteId: Uint8Array | undefined;
  /** Port on which the remote accepts connections, when it said so. */
  listenPort: number | undefined;
  /** Where the remote accepts connections, as far as the dialer was told of it. */
  dialAddress: Address | undefined;
  /** The handshake is done both ways. */
  ready = false;
  closed = false;
  /** Pieces that we have said we have, each time counted. */
  claims = 0;
  fast = false;
  amChoking = true;
  amInterested = false;
  remoteChoking = true;
  remoteInterested = false;
  snubbed = false;
  /** The piece that it was last asked for; -1 for none. */
  currentPiece = -1;
  /** Index into the torrent's log of verified pieces: what lies before has been announced to this peer. */
  announced = 0;
  unchokedAtUs: Microseconds = 0;
  /** When the last block (or our first request) was; for snubbing. */
  lastBlockAtUs: Microseconds = 0;
  lastReceivedAtUs: Microseconds;
  lastSentAtUs: Microseconds;
  hashFailures = 0;
  readonly requests: RequestWindow;
  readonly uploads = new UploadQueue();
  /** Bytes of blocks that are being read from disk for this peer. */
  readingBytes = 0;
  /** The stream was asked to say when it has room for more blocks. */
  awaitingRoom = false;
  readonly patience = new Patience();
  readonly uptake: Uptake;
  readonly received: RateMeter;
  readonly sent: RateMeter;
  /** Pieces that the remote lets us fetch while it chokes us. */
  readonly allowedFast: number[] = [];
  /** Pieces that we let the remote fetch while we choke it. */
  readonly grantedFast: number[] = [];

  readonly #clock: Clock;

  constructor(clock: Clock, address: Address, outgoing: boolean) {
    const now = clock.now();
    this.#clock = clock;
    this.address = address;
    this.outgoing = outgoing;
    this.dialAddress = outgoing ? address : undefined;
    this.connectedAtUs = now;
    this.lastReceivedAtUs = now;
    this.lastSentAtUs = now;
    this.requests = new RequestWindow(now);
    this.uptake = new Uptake(now);
    this.received = new RateMeter(RATE_WINDOW_US, now);
    this.sent = new RateMeter(RATE_WINDOW_US, now);
  }

  // What a choker sees.

  get interested(): boolean {
    return this.remoteInterested && !this.uptake.isStuck;
  }

  get unchoked(): boolean {
    return !this.amChoking;
  }

  get downloadRate(): number {
    return this.received.rate(this.#clock.now());
  }

  get uploadRate(): number {
    return this.sent.rate(this.#clock.now());
  }

  get receivedBytes(): number {
    return this.received.totalBytes;
  }

  get sentBytes(): number {
    return this.sent.totalBytes;
  }
}
