/** A run that is over, for programs: verdicts, metrics, tables and the report, all read off its trace. */

import { redText } from '../cli/reporters/red-text.ts';
import { describeNetwork } from '../cli/reporters/run-record.ts';
import { keepRun, type RunSubject, reportPage, verdictsOf } from '../cli/run-one.ts';
import { SwarmlabError } from '../client/errors.ts';
import type { Complaint } from '../scenarios/complaint.ts';
import { compileExpectation, ordinary } from '../scenarios/expectations/expectation.ts';
import { allHeld, judge } from '../scenarios/expectations/judge.ts';
import { groupsOnly } from '../scenarios/expectations/labels.ts';
import {
  isMetricName,
  METRIC_NAMES,
  METRICS,
  type MetricName,
  type PeerMetric,
  type PieceMetric,
  type RunMetric,
} from '../scenarios/expectations/metrics.ts';
import { labelsInPlan } from '../scenarios/expectations/peer-labels.ts';
import { TraceMetrics } from '../scenarios/expectations/trace-metrics.ts';
import { formatMeasured, type Verdict as JudgedVerdict } from '../scenarios/expectations/verdict.ts';
import { nearest } from '../scenarios/nearest.ts';
import type { RunOutcome } from '../scenarios/run/run-options.ts';
import { encodeTrace } from '../trace/file-format.ts';
import { eventsTable, peersTable, piecesTable, samplesTable } from '../trace/metrics/tables.ts';
import type { Trace } from '../trace/trace.ts';
import type { Measured, Run, Verdict } from './run-types.ts';
import { userFault } from './user-fault.ts';

export interface FinishedRunParts {
  readonly subject: RunSubject;
  readonly network: Run['network'];
  readonly outcome: RunOutcome;
  readonly startedAt: Date;
  readonly wallSeconds: number;
}

const TABLES: Readonly<Record<Parameters<Run['table']>[0], (trace: Trace) => Iterable<string>>> = {
  peers: peersTable,
  pieces: piecesTable,
  samples: samplesTable,
  events: eventsTable,
};

export class FinishedRun implements Run {
  readonly scenario: string;
  readonly seed: number;
  readonly network: Run['network'];
  readonly digest: string;
  readonly endUs: number;
  readonly interrupted: boolean;
  readonly verdicts: readonly Verdict[];
  readonly held: boolean;
  readonly replay: string;
  readonly #parts: FinishedRunParts;
  readonly #judged: readonly JudgedVerdict[];
  readonly #metrics: TraceMetrics;

  constructor(parts: FinishedRunParts) {
    const { subject, network, outcome } = parts;
    this.#parts = parts;
    this.#judged = verdictsOf(subject, outcome);
    this.#metrics = new TraceMetrics(outcome.trace, labelsInPlan(subject.plan));
    this.scenario = subject.plan.name;
    this.seed = subject.plan.seed;
    this.network = network;
    this.digest = outcome.trace.digest;
    this.endUs = outcome.trace.endUs;
    this.interrupted = outcome.interrupted;
    this.replay = subject.replay;
    this.verdicts = this.#judged.map((verdict) => this.#verdictOf(verdict));
    this.held = !outcome.interrupted && allHeld(this.#judged);
  }

  judge(expression: string): Verdict {
    const { plan, baselines } = this.#parts.subject;
    const { groups, peers } = plan;
    // Groups that do not exist are slips of the pen; of other labels the run knows the values.
    const vocabulary = groupsOnly(
      groups.map((name, index) => [name, peers.filter(({ group }) => group === index).length]),
    );
    const compiled = compileExpectation(ordinary(expression), expression, 1, vocabulary);
    if (!compiled.ok) throw new SwarmlabError(describeComplaints(expression, compiled.complaints));
    const options = baselines === undefined ? {} : { baselines };
    const [verdict] = judge([compiled.value], this.#metrics, options);
    return this.#verdictOf(verdict as JudgedVerdict);
  }

  metric(name: string): readonly Measured[] {
    const metric = metricNamed(name);
    const { of, overTime } = METRICS[metric];
    if (overTime || of === 'swarm') {
      const other = 'judge an expression of it, or read the table "samples"';
      throw new SwarmlabError(`${name} changes as the run goes on\n  ${other}`);
    }
    if (of === 'run') return [{ of: '', value: this.#metrics.run(metric as RunMetric) }];
    if (of === 'piece') {
      const rows = this.#metrics.pieces(metric as PieceMetric);
      return rows.map(({ row, value }) => ({ of: String(row), value }));
    }
    const rows = this.#metrics.peers(metric as PeerMetric);
    return rows.map(({ row, value }) => ({ of: this.#metrics.peerName(row), value }));
  }

  table(name: 'peers' | 'pieces' | 'samples' | 'events'): string {
    return [...TABLES[name](this.#parts.outcome.trace)].join('');
  }

  trace(): Uint8Array {
    return encodeTrace(this.#parts.outcome.trace);
  }

  reportHtml(): string {
    const { subject, outcome, network } = this.#parts;
    return reportPage(subject.plan, outcome, this.#judged, subject.replay, network);
  }

  async save(folder: string): Promise<string> {
    const { subject, network, outcome, startedAt, wallSeconds } = this.#parts;
    const kept = { startedAt, wallSeconds, others: {} };
    try {
      return await keepRun(folder, subject, network, outcome, this.#judged, kept);
    } catch (error) {
      throw userFault(error);
    }
  }

  #verdictOf(verdict: JudgedVerdict): Verdict {
    const { name, expression, status, severity, left, right, atUs, evaluations } = verdict;
    const { scenario, seed, network, endUs, replay } = this;
    const run = { scenario, seed, network, endUs, replay };
    const held = `${name}: ${formatMeasured(verdict)}\nrun: ${scenario}, seed ${seed}, ${describeNetwork(network)}\nreplay: ${replay}`;
    return {
      name,
      expression,
      status,
      severity,
      left: left?.value,
      right: right?.value,
      unit: left?.unit ?? '',
      atUs: verdict.firstViolationUs ?? atUs,
      evaluations,
      text: status === 'held' ? held : redText(run, verdict),
    };
  }
}

function metricNamed(name: string): MetricName {
  if (isMetricName(name)) return name;
  const near = nearest(name, METRIC_NAMES);
  const hint =
    near === undefined ? '"swarmlab list" prints the metrics that there are' : `did you mean "${near}"?`;
  throw new SwarmlabError(`there is no metric "${name}"\n  ${hint}`);
}

function describeComplaints(expression: string, complaints: readonly Complaint[]): string {
  return complaints
    .flatMap(({ message, expected, suggestion }) => [
      `${expression}: ${message}`,
      ...(suggestion === undefined ? [] : [`  did you mean "${suggestion}"?`]),
      ...(expected === undefined ? [] : [`  expected ${expected}`]),
    ])
    .join('\n');
}
