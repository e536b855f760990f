/**
 * One run of a scenario, carried on in steps while somebody looks: its text alone decides it, so the digest at its end is
 * that of `swarmlab run` on the same text. What happened comes out in increments, in order and each row once.
 */
import type { Hasher } from '../../src/core/ports.ts';
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { expand } from '../../src/scenarios/expand.ts';
import { judge } from '../../src/scenarios/expectations/judge.ts';
import { labelsInPlan } from '../../src/scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../../src/scenarios/expectations/trace-metrics.ts';
import type { Verdict } from '../../src/scenarios/expectations/verdict.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Plan } from '../../src/scenarios/plan.ts';
import { healVerdict } from '../../src/scenarios/run/heal-verdict.ts';
import { type PlannedContent, planContent } from '../../src/scenarios/run/planned-content.ts';
import { SimulatedRun } from '../../src/scenarios/run/simulate.ts';
import { traceHeader } from '../../src/scenarios/run/trace-header.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { strategyNames } from '../../src/scenarios/strategy-names.ts';
import { type EventFollower, emptyColumns } from '../../src/trace/event-log.ts';
import type { EventColumns, Trace, TraceHeader } from '../../src/trace/trace.ts';

/** What the text is called in messages, and what it may be saved as. */
export const SCENARIO_FILE = 'scenario.yaml';

/** More than this a tab is not asked to carry; `swarmlab run` has no such bounds. */
export const PEERS_MAX = 300;
export const CELLS_MAX = 2 ** 18;
export const ROWS_MAX = 2_000_000;

/** Events between two looks at the clock. */
const SLICE_EVENTS = 500;

/** Why a text cannot be run: for people, as many lines as it takes. */
export interface LiveFault {
  /** `author`: the text is wrong; `size`: it is too much for a page; `bug`: the fault is ours. */
  readonly blame: 'author' | 'size' | 'bug';
  readonly message: string;
}

export type Started =
  | { readonly ok: true; readonly run: LiveRun }
  | { readonly ok: false; readonly fault: LiveFault };

/** What happened since the last increment. */
export interface Increment {
  readonly events: EventColumns;
  /** Texts that are new; the first has the number of texts before. */
  readonly strings: readonly string[];
  /** Everything before this instant is told. */
  readonly untilUs: number;
}

export interface LiveEnd {
  readonly digest: string;
  readonly endUs: number;
  readonly verdicts: readonly Verdict[];
  readonly trace: Trace;
}

/** Contents by torrent: to hash one takes longer than to run a small swarm. Keeps the latest only. */
export class ContentCache {
  readonly #hasher: Hasher;
  #key = '';
  #content: PlannedContent | undefined = undefined;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  get hasher(): Hasher {
    return this.#hasher;
  }

  contentOf(torrent: Plan['torrent']): PlannedContent {
    const key = JSON.stringify(torrent);
    if (this.#content === undefined || this.#key !== key) {
      this.#content = planContent(torrent, this.#hasher);
      this.#key = key;
    }
    return this.#content;
  }
}

export class LiveRun {
  /** The text that decides it. */
  readonly text: string;
  readonly plan: Plan;
  readonly header: TraceHeader;
  readonly #scenario: Scenario;
  readonly #run: SimulatedRun;
  readonly #follow: EventFollower;
  #stringsTold = 0;
  #rows = 0;
  #more = true;
  #end: LiveEnd | undefined = undefined;

  private constructor(text: string, scenario: Scenario, plan: Plan, contents: ContentCache) {
    this.text = text;
    this.plan = plan;
    this.header = traceHeader(plan);
    this.#scenario = scenario;
    this.#run = new SimulatedRun(plan, contents.hasher, {
      expectations: scenario.expectations,
      content: contents.contentOf(plan.torrent),
    });
    this.#follow = this.#run.follow();
  }

  /** Reads the text and is ready to run it. Never throws for what a text holds. */
  static start(text: string, contents: ContentCache): Started {
    try {
      const scenario = parseScenario(text, SCENARIO_FILE, strategyNames);
      const plan = expand(scenario, scenario.seed);
      const tooMuch = sizeFault(plan);
      if (tooMuch !== undefined) return { ok: false, fault: tooMuch };
      return { ok: true, run: new LiveRun(text, scenario, plan, contents) };
    } catch (error) {
      if (!(error instanceof ScenarioError)) return { ok: false, fault: bug(error) };
      return { ok: false, fault: { blame: 'author', message: formatScenarioErrors(error) } };
    }
  }

  /** Virtual time so far. */
  get nowUs(): number {
    return this.#end?.endUs ?? this.#run.nowUs;
  }

  get isOver(): boolean {
    return !this.#more;
  }

  /**
   * Runs until there is nothing more to come, `untilUs` has passed, or `mayGoOn` says no; it is asked every few
   * milliseconds. The fault that ended it, if there was one; the run is over then.
   */
  advance(untilUs: number, mayGoOn: () => boolean = () => true): LiveFault | undefined {
    try {
      while (this.#more && this.#run.nowUs <= untilUs && mayGoOn()) {
        this.#more = this.#run.advance(SLICE_EVENTS);
        this.#rows = this.#run.traceSize.events;
        if (this.#rows > ROWS_MAX) return this.#giveUp(rowsFault(this.#run.nowUs));
      }
    } catch (error) {
      return this.#giveUp(bug(error));
    }
    return undefined;
  }

  /** What happened since the last call. Not after `end`. */
  take(): Increment {
    const one = emptyColumns(1);
    const rows: number[][] = [];
    while (this.#follow(Number.POSITIVE_INFINITY, one)) {
      rows.push([one.timeUs[0], one.kind[0], one.peer[0], one.a[0], one.b[0], one.c[0]] as number[]);
    }
    const events = emptyColumns(rows.length);
    for (const [index, [timeUs, kind, peer, a, b, c]] of rows.entries()) {
      events.timeUs[index] = timeUs as number;
      events.kind[index] = kind as number;
      events.peer[index] = peer as number;
      events.a[index] = a as number;
      events.b[index] = b as number;
      events.c[index] = c as number;
    }
    const strings = this.#run.traceTexts(this.#stringsTold);
    this.#stringsTold += strings.length;
    return { events, strings, untilUs: this.#run.nowUs };
  }

  /** The outcome, once it is over; breaks the swarm up. Throws where an invariant of ours is broken. */
  end(): LiveEnd {
    if (this.#end === undefined) {
      const trace = this.#run.finish(!this.#more);
      const healed = this.#run.healVerdict;
      this.#run.breakUp();
      const metrics = new TraceMetrics(trace, labelsInPlan(this.plan));
      const judged = judge(this.#scenario.expectations, metrics, { stoppedBy: this.#run.stoppedBy });
      const verdicts = healed === undefined ? judged : [...judged, healVerdict(healed)];
      this.#end = { digest: trace.digest, endUs: trace.endUs, verdicts, trace };
    }
    return this.#end;
  }

  #giveUp(fault: LiveFault): LiveFault {
    this.#more = false;
    return fault;
  }
}

function sizeFault({ peers, torrent }: Plan): LiveFault | undefined {
  const totalBytes = torrent.files.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const pieces = Math.ceil(totalBytes / torrent.pieceLengthBytes);
  if (peers.length <= PEERS_MAX && peers.length * pieces <= CELLS_MAX) return undefined;
  const message = `${peers.length} peers with ${pieces} pieces are too much for this page: it takes ${PEERS_MAX} peers, and ${CELLS_MAX} peers times pieces. "swarmlab run ${SCENARIO_FILE}" takes them.`;
  return { blame: 'size', message };
}

function rowsFault(nowUs: number): LiveFault {
  const message = `after ${spell(nowUs)} more than ${ROWS_MAX} things have happened, which is all that this page keeps. "swarmlab run ${SCENARIO_FILE}" goes on.`;
  return { blame: 'size', message };
}

function spell(us: number): string {
  return `${Math.round(us / 1e6)} s`;
}

function bug(error: unknown): LiveFault {
  const what = error instanceof Error ? error.message : String(error);
  return {
    blame: 'bug',
    message: `This is a bug in swarmlab: ${what}. Please report it with the YAML of this run.`,
  };
}
