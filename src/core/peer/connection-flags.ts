/**
 * What is yes or no of a connection, and the one small number that goes with it: bits of one number, because there are tens
 * of thousands of connections in a large run. The lowest three bits are the decoder's.
 */
import { WireDecoder } from '../wire/decoder.ts';

// Plain numbers, which the bundler writes out where they are used.
const OUTGOING = 0x8;
const READY = 0x10;
const CLOSED = 0x20;
const FAST = 0x40;
const AM_CHOKING = 0x80;
const AM_INTERESTED = 0x100;
const REMOTE_CHOKING = 0x200;
const REMOTE_INTERESTED = 0x400;
const SNUBBED = 0x800;
const AWAITING_ROOM = 0x1000;
const PATIENCE_LOST = 0x2000;
const EXTENSION_PROTOCOL = 0x4000;
const SENT_HANDSHAKE = 0x8000;
const DESCRIBED = 0x10000;
const COUNTED_AS_SEED = 0x20000;
const NAMED_DHT_PORT = 0x40000;
const HAS_NEWS = 0x80000;
/** What the remote queues, above the flags. */
const QUEUE_SHIFT = 20;
const QUEUE_MASK = 0x1ff;

export abstract class ConnectionFlags extends WireDecoder {
  /** `requestQueue`: how many requests the remote queues, as long as it has not said so. */
  constructor(isOutgoing: boolean, requestQueue: number) {
    super();
    this.flags |=
      (isOutgoing ? OUTGOING : 0) | AM_CHOKING | REMOTE_CHOKING | HAS_NEWS | (requestQueue << QUEUE_SHIFT);
  }

  get outgoing(): boolean {
    return (this.flags & OUTGOING) !== 0;
  }

  /** The handshake is done both ways. */
  get ready(): boolean {
    return (this.flags & READY) !== 0;
  }

  set ready(ready: boolean) {
    this.flags = withFlag(this.flags, READY, ready);
  }

  get closed(): boolean {
    return (this.flags & CLOSED) !== 0;
  }

  set closed(closed: boolean) {
    this.flags = withFlag(this.flags, CLOSED, closed);
  }

  get fast(): boolean {
    return (this.flags & FAST) !== 0;
  }

  set fast(fast: boolean) {
    this.flags = withFlag(this.flags, FAST, fast);
  }

  /** The remote knows the extension protocol (BEP 10). */
  get extensionProtocol(): boolean {
    return (this.flags & EXTENSION_PROTOCOL) !== 0;
  }

  set extensionProtocol(known: boolean) {
    this.flags = withFlag(this.flags, EXTENSION_PROTOCOL, known);
  }

  get sentHandshake(): boolean {
    return (this.flags & SENT_HANDSHAKE) !== 0;
  }

  set sentHandshake(sent: boolean) {
    this.flags = withFlag(this.flags, SENT_HANDSHAKE, sent);
  }

  /** It has told us the port of its DHT node. */
  get namedDhtPort(): boolean {
    return (this.flags & NAMED_DHT_PORT) !== 0;
  }

  set namedDhtPort(named: boolean) {
    this.flags = withFlag(this.flags, NAMED_DHT_PORT, named);
  }

  /** It has said what it has in all. */
  get described(): boolean {
    return (this.flags & DESCRIBED) !== 0;
  }

  set described(described: boolean) {
    this.flags = withFlag(this.flags, DESCRIBED, described);
  }

  /** Counted among the seeds of the rarity index rather than piece by piece. */
  get countedAsSeed(): boolean {
    return (this.flags & COUNTED_AS_SEED) !== 0;
  }

  set countedAsSeed(counted: boolean) {
    this.flags = withFlag(this.flags, COUNTED_AS_SEED, counted);
  }

  get amChoking(): boolean {
    return (this.flags & AM_CHOKING) !== 0;
  }

  set amChoking(choking: boolean) {
    this.flags = withFlag(this.flags, AM_CHOKING, choking);
  }

  get amInterested(): boolean {
    return (this.flags & AM_INTERESTED) !== 0;
  }

  set amInterested(interested: boolean) {
    this.flags = withFlag(this.flags, AM_INTERESTED, interested);
  }

  get remoteChoking(): boolean {
    return (this.flags & REMOTE_CHOKING) !== 0;
  }

  set remoteChoking(choking: boolean) {
    this.flags = withFlag(this.flags, REMOTE_CHOKING, choking);
  }

  get remoteInterested(): boolean {
    return (this.flags & REMOTE_INTERESTED) !== 0;
  }

  set remoteInterested(interested: boolean) {
    this.flags = withFlag(this.flags, REMOTE_INTERESTED, interested);
  }

  /** We have said that we have another piece since the remote became interested; or it never was. */
  get hasNews(): boolean {
    return (this.flags & HAS_NEWS) !== 0;
  }

  set hasNews(has: boolean) {
    this.flags = withFlag(this.flags, HAS_NEWS, has);
  }

  get snubbed(): boolean {
    return (this.flags & SNUBBED) !== 0;
  }

  set snubbed(snubbed: boolean) {
    this.flags = withFlag(this.flags, SNUBBED, snubbed);
  }

  /** The stream was asked to say when it has room for more blocks. */
  get awaitingRoom(): boolean {
    return (this.flags & AWAITING_ROOM) !== 0;
  }

  set awaitingRoom(awaiting: boolean) {
    this.flags = withFlag(this.flags, AWAITING_ROOM, awaiting);
  }

  /** We have put up with too much. */
  get isPatienceLost(): boolean {
    return (this.flags & PATIENCE_LOST) !== 0;
  }

  protected set isPatienceLost(lost: boolean) {
    this.flags = withFlag(this.flags, PATIENCE_LOST, lost);
  }

  /** How many requests the remote queues; 511 at most. */
  protected get requestQueue(): number {
    return (this.flags >> QUEUE_SHIFT) & QUEUE_MASK;
  }

  protected set requestQueue(length: number) {
    this.flags = (this.flags & ~(QUEUE_MASK << QUEUE_SHIFT)) | (length << QUEUE_SHIFT);
  }
}

function withFlag(flags: number, flag: number, on: boolean): number {
  return on ? flags | flag : flags & ~flag;
}
