/**
 * What a direction keeps besides its row where its way is not plain (open, without jitter and loss): the way itself, what
 * chance has done on it, and whether it is stalled. Made when a way is first found rough, and kept until the direction
 * ends, so that its draws are counted on.
 */
import { PacketChances } from './packet-chances.ts';
import { backoffUs } from './retransmission.ts';
import type { Stall } from './stall.ts';
import type { StreamPath } from './stream-path.ts';

const NEVER = Number.POSITIVE_INFINITY;

export class RoughWay {
  readonly path: StreamPath;
  readonly chances: PacketChances;
  stall: Stall | undefined = undefined;
  /** The window of the sender, where it is no integer. */
  windowBytes = 0;

  /** `key` names the draws of the direction. */
  constructor(path: StreamPath, key: number) {
    this.path = path;
    this.chances = new PacketChances(key);
  }

  /** What a packet that leaves now takes to arrive, in whole microseconds: a draw. */
  transitUs(): number {
    const { latencyUs, jitterUs } = this.path;
    return jitterUs > 0 ? latencyUs + this.chances.jitterUs(jitterUs) : latencyUs;
  }

  /** How much later than that a small message arrives that leaves now: lost, it comes with its retransmission. */
  troubleUs(): number {
    const { departing, lossShare, roundTripUs } = this.path;
    if (departing !== 'open') return NEVER;
    return backoffUs(this.chances.lossesInARow(lossShare), roundTripUs);
  }
}
