/**
 * `swarmlab parity`: the same plan in simulation and on real sockets, on request in network namespaces too, and by how much
 * they differ, figure by figure and peer by peer.
 */
import { expand } from '../scenarios/expand.ts';
import {
  agrees,
  compareNetworks,
  comparePeers,
  peersAgree,
  type RealFigure,
  type RealRuns,
  type SimulatedFigure,
} from '../scenarios/parity/parity.ts';
import type { Plan } from '../scenarios/plan.ts';
import type { NetworkKind } from '../scenarios/run/run-options.ts';
import { RunFailure } from '../scenarios/run/run-options.ts';
import { runPlan } from '../scenarios/run/run-plan.ts';
import type { RealNetwork } from '../scenarios/run/socket-limits.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { parseShare } from '../scenarios/units.ts';
import type { Trace } from '../trace/trace.ts';
import { namespaceAgentScript } from './assets.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { loadScenarios } from './load-scenarios.ts';
import { HEADINGS, PLACES, printPeersVerdict, printRows, printVerdict } from './output/parity-text.ts';
import { Terminal } from './output/terminal.ts';
import { socketPlan } from './socket-plan.ts';

export interface ParityArguments {
  readonly seed?: number;
  readonly set?: readonly string[];
  /** Simulated runs with different draws of the peers; what real networks do is compared with their mean. */
  readonly simulations: number;
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

export async function parity(reference: string, args: ParityArguments): Promise<ExitCode> {
  const tolerance = toleranceOf('--tolerance', args.tolerance);
  const peerTolerance =
    args.peerTolerance === undefined ? undefined : toleranceOf('--peer-tolerance', args.peerTolerance);
  if (args.simulations < 1) throw new CommandError('--simulations must be 1 or more', ExitCode.usage);
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
  results.print(
    `${results.style('bold', plan.name)} · seed ${plan.seed} · ${times(args.simulations)} in simulation, ${where}`,
  );
  const interruption = new Interruption();
  try {
    /** The first `count` draws of the plan on a network, fewer only when interrupted. */
    const tracesOn = async (network: NetworkKind, count: number): Promise<Trace[]> => {
      const traces: Trace[] = [];
      while (traces.length < count) {
        const one = await trace(plan, network, traces.length, notes, interruption.signal);
        if (one === undefined) break;
        traces.push(one);
      }
      return traces;
    };
    const simulated = await tracesOn('sim', args.simulations);
    const real: RealRuns[] = [];
    for (const network of networks) real.push({ network, traces: await tracesOn(network, args.repeat) });
    const [first] = simulated;
    if (
      first === undefined ||
      simulated.length < args.simulations ||
      real.some(({ traces }) => traces.length < args.repeat)
    ) {
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
      const simulatedJson = ({ values, mean, deviation }: SimulatedFigure) => ({
        simulations: values.map((value) => value ?? null),
        simulatedDeviation: deviation ?? null,
        simulated: mean ?? null,
      });
      const summary = {
        scenario: plan.name,
        seed: plan.seed,
        simulations: args.simulations,
        repeat: args.repeat,
        tolerance,
        agrees: good,
        digest: first.digest,
        figures: rows.map(({ name, unit, simulated: inSimulation, real: figures }) => ({
          name,
          unit,
          ...simulatedJson(inSimulation),
          ...realJson(figures),
        })),
        peers: peers.map(({ peer, simulated: inSimulation, real: figures }) => ({
          peer,
          completed_us: inSimulation.mean ?? null,
          ...simulatedJson(inSimulation),
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

/** The share of a run for which its clock stands still before anybody is told. */
const WORTH_SAYING = 0.05;

function toleranceOf(option: string, text: string): number {
  const parsed = parseShare(text);
  if (parsed.ok) return parsed.value / 1_000_000;
  throw new CommandError(`${option}: ${parsed.complaint.message}`, ExitCode.usage);
}

async function trace(
  plan: Plan,
  network: NetworkKind,
  draws: number,
  notes: Terminal,
  signal: AbortSignal,
): Promise<Trace | undefined> {
  if (signal.aborted) return undefined;
  const where = HEADINGS[network];
  try {
    const outcome = await runPlan(plan, {
      network,
      draws,
      agentFile: namespaceAgentScript,
      signal,
      onProgress: ({ nowUs, complete, peers }) =>
        notes.progress(() => `  ${where}: ${formatDuration(nowUs)} · ${complete} of ${peers} peers complete`),
    });
    const { stoodStillUs, interrupted, trace } = outcome;
    if (!interrupted && stoodStillUs > WORTH_SAYING * trace.endUs) {
      notes.print(
        `  this computer was busy: the clock on ${where} stood still for ${formatDuration(stoodStillUs)} in all`,
      );
    }
    return interrupted ? undefined : trace;
  } catch (error) {
    if (error instanceof RunFailure) throw new CommandError(error.message, ExitCode.unavailable);
    throw error;
  } finally {
    notes.clear();
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
