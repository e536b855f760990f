/**
 * A remote peer that says exactly what a test wants it to say, in real bytes over the simulated network, and notes what
 * the client under test says to it. A test reads as a conversation: `say.…` is what the script sends, `hear(…)` waits
 * (in virtual time) for what the client must send, `heard(…)` looks at what it has sent so far.
 */
import { Bitfield } from '../../src/core/bitfield.ts';
import { concatBytes, fromLatin1 } from '../../src/core/bytes.ts';
import type { Address, Payload, Stream, StreamEnd, StreamHandler } from '../../src/core/ports.ts';
import type { WireHandler } from '../../src/core/wire/decoder.ts';
import { WireEncoder } from '../../src/core/wire/encoder.ts';
import { encodeHandshake, type Handshake } from '../../src/core/wire/handshake.ts';
import { MessageId } from '../../src/core/wire/protocol.ts';
import type { HostOptions, SimulatedHost } from '../../src/sim/simulated-host.ts';
import { DecoderFor } from './decoding.ts';
import type { EngineWorld, Testee } from './engine-world.ts';

export type Word = keyof typeof MessageId | 'handshake' | 'keepAlive' | 'unknown' | 'wireError';

/** One message from the client under test. Fields that it has not are -1. */
export interface Message {
  readonly word: Word;
  readonly atUs: number;
  readonly piece: number;
  readonly begin: number;
  readonly length: number;
  readonly bytes: Uint8Array | undefined;
  readonly payload: Payload | undefined;
  readonly handshake: Handshake | undefined;
}

export interface ScriptOptions {
  readonly link?: Partial<HostOptions>;
  /** Offers the fast extension (BEP 6). Default true. */
  readonly fast?: boolean;
  /** Offers the extension protocol (BEP 10). Default false. */
  readonly extended?: boolean;
  /** 20 characters. */
  readonly peerId?: string;
  readonly infoHash?: Uint8Array;
  /** Runs on each message as it arrives: for peers that answer by themselves. */
  readonly onMessage?: (message: Message, conversation: Conversation) => void;
}

const WORDS = new Map<number, Word>(Object.entries(MessageId).map(([word, id]) => [id, word as Word]));

export class ScriptedPeer {
  readonly world: EngineWorld;
  readonly host: SimulatedHost;
  readonly options: ScriptOptions;
  readonly peerId: Uint8Array;
  /** Where it accepts connections. */
  readonly address: Address;
  /** Every conversation so far, dialled and accepted. */
  readonly conversations: Conversation[] = [];

  constructor(world: EngineWorld, host: SimulatedHost, number: number, options: ScriptOptions) {
    this.world = world;
    this.host = host;
    this.options = options;
    this.peerId = fromLatin1(options.peerId ?? `-XX0000-script${String(number).padStart(6, '0')}`);
    this.address = { host: host.address, port: 7000 };
    host.network.listen(7000, {
      onListening() {},
      onListenError(message) {
        throw new Error(message);
      },
      onAccept: (stream) => {
        const conversation = new Conversation(this);
        conversation.stream = stream;
        this.conversations.push(conversation);
        return conversation;
      },
    });
  }

  /** Opens a stream to the client and says nothing yet. */
  dial(testee: Pick<Testee, 'address'>): Conversation {
    const conversation = new Conversation(this);
    conversation.stream = this.host.network.dial(testee.address, conversation);
    this.conversations.push(conversation);
    this.world.runUntil(() => conversation.open, 5);
    return conversation;
  }

  /** Dials, exchanges handshakes, and hears what the client has. */
  connect(testee: Pick<Testee, 'address'>, changes: Partial<Handshake> = {}): Conversation {
    const conversation = this.dial(testee);
    conversation.sayHandshake(changes);
    this.world.run(0.1);
    return conversation;
  }

  /** The conversation that the client under test has begun. */
  called(seconds = 5): Conversation {
    this.world.runUntil(() => this.conversations.length > 0, seconds);
    const conversation = this.conversations.at(-1);
    if (conversation === undefined) throw new Error('nobody has dialled the scripted peer');
    return conversation;
  }
}

export class Conversation implements StreamHandler, WireHandler {
  readonly peer: ScriptedPeer;
  readonly heardAll: Message[] = [];
  stream: Stream | undefined;
  open = false;
  /** How the client under test, or the network, ended it. */
  ended: StreamEnd | undefined;
  readonly #decoder = new DecoderFor(this);
  readonly #encoder = new WireEncoder();

  constructor(peer: ScriptedPeer) {
    this.peer = peer;
    this.#decoder.pieceCount = peer.world.pieceCount;
  }

  get #stream(): Stream {
    if (this.stream === undefined) throw new Error('the conversation has not begun');
    return this.stream;
  }

  // What the script says.

  /** Any bytes at all. */
  say(...parts: readonly (Uint8Array | readonly number[])[]): this {
    const bytes = concatBytes(...parts.map((part) => Uint8Array.from(part)));
    this.#stream.write(bytes, 0, bytes.length);
    return this;
  }

  sayHandshake(changes: Partial<Handshake> = {}): this {
    return this.say(this.handshakeBytes(changes));
  }

  handshakeBytes(changes: Partial<Handshake> = {}): Uint8Array {
    const { fast = true, extended = false, infoHash } = this.peer.options;
    return encodeHandshake({
      infoHash: infoHash ?? this.peer.world.metainfo.infoHash,
      peerId: this.peer.peerId,
      fastExtension: fast,
      extensionProtocol: extended,
      dht: false,
      ...changes,
    });
  }

  sayBare(word: 'choke' | 'unchoke' | 'interested' | 'notInterested' | 'haveAll' | 'haveNone'): this {
    this.#encoder.bare(this.#stream, MessageId[word]);
    return this;
  }

  sayIndexed(word: 'have' | 'suggest' | 'allowedFast', piece: number): this {
    this.#encoder.indexed(this.#stream, MessageId[word], piece);
    return this;
  }

  sayBlock(word: 'request' | 'cancel' | 'reject', piece: number, begin: number, length: number): this {
    this.#encoder.block(this.#stream, MessageId[word], piece, begin, length);
    return this;
  }

  /** A bitfield with these pieces. */
  sayBitfield(...pieces: readonly number[]): this {
    const have = new Bitfield(this.peer.world.pieceCount);
    for (const piece of pieces) have.set(piece);
    this.#encoder.bitfield(this.#stream, have.bytes);
    return this;
  }

  sayExtended(id: number, body: Uint8Array): this {
    this.#encoder.extended(this.#stream, id, body);
    return this;
  }

  /** A block, right or corrupted. */
  sayPiece(piece: number, begin: number, length: number, corrupted = false): this {
    const { content, payload } = this.peer.world;
    if (payload === 'reference') {
      this.#encoder.piece(this.#stream, piece, begin, content.reference(piece, begin, length, corrupted));
      return this;
    }
    const bytes = new Uint8Array(length);
    content.fill(piece, begin, bytes);
    if (corrupted) bytes[0] = (bytes[0] as number) ^ 0xff;
    this.#encoder.piece(this.#stream, piece, begin, { length, bytes, reference: undefined });
    return this;
  }

  /** Answers a request with its block. */
  answer(request: Message, corrupted = false): this {
    return this.sayPiece(request.piece, request.begin, request.length, corrupted);
  }

  // What the client under test says.

  /** Everything of these kinds that it has said. */
  heard(...words: readonly Word[]): Message[] {
    return this.heardAll.filter(({ word }) => words.includes(word));
  }

  /** The words it has said, in order. */
  get words(): Word[] {
    return this.heardAll.map(({ word }) => word);
  }

  /** Waits for the next message of a kind that was not yet waited for. Undefined when none comes in time. */
  hear(word: Word, seconds = 5): Message | undefined {
    let found = -1;
    const look = (): boolean => {
      found = this.heardAll.findIndex((message, index) => index >= this.#looked && message.word === word);
      return found >= 0;
    };
    this.peer.world.runUntil(() => look() || this.ended !== undefined, seconds);
    if (!look()) return undefined;
    this.#looked = found + 1;
    return this.heardAll[found];
  }
  #looked = 0;

  /** What it has said so far is not waited for any more. */
  moveOn(): this {
    this.#looked = this.heardAll.length;
    return this;
  }

  // The stream's side.

  onOpen(): void {
    this.open = true;
  }

  onBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#decoder.push(bytes, start, end);
  }

  onPayload(payload: Payload): void {
    this.#decoder.pushPayload(payload);
  }

  onWritable(): void {}

  onClose(end: StreamEnd): void {
    this.ended = end;
  }

  // The decoder's side.

  onHandshake(handshake: Handshake): void {
    this.#note('handshake', { handshake });
  }

  onKeepAlive(): void {
    this.#note('keepAlive');
  }

  onBare(id: number): void {
    this.#note(wordOf(id));
  }

  onIndexed(id: number, piece: number): void {
    this.#note(wordOf(id), { piece });
  }

  onBitfield(bytes: Uint8Array): void {
    this.#note('bitfield', { bytes: bytes.slice(), length: bytes.length });
  }

  onBlockNamed(id: number, piece: number, begin: number, length: number): void {
    this.#note(wordOf(id), { piece, begin, length });
  }

  onPieceHeader(_piece: number, _begin: number, length: number): Uint8Array {
    return new Uint8Array(length);
  }

  onPieceBody(piece: number, begin: number, length: number, payload: Payload | undefined): void {
    this.#note('piece', { piece, begin, length, payload });
  }

  onExtended(extensionId: number, body: Uint8Array): void {
    this.#note('extended', { piece: extensionId, bytes: body.slice(), length: body.length });
  }

  onPort(port: number): void {
    this.#note('port', { length: port });
  }

  onUnknown(): void {
    this.#note('unknown');
  }

  onWireError(): void {
    this.#note('wireError');
  }

  #note(word: Word, fields: Partial<Message> = {}): void {
    const message: Message = {
      word,
      atUs: this.peer.world.simulation.nowUs,
      piece: -1,
      begin: -1,
      length: -1,
      bytes: undefined,
      payload: undefined,
      handshake: undefined,
      ...fields,
    };
    this.heardAll.push(message);
    this.peer.options.onMessage?.(message, this);
  }
}

function wordOf(id: number): Word {
  return WORDS.get(id) as Word;
}

// Peers that answer by themselves.

/** A seed that answers everything at once and truthfully: unchokes the interested, serves every request. */
export function honestSeed(message: Message, conversation: Conversation): void {
  if (message.word === 'handshake') {
    if (!conversation.open) conversation.sayHandshake();
    conversation.sayBitfield(...Array(conversation.peer.world.pieceCount).keys());
  } else if (message.word === 'interested') conversation.sayBare('unchoke');
  else if (message.word === 'request') conversation.answer(message);
}

/** Like the honest one, but every block is corrupted. */
export function poisoner(message: Message, conversation: Conversation): void {
  if (message.word === 'request') conversation.answer(message, true);
  else honestSeed(message, conversation);
}

/** Promises everything and sends nothing. */
export function staller(message: Message, conversation: Conversation): void {
  if (message.word !== 'request') honestSeed(message, conversation);
}

/** Unchokes, and refuses every request. */
export function refuser(message: Message, conversation: Conversation): void {
  if (message.word === 'request') {
    conversation.sayBlock('reject', message.piece, message.begin, message.length);
  } else honestSeed(message, conversation);
}
