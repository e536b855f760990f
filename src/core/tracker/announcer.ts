/**
 * The client side of trackers, one per torrent: announces on time, to the first tracker that answers (BEP 3, 12).
 * Invariant: at most one ordinary announce is under way and at most one timer of its own runs; after `stop` nothing is
 * reported but the outcome of `stopped` and of a `completed` that was still due, and after its `done` nothing at all.
 */
import type { AnnounceEvent } from '../observer.ts';
import type { Address, Clock, Http, Microseconds, Network, Random, Timer } from '../ports.ts';
import { invariant } from '../result.ts';
import { type AnnounceReply, type AnnounceRequest, clampInterval, SHORTEST_INTERVAL_US } from './announce.ts';
import { HttpTrackerClient } from './http-tracker-client.ts';
import { OtherFamily } from './other-family.ts';
import type { Resolver } from './resolver.ts';
import type { TrackerCall, TrackerClient, TrackerOutcome } from './tracker-client.ts';
import { type TrackerState, TrackerTiers } from './tracker-tiers.ts';
import { UdpTrackerClient } from './udp-tracker-client.ts';

export interface AnnouncerPorts {
  readonly clock: Clock;
  readonly network: Network;
  /** The way to IPv6 trackers by UDP, where `network` is for IPv4 alone. */
  readonly ipv6Network?: Network | undefined;
  readonly http: Http;
  readonly random: Random;
}

/** Who announces, and for what. */
export interface AnnounceIdentity {
  /** 20 bytes. */
  readonly infoHash: Uint8Array;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** The port on which streams are accepted. */
  readonly port: number;
  /** A random unsigned 32-bit number, the same for the life of the client. */
  readonly key: number;
}

/** Byte counts of this session. */
export interface AnnounceProgress {
  readonly uploaded: number;
  readonly downloaded: number;
  /** Bytes still missing. */
  readonly left: number;
  /** Of these nothing is wanted (BEP 21). Default: something is. */
  readonly isPartialSeed?: boolean;
}

export interface AnnouncerHandler {
  progress(): AnnounceProgress;
  onPeers(addresses: readonly Address[], url: string): void;
  onAnnounced(url: string, event: AnnounceEvent, peerCount: number): void;
  onFailed(url: string, event: AnnounceEvent, message: string): void;
  /** Another tracker answers than before; what it says follows. */
  onOtherTracker?(url: string): void;
  /** The tracker answered, with a remark for people. */
  onWarning?(url: string, message: string): void;
  /** The tracker at the IP address `by` says that it sees us at `host` (BEP 24). */
  onSeenAt?(by: string, host: string): void;
}

export interface AnnouncerOptions {
  /** Tiers of tracker URLs: `udp:`, `http:`, `https:`. */
  readonly tiers: readonly (readonly string[])[];
  /** Peers asked for; -1 leaves it to the tracker. Default 50. */
  readonly numwant?: number;
  /** Lower bound of a tracker's interval. Default 30 s. */
  readonly shortestIntervalUs?: Microseconds;
  /** Least time between an announce and one made by `requestMorePeers`; a tracker can ask for more. Default 60 s. */
  readonly minIntervalUs?: Microseconds;
  /** How long `stop` waits for trackers. Default 5 s. */
  readonly stopDeadlineUs?: Microseconds;
  /** `stop` first tells of a completion that no tracker knows of yet. Default: such a completion is never told. */
  readonly completesBeforeStop?: boolean;
  /** We have addresses of both families, and trackers are to hear of both (BEP 7). Default: of one. */
  readonly bothFamilies?: boolean;
  /** Looks up the names in UDP tracker URLs; without it such trackers fail. */
  readonly resolver?: Resolver;
}

/** Pause after every tracker failed; two and a half times as long after each further time. */
export const FIRST_PAUSE_US: Microseconds = 15 * 1_000_000;
export const LONGEST_PAUSE_US: Microseconds = 30 * 60 * 1_000_000;

interface CallUnderWay {
  readonly tracker: TrackerState;
  readonly event: AnnounceEvent;
  readonly call: TrackerCall;
}

export class Announcer {
  readonly #clock: Clock;
  readonly #identity: AnnounceIdentity;
  readonly #handler: AnnouncerHandler;
  readonly #options: Required<Omit<AnnouncerOptions, 'tiers' | 'resolver' | 'bothFamilies'>>;
  readonly #tiers: TrackerTiers;
  readonly #udp: TrackerClient;
  readonly #http: TrackerClient;
  readonly #otherFamily: OtherFamily | undefined;
  #phase: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  #timer: Timer | undefined;
  readonly #onTimer = (): void => this.#beginRound();
  #nextUs: Microseconds = 0;
  #current: CallUnderWay | undefined;
  /** The one that answered last. */
  #serving: TrackerState | undefined;
  /** Trackers still to be tried before this round counts as failed, the next one last. */
  readonly #untried: TrackerState[] = [];
  #pauseUs: Microseconds = 0;
  #earliestExtraUs: Microseconds = 0;
  #completedDue = false;
  #completeAtStart = false;
  /** While leaving: what follows the `completed` that was under way. */
  #onCompletedEnded = (): void => {};

  constructor(
    ports: AnnouncerPorts,
    identity: AnnounceIdentity,
    handler: AnnouncerHandler,
    options: AnnouncerOptions,
  ) {
    this.#clock = ports.clock;
    this.#identity = identity;
    this.#handler = handler;
    this.#options = {
      numwant: options.numwant ?? 50,
      shortestIntervalUs: options.shortestIntervalUs ?? SHORTEST_INTERVAL_US,
      minIntervalUs: options.minIntervalUs ?? 60 * 1_000_000,
      stopDeadlineUs: options.stopDeadlineUs ?? 5 * 1_000_000,
      completesBeforeStop: options.completesBeforeStop ?? false,
    };
    this.#tiers = new TrackerTiers(options.tiers, ports.random.fork('tracker-tiers'));
    const random = ports.random.fork('udp-transactions');
    this.#udp = new UdpTrackerClient({ ...ports, random, resolver: options.resolver });
    this.#http = new HttpTrackerClient(ports);
    if (options.bothFamilies !== true) return;
    this.#otherFamily = new OtherFamily({
      call: (tracker, event, family, done) => this.#call(tracker, event, true, done, family),
      onReply: (tracker, reply) => this.#takePeers(tracker, reply),
    });
  }

  /** Begins with `started`, as soon as this call has returned. Called once. */
  start(): void {
    invariant(this.#phase === 'new', 'an announcer is started once');
    this.#phase = 'running';
    this.#completeAtStart = this.#handler.progress().left === 0;
    this.#announceAt(this.#clock.now());
  }

  /** The download is complete: says so once, unless it was complete at the start. */
  completed(): void {
    if (this.#phase !== 'running' || this.#completeAtStart) return;
    this.#completeAtStart = true;
    this.#completedDue = true;
    if (this.#current === undefined && this.#pauseUs === 0) this.#announceAt(this.#clock.now());
  }

  /** Announces again as soon as the least interval allows; nothing while trackers fail. */
  requestMorePeers(): void {
    if (this.#phase !== 'running' || this.#current !== undefined || this.#pauseUs > 0) return;
    const atUs = Math.max(this.#clock.now(), this.#earliestExtraUs);
    if (atUs < this.#nextUs) this.#announceAt(atUs);
  }

  /**
   * Tells every tracker that counts us that we leave. `done` follows later, when all have answered or the deadline has
   * passed. Called at most once.
   */
  stop(done: () => void): void {
    invariant(this.#phase === 'new' || this.#phase === 'running', 'an announcer is stopped once');
    this.#phase = 'stopping';
    this.#timer?.cancel();
    const interrupted = this.#current;
    const { completesBeforeStop } = this.#options;
    const isTelling = completesBeforeStop && interrupted?.event === 'completed';
    if (!isTelling) {
      interrupted?.call.cancel();
      this.#current = undefined;
    }
    const recipients = this.#tiers
      .inOrder()
      .filter((tracker) => tracker.started || tracker === interrupted?.tracker);
    const waiting = new Map<object, TrackerCall>();
    const finish = (): void => {
      this.#phase = 'stopped';
      this.#timer?.cancel();
      for (const call of waiting.values()) call.cancel();
      this.#udp.close();
      this.#http.close();
      done();
    };
    const sayGoodbye = (tracker: TrackerState): void => {
      const call = this.#call(tracker, 'stopped', false, (outcome) => {
        waiting.delete(tracker);
        this.#reportLast(tracker, 'stopped', outcome);
        if (waiting.size === 0) finish();
      });
      waiting.set(tracker, call);
    };
    // A download that leaves as soon as it is complete is one that completed, and a tracker counts those.
    const told = isTelling ? interrupted.tracker : recipients.find((tracker) => tracker.started);
    for (const tracker of recipients) {
      if (!completesBeforeStop || !this.#completedDue || tracker !== told) {
        sayGoodbye(tracker);
      } else if (isTelling) {
        this.#onCompletedEnded = () => sayGoodbye(tracker);
        waiting.set(tracker, interrupted.call);
      } else {
        const call = this.#call(tracker, 'completed', false, (outcome) => {
          this.#reportLast(tracker, 'completed', outcome);
          sayGoodbye(tracker);
        });
        waiting.set(tracker, call);
      }
    }
    for (const each of this.#otherFamily?.stop() ?? []) {
      const call = this.#call(
        each.tracker,
        'stopped',
        false,
        () => {
          waiting.delete(each);
          if (waiting.size === 0) finish();
        },
        each.family,
      );
      waiting.set(each, call);
    }
    const waitUs = waiting.size === 0 ? 0 : this.#options.stopDeadlineUs;
    this.#timer = this.#clock.schedule(this.#clock.now() + waitUs, () => {
      for (const tracker of recipients) {
        if (waiting.has(tracker)) this.#handler.onFailed(tracker.url, 'stopped', 'no answer');
      }
      finish();
    });
  }

  #announceAt(atUs: Microseconds): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#nextUs = atUs;
    if (atUs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.schedule(atUs, this.#onTimer);
  }

  #beginRound(): void {
    const nowUs = this.#clock.now();
    const trackers = this.#tiers.inOrder();
    while (this.#untried.length > 0) this.#untried.pop();
    for (let index = trackers.length - 1; index >= 0; index--) {
      const tracker = trackers[index] as TrackerState;
      if (tracker.notBeforeUs <= nowUs) this.#untried.push(tracker);
    }
    if (this.#untried.length > 0) this.#tryNext();
    else this.#announceAt(Math.min(...trackers.map((tracker) => tracker.notBeforeUs)));
  }

  #tryNext(): void {
    for (let tracker = this.#untried.pop(); tracker !== undefined; tracker = this.#untried.pop()) {
      const event = this.#eventFor(tracker);
      if (tracker.parsed !== undefined) {
        this.#announceTo(tracker, event);
        return;
      }
      tracker.notBeforeUs = Number.POSITIVE_INFINITY;
      this.#handler.onFailed(tracker.url, event, tracker.problem);
      if (this.#phase !== 'running') return;
    }
    this.#pauseUs =
      this.#pauseUs === 0 ? FIRST_PAUSE_US : Math.min(LONGEST_PAUSE_US, Math.floor(this.#pauseUs * 2.5));
    this.#announceAt(this.#clock.now() + this.#pauseUs);
  }

  #eventFor(tracker: TrackerState): AnnounceEvent {
    if (!tracker.started) return 'started';
    return this.#completedDue ? 'completed' : 'none';
  }

  #announceTo(tracker: TrackerState, event: AnnounceEvent): void {
    const call = this.#call(tracker, event, this.#hasAlternativeTo(tracker), (outcome) => {
      this.#current = undefined;
      if (this.#phase === 'stopping') {
        this.#reportLast(tracker, event, outcome);
        this.#onCompletedEnded();
      } else if (outcome.kind === 'reply') this.#succeeded(tracker, event, outcome.reply);
      else this.#failed(tracker, event, outcome.message, outcome.retryInUs);
    });
    this.#current = { tracker, event, call };
  }

  #hasAlternativeTo(tracker: TrackerState): boolean {
    for (const other of this.#tiers.inOrder())
      if (other !== tracker && other.parsed !== undefined) return true;
    return false;
  }

  #call(
    tracker: TrackerState,
    event: AnnounceEvent,
    hasAlternative: boolean,
    done: (outcome: TrackerOutcome) => void,
    family = tracker.family,
  ): TrackerCall {
    const { parsed, url, trackerId } = tracker;
    invariant(parsed !== undefined, 'a tracker without a usable URL is never called');
    const { infoHash, peerId, port, key } = this.#identity;
    const { uploaded, downloaded, left, isPartialSeed = false } = this.#handler.progress();
    const announce: AnnounceRequest = {
      infoHash,
      peerId,
      port,
      uploaded,
      downloaded,
      left,
      key,
      event,
      isPartialSeed,
      numwant: event === 'stopped' ? 0 : this.#options.numwant,
    };
    const client = parsed.scheme === 'udp' ? this.#udp : this.#http;
    return client.announce({ url, parsed, announce, trackerId, hasAlternative, family }, done);
  }

  #succeeded(tracker: TrackerState, event: AnnounceEvent, reply: AnnounceReply): void {
    const nowUs = this.#clock.now();
    const isOther = this.#serving !== undefined && this.#serving !== tracker;
    this.#serving = tracker;
    tracker.started = true;
    tracker.trackerId = reply.trackerId ?? tracker.trackerId;
    if (event === 'completed') this.#completedDue = false;
    this.#tiers.moveToFront(tracker);
    this.#pauseUs = 0;
    const leastUs = clampInterval(reply.minIntervalSeconds ?? 0, this.#options.shortestIntervalUs);
    const intervalUs = clampInterval(reply.intervalSeconds, this.#options.shortestIntervalUs);
    this.#earliestExtraUs = nowUs + Math.max(leastUs, this.#options.minIntervalUs);
    // The event that waited for its turn is not held up by an interval.
    this.#announceAt(this.#completedDue ? nowUs : nowUs + Math.max(leastUs, intervalUs));
    this.#handler.onAnnounced(tracker.url, event, reply.peers.length);
    if (isOther && this.#phase === 'running') this.#handler.onOtherTracker?.(tracker.url);
    if (reply.warning !== undefined && this.#phase === 'running') {
      this.#handler.onWarning?.(tracker.url, reply.warning);
    }
    this.#takePeers(tracker, reply);
    if (this.#phase === 'running') this.#otherFamily?.announced(tracker, reply.remoteHost);
  }

  #takePeers(tracker: TrackerState, reply: AnnounceReply): void {
    const { externalIp, remoteHost, peers } = reply;
    if (externalIp !== undefined && remoteHost !== undefined && this.#phase === 'running') {
      this.#handler.onSeenAt?.(remoteHost, externalIp);
    }
    if (peers.length > 0 && this.#phase === 'running') this.#handler.onPeers(peers, tracker.url);
  }

  #failed(
    tracker: TrackerState,
    event: AnnounceEvent,
    message: string,
    retryInUs: Microseconds | undefined,
  ): void {
    this.#otherFamily?.failed(tracker);
    if (retryInUs !== undefined) tracker.notBeforeUs = this.#clock.now() + retryInUs;
    this.#handler.onFailed(tracker.url, event, message);
    if (this.#phase === 'running') this.#tryNext();
  }

  #reportLast(tracker: TrackerState, event: AnnounceEvent, outcome: TrackerOutcome): void {
    if (outcome.kind !== 'reply') {
      this.#handler.onFailed(tracker.url, event, outcome.message);
      return;
    }
    const { peers, warning } = outcome.reply;
    this.#handler.onAnnounced(tracker.url, event, peers.length);
    if (warning !== undefined && event !== 'stopped') this.#handler.onWarning?.(tracker.url, warning);
  }
}
