/**
 * Where the connections of a client keep what only busy ones have. There are tens of thousands of connections in a large
 * run: what would be a small object or a list of each is a row here while it is needed.
 */
import { UnfinishedMessages } from '../wire/unfinished-messages.ts';
import { LinkedRows } from './linked-rows.ts';
import { NumberRows } from './number-rows.ts';

/** Numbers of a remote that is asked for blocks, and of one that asks: see `RequestWindow` and `UploadQueue`. */
const ASKED_LENGTH = 8;
const ASKING_LENGTH = 5;
/** Integers of a request that waits for its turn: the link, and two for the block; see `UploadQueue`. */
export const WAITING_LENGTH = 3;
/** Integers of a block that was asked for: the link, the block. */
const OUTSTANDING_LENGTH = 2;

export class ConnectionRoom {
  readonly asked = new NumberRows(ASKED_LENGTH);
  readonly asking = new NumberRows(ASKING_LENGTH);
  readonly waiting = new LinkedRows(WAITING_LENGTH);
  readonly outstanding = new LinkedRows(OUTSTANDING_LENGTH);
  readonly unfinished = new UnfinishedMessages();
}
