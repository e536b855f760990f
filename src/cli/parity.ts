/**
 * `swarmlab parity`: the same plan in simulation and on real sockets, on request in network namespaces too, and by how much
 * they differ, figure by figure and peer by peer.
 */
import { expand } from '../scenarios/expand.ts';
import {
  AGREEMENT_FIGURE,
  agrees,
  compareNetworks,
  comparePeers,
  type ParityPeer,
  type ParityRow,
  peersAgree,
  type RealFigure,
  type RealRuns,
} from '../scenarios/parity/parity.ts';
import type { Plan } from '../scenarios/plan.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { RunFailure } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import type { RealNetwork } from '../scenarios/run/socket-limits.ts';
import type { FigureUnit } from '../scenarios/sweep/figures.ts';
import { formatDuration, formatPercentage, formatRate, formatSize } from '../scenarios/unit-text.ts';
import { parseShare } from '../scenarios/units.ts';
import type { Trace } from '../trace/trace.ts';
import { namespaceAgentScript } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import { Terminal } from './output/terminal.ts';
import { socketPlan } from './socket-plan.ts';

export interface ParityArguments {
  readonly seed?: number;
  readonly set?: readonly string[];
  /** Runs on each real network; the median of them counts. */
  readonly repeat: number;
  /** The largest difference of the median completion, as text: "10%". */
  readonly tolerance: string;
  /** The largest difference of any peer's completion; absent: any. */
  readonly peerTolerance?: string;
  readonly namespaces?: boolean;
  readonly approximate?: boolean;
  readonly json?: boolean;
}

const HEADINGS: Readonly<Record<NetworkKind, string>> = {
  sim: 'simulation',
  sockets: 'sockets',
  namespaces: 'namespaces',
};

export async function parity(reference: string, args: ParityArguments): Promise<ExitCode> {
  const tolerance = toleranceOf('--tolerance', args.tolerance);
  const peerTolerance =
    args.peerTolerance === undefined ? undefined : toleranceOf('--peer-tolerance', args.peerTolerance);
  if (args.repeat < 1) throw new CommandError('--repeat must be 1 or more', ExitCode.usage);
  const networks: readonly RealNetwork[] = args.namespaces === true ? ['sockets', 'namespaces'] : ['sockets'];
  const [loaded] = loadScenarios([reference], args.set);
  const { scenario } = loaded as NonNullable<typeof loaded>;
  const notes = new Terminal(process.stderr, process.env);
  const planned = expand(scenario, args.seed ?? scenario.seed);
  // What a network cannot do is left out on all of them: it is one plan that is compared.
  const plan = networks.reduce(
    (rest: Plan, network) => socketPlan(network, rest, { approximate: args.approximate === true, notes }),
    planned,
  );
  const results = args.json === true ? notes : new Terminal(process.stdout, process.env);
  const where = networks.map((network) => `${times(args.repeat)} ${PLACES[network]}`).join(', ');
  results.print(`${results.style('bold', plan.name)} · seed ${plan.seed} · once in simulation, ${where}`);
  const interruption = new Interruption();
  try {
    const simulated = await trace(plan, 'sim', notes, interruption.signal);
    const real: RealRuns[] = [];
    for (const network of networks) {
      const traces: Trace[] = [];
      while (simulated !== undefined && traces.length < args.repeat) {
        const one = await trace(plan, network, notes, interruption.signal);
        if (one === undefined) break;
        traces.push(one);
      }
      real.push({ network, traces });
    }
    if (simulated === undefined || real.some(({ traces }) => traces.length < args.repeat)) {
      notes.print(notes.style('yellow', '  interrupted: there is nothing to compare'));
      return ExitCode.interrupted;
    }
    const rows = compareNetworks(simulated, real);
    const peers = comparePeers(simulated, real);
    const good = agrees(rows, tolerance) && (peerTolerance === undefined || peersAgree(peers, peerTolerance));
    printRows(results, networks, rows, peers);
    printVerdict(results, networks, rows, tolerance);
    if (peerTolerance !== undefined) printPeersVerdict(results, networks, peers, peerTolerance);
    if (args.json === true) {
      const realJson = (figures: readonly RealFigure[]) =>
        Object.fromEntries(
          figures.flatMap(({ values, median, difference }, index) => {
            const network = networks[index] as RealNetwork;
            return [
              [network, values.map((value) => value ?? null)],
              [`${network}Median`, median ?? null],
              [index === 0 ? 'difference' : `${network}Difference`, difference ?? null],
            ];
          }),
        );
      const summary = {
        scenario: plan.name,
        seed: plan.seed,
        repeat: args.repeat,
        tolerance,
        agrees: good,
        digest: simulated.digest,
        figures: rows.map(({ name, unit, simulated: inSimulation, real: figures }) => ({
          name,
          unit,
          simulated: inSimulation ?? null,
          ...realJson(figures),
        })),
        peers: peers.map(({ peer, simulated: inSimulation, real: figures }) => ({
          peer,
          completed_us: inSimulation ?? null,
          ...realJson(figures),
        })),
      };
      process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    }
    return good ? ExitCode.held : ExitCode.failed;
  } finally {
    interruption.dispose();
  }
}

const PLACES: Readonly<Record<RealNetwork, string>> = {
  sockets: 'on real sockets',
  namespaces: 'in network namespaces',
};

function toleranceOf(option: string, text: string): number {
  const parsed = parseShare(text);
  if (parsed.ok) return parsed.value / 1_000_000;
  throw new CommandError(`${option}: ${parsed.complaint.message}`, ExitCode.usage);
}

async function trace(
  plan: Plan,
  network: NetworkKind,
  notes: Terminal,
  signal: AbortSignal,
): Promise<Trace | undefined> {
  if (signal.aborted) return undefined;
  const where = HEADINGS[network];
  try {
    const outcome = await runPlan(plan, {
      network,
      agentFile: namespaceAgentScript,
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

function printRows(
  terminal: Terminal,
  networks: readonly RealNetwork[],
  rows: readonly ParityRow[],
  peers: readonly ParityPeer[],
): void {
  const shown = rows.filter(
    ({ name, simulated, real }) =>
      SHOWN.has(name) && ((simulated ?? 0) !== 0 || real.some(({ median }) => (median ?? 0) !== 0)),
  );
  const cells = shown.map(({ words, unit, simulated, real }) => [
    words,
    formatFigure(simulated, unit),
    ...real.flatMap(({ median, difference }) => [formatFigure(median, unit), formatDifference(difference)]),
  ]);
  const extremes = [
    'largest difference of a peer',
    '',
    ...networks.flatMap((_, index) => [
      '',
      formatDifference(farthest(peers, index)?.real[index]?.difference),
    ]),
  ];
  const heading = ['', 'simulation', ...networks.flatMap((network) => [HEADINGS[network], 'difference'])];
  const table = [heading, ...cells, extremes];
  const widths = heading.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
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
  networks: readonly RealNetwork[],
  rows: readonly ParityRow[],
  tolerance: number,
): void {
  const row = rows.find(({ name }) => name === AGREEMENT_FIGURE);
  terminal.print();
  for (const [index, network] of networks.entries()) {
    const difference = row?.real[index]?.difference;
    printAgreement(
      terminal,
      difference,
      tolerance,
      difference === undefined
        ? `no median completion ${PLACES[network]} to compare: half of the peers did not complete`
        : `the median completion ${PLACES[network]} differs by ${formatPercentage(Math.abs(difference))}`,
    );
  }
}

function printPeersVerdict(
  terminal: Terminal,
  networks: readonly RealNetwork[],
  peers: readonly ParityPeer[],
  tolerance: number,
): void {
  for (const [index, network] of networks.entries()) {
    const peer = farthest(peers, index);
    const difference = peer?.real[index]?.difference;
    printAgreement(
      terminal,
      difference,
      tolerance,
      difference === undefined
        ? `${peer?.peer ?? 'nobody'} did not complete everywhere`
        : `no peer's completion ${PLACES[network]} differs by more than ${formatPercentage(Math.abs(difference))} (${peer?.peer})`,
    );
  }
}

function printAgreement(
  terminal: Terminal,
  difference: number | undefined,
  tolerance: number,
  text: string,
): void {
  const good = difference !== undefined && Math.abs(difference) <= tolerance;
  const limit = difference === undefined ? '' : `, at most ${formatPercentage(tolerance)} is agreed`;
  terminal.print(
    good ? `  ${terminal.style('green', '✓')} ${text}${limit}` : terminal.style('red', `  ✗ ${text}${limit}`),
  );
}

/** The peer whose completion on the network differs most, one that did not complete before all. */
function farthest(peers: readonly ParityPeer[], network: number): ParityPeer | undefined {
  const far = ({ real }: ParityPeer): number =>
    Math.abs(real[network]?.difference ?? Number.POSITIVE_INFINITY);
  return peers.reduce(
    (most: ParityPeer | undefined, peer) => (most === undefined || far(peer) > far(most) ? peer : most),
    undefined,
  );
}

function formatDifference(difference: number | undefined): string {
  return difference === undefined ? '' : `${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)} %`;
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
