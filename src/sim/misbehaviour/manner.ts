/** What a hostile client says on its connections, and what it makes of what it hears. */
import type { Bitfield } from '../../core/bitfield.ts';
import type { Line } from './line.ts';

export interface Manner {
  /** It passes for a seed before the tracker. */
  readonly claimsAll: boolean;
  /** The client listens. */
  start(): void;
  /** The client leaves: nothing may be left scheduled. */
  stop(): void;
  /** Sets in `claimed` what it says it has to a new remote. */
  claim(claimed: Bitfield): void;
  /** Handshakes were exchanged, and what it claims to have was said. */
  onReady(line: Line): void;
  /** The connection is over; it was ready before. */
  onClosed?(line: Line): void;
  onUnchoked?(line: Line): void;
  onRequested?(line: Line, piece: number, begin: number, length: number): void;
  /** A request was answered, by a block or by a reject. */
  onAnswered?(line: Line): void;
  /** Bytes came in, whatever they were. */
  onReceived?(line: Line, bytes: number): void;
}
