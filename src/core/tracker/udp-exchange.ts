/**
 * One question to a UDP tracker from its asking to its answer: at which step it is, and how patient it is still. What
 * the steps are is the client's business (`udp-tracker-client.ts`). Invariant: at most one timer of its own runs.
 */
import type { Address, Microseconds, Timer } from '../ports.ts';
import type { ResolverCall } from './resolver.ts';
import type {
  ScrapeCallRequest,
  ScrapeOutcome,
  TrackerCall,
  TrackerCallRequest,
  TrackerOutcome,
} from './tracker-client.ts';

/** Wait for the first answer; doubled with every repetition. */
export const FIRST_WAIT_US: Microseconds = 15 * 1_000_000;

/** What is to be asked once there is a connection id. */
export type Question =
  | {
      readonly kind: 'announce';
      readonly request: TrackerCallRequest;
      readonly done: (outcome: TrackerOutcome) => void;
    }
  | {
      readonly kind: 'scrape';
      readonly request: ScrapeCallRequest;
      readonly done: (outcome: ScrapeOutcome) => void;
    };

/** Who asks. Both are for exchanges alone. */
export interface ExchangeOwner {
  /** The timer of the exchange was due. */
  waited(exchange: Exchange): void;
  /** The exchange is over, or given up; harmless when it was over already. */
  forget(exchange: Exchange): void;
}

/** A question under way. */
export class Exchange implements TrackerCall {
  readonly question: Question;
  address: Address;
  step: 'connect' | Question['kind'] = 'connect';
  /** Whether the connection id in use was given in an earlier exchange, and may be stale. */
  reusing = false;
  transaction: number;
  repetitions = 0;
  /** How long the next answer is waited for. */
  waitUs: Microseconds = FIRST_WAIT_US;
  /** Until then an answer is waited for. The timer may be due sooner, and is set again then. */
  deadlineUs: Microseconds = 0;
  timer: Timer | undefined = undefined;
  lookup: ResolverCall | undefined = undefined;
  readonly onTimer: () => void;
  readonly #owner: ExchangeOwner;

  constructor(owner: ExchangeOwner, question: Question, address: Address, transaction: number) {
    this.#owner = owner;
    this.question = question;
    this.address = address;
    this.transaction = transaction;
    this.onTimer = () => owner.waited(this);
  }

  cancel(): void {
    this.#owner.forget(this);
  }
}
