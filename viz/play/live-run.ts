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
import { ROWS_MAX, tooLarge, tooLong } from './page-limits.ts';
import { SCENARIO_FILE } from './scenario-file.ts';

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
  readonly trace: Trace;
  readonly verdicts: readonly Verdict[];
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
      const tooMuch = tooLarge(plan);
      if (tooMuch !== undefined) return { ok: false, fault: { blame: 'size', message: tooMuch } };
      return { ok: true, run: new LiveRun(text, scenario, plan, contents) };
    } catch (error) {
      if (!(error instanceof ScenarioError)) return { ok: false, fault: bug(error) };
      return { ok: false, fault: { blame: 'author', message: formatScenarioErrors(error) } };
    }
  }

  /** Virtual time so far. */
  get nowUs(): number {
    return this.#end?.trace.endUs ?? this.#run.nowUs;
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
        if (this.#run.traceSize.events > ROWS_MAX)
          return this.#giveUp({ blame: 'size', message: tooLong(this.#run.nowUs) });
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

  /** The outcome, once it is over; breaks the swarm up. */
  end(): { readonly ok: true; readonly value: LiveEnd } | { readonly ok: false; readonly fault: LiveFault } {
    try {
      return { ok: true, value: this.#finish() };
    } catch (error) {
      return { ok: false, fault: bug(error) };
    }
  }

  #finish(): LiveEnd {
    if (this.#end === undefined) {
      const trace = this.#run.finish(!this.#more);
      const healed = this.#run.healVerdict;
      this.#run.breakUp();
      const metrics = new TraceMetrics(trace, labelsInPlan(this.plan));
      const judged = judge(this.#scenario.expectations, metrics, { stoppedBy: this.#run.stoppedBy });
      const verdicts = healed === undefined ? judged : [...judged, healVerdict(healed)];
      this.#end = { trace, verdicts };
    }
    return this.#end;
  }

  #giveUp(fault: LiveFault): LiveFault {
    this.#more = false;
    return fault;
  }
}

function bug(error: unknown): LiveFault {
  const what = error instanceof Error ? error.message : String(error);
  return {
    blame: 'bug',
    message: `This is a bug in swarmlab: ${what}. Please report it with the YAML of this run.`,
  };
}
