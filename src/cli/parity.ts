/** `swarmlab parity`: the same plan in simulation and on real sockets, and by how much they differ, figure by figure. */
import { expand } from '../scenarios/expand.ts';
import { AGREEMENT_FIGURE, agrees, compareNetworks, type ParityRow } from '../scenarios/parity/parity.ts';
import type { Plan } from '../scenarios/plan.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { RunFailure } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import type { FigureUnit } from '../scenarios/sweep/figures.ts';
import { formatDuration, formatPercentage, formatRate, formatSize } from '../scenarios/unit-text.ts';
import { parseShare } from '../scenarios/units.ts';
import type { Trace } from '../trace/trace.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import { Terminal } from './output/terminal.ts';
import { socketPlan } from './socket-plan.ts';

export interface ParityArguments {
  readonly seed?: number;
  readonly set?: readonly string[];
  /** Runs on sockets; the median of them counts. */
  readonly repeat: number;
  /** The largest difference of the median completion, as text: "10%". */
  readonly tolerance: string;
  readonly approximate?: boolean;
  readonly json?: boolean;
}

export async function parity(reference: string, args: ParityArguments): Promise<ExitCode> {
  const tolerance = toleranceOf(args.tolerance);
  if (args.repeat < 1) throw new CommandError('--repeat must be 1 or more', ExitCode.usage);
  const [loaded] = loadScenarios([reference], args.set);
  const { scenario } = loaded as NonNullable<typeof loaded>;
  const notes = new Terminal(process.stderr, process.env);
  const planned = expand(scenario, args.seed ?? scenario.seed);
  const plan = socketPlan(planned, { approximate: args.approximate === true, notes });
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  results.print(
    `${results.style('bold', plan.name)} · seed ${plan.seed} · once in simulation, ${times(args.repeat)} on real sockets`,
  );
  const interruption = new Interruption();
  try {
    const simulated = await trace(plan, 'sim', notes, interruption.signal);
    const real: Trace[] = [];
    while (simulated !== undefined && real.length < args.repeat) {
      const one = await trace(plan, 'sockets', notes, interruption.signal);
      if (one === undefined) break;
      real.push(one);
    }
    if (simulated === undefined || real.length < args.repeat) {
      notes.print(notes.style('yellow', '  interrupted: there is nothing to compare'));
      return ExitCode.interrupted;
    }
    const rows = compareNetworks(simulated, real);
    const good = agrees(rows, tolerance);
    printRows(results, rows);
    printVerdict(results, rows, tolerance, good);
    if (args.json === true) {
      const summary = {
        scenario: plan.name,
        seed: plan.seed,
        repeat: args.repeat,
        tolerance,
        agrees: good,
        digest: simulated.digest,
        figures: rows.map(
          ({ name, unit, simulated: inSimulation, real: onSockets, realMedian, difference }) => ({
            name,
            unit,
            simulated: inSimulation ?? null,
            sockets: onSockets.map((value) => value ?? null),
            socketsMedian: realMedian ?? null,
            difference: difference ?? null,
          }),
        ),
      };
      process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    }
    return good ? ExitCode.held : ExitCode.failed;
  } finally {
    interruption.dispose();
  }
}

function toleranceOf(text: string): number {
  const parsed = parseShare(text);
  if (parsed.ok) return parsed.value / 1_000_000;
  throw new CommandError(`--tolerance: ${parsed.complaint.message}`, ExitCode.usage);
}

async function trace(
  plan: Plan,
  network: NetworkKind,
  notes: Terminal,
  signal: AbortSignal,
): Promise<Trace | undefined> {
  if (signal.aborted) return undefined;
  const where = network === 'sim' ? 'simulation' : 'sockets';
  try {
    const outcome = await runPlan(plan, {
      network,
      signal,
      onProgress: ({ nowUs, complete, peers }) =>
        notes.progress(() => `  ${where}: ${formatDuration(nowUs)} · ${complete} of ${peers} peers complete`),
    });
    return outcome.interrupted ? undefined : outcome.trace;
  } catch (error) {
    if (error instanceof RunFailure) throw new CommandError(error.message, ExitCode.unavailable);
    throw error;
  } finally {
    notes.clear();
  }
}

/** The table is for reading, the JSON has all of them: what the networks could differ in, each once. */
const SHOWN: ReadonlySet<string> = new Set([
  'complete_share',
  'completion_time_p50_us',
  'completion_time_p95_us',
  'completion_time_max_us',
  'download_time_p50_us',
  'over_bound',
  'seed_copies',
  'upload_fairness',
  'availability_min',
  'sent_sum_bytes',
  'wasted_sum_bytes',
  'share_ratio_mean',
  'share_ratio_max',
  'upload_use_mean',
  'capped_time_max_us',
]);

function printRows(terminal: Terminal, rows: readonly ParityRow[]): void {
  const shown = rows.filter(
    ({ name, simulated, realMedian }) =>
      SHOWN.has(name) && ((simulated ?? 0) !== 0 || (realMedian ?? 0) !== 0),
  );
  const cells = shown.map(({ words, unit, simulated, realMedian, difference }) => [
    words,
    formatFigure(simulated, unit),
    formatFigure(realMedian, unit),
    difference === undefined ? '' : `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)} %`,
  ]);
  const table = [['', 'simulation', 'sockets', 'difference'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const [index, row] of table.entries()) {
    const [words = '', ...numbers] = row;
    const line = `  ${words.padEnd(widths[0] as number)}  ${numbers
      .map((text, column) => text.padStart(widths[column + 1] as number))
      .join('  ')}`;
    terminal.print(index === 0 ? terminal.style('dim', line) : line);
  }
}

function printVerdict(
  terminal: Terminal,
  rows: readonly ParityRow[],
  tolerance: number,
  good: boolean,
): void {
  const row = rows.find(({ name }) => name === AGREEMENT_FIGURE);
  const limit = formatPercentage(tolerance);
  terminal.print();
  if (row?.difference === undefined) {
    terminal.print(
      terminal.style('red', '  ✗ no median completion to compare: half of the peers did not complete'),
    );
  } else {
    const text = `the median completion on sockets differs by ${formatPercentage(Math.abs(row.difference))}, at most ${limit} is agreed`;
    terminal.print(good ? `  ${terminal.style('green', '✓')} ${text}` : terminal.style('red', `  ✗ ${text}`));
  }
}

function formatFigure(value: number | undefined, unit: FigureUnit): string {
  if (value === undefined) return '-';
  switch (unit) {
    case 'us':
      return formatDuration(Math.round(value));
    case 'bytes':
      return formatSize(Math.round(value));
    case 'bytes/us':
      return formatRate(Math.round(value * 1_000_000));
    case 'share':
      return formatPercentage(value);
    case 'plain':
      return value.toFixed(2);
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
