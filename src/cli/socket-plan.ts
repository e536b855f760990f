/** Says before a run on real sockets starts what they cannot do of it, and refuses it or leaves that out, as asked. */
import type { Plan } from '../scenarios/plan.ts';
import {
  impossibleOn,
  type RealNetwork,
  tooLargeFor,
  withoutImpossible,
} from '../scenarios/run/socket-limits.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import type { Terminal } from './output/terminal.ts';

/** From so much on, the user is told beforehand how long it may take. */
const WORTH_SAYING_US = 60_000_000;

const NAMES: Readonly<Record<RealNetwork, string>> = {
  sockets: 'real sockets',
  namespaces: 'network namespaces',
};

/** Throws `CommandError` for a plan that is too large for the network, or asks for what it cannot do. */
export function refuseFor(network: RealNetwork, plan: Plan): void {
  refuseTooLarge(network, plan);
  const impossible = impossibleOn(network, plan);
  if (impossible.length === 0) return;
  const rest = impossibleOn(network, withoutImpossible(network, plan));
  const advice = rest.length > 0 ? '' : ', or leave that out with --approximate';
  throw refused(network, plan, impossible, `run it in simulation${advice}`);
}

/**
 * The plan to be run on a real network. `approximate`: without what that cannot do, which is said; else a plan that asks
 * for such a thing is refused, as is always one that is too large, or that nothing would be left of. Throws `CommandError`.
 */
export function socketPlan(
  network: RealNetwork,
  plan: Plan,
  { approximate, notes }: { readonly approximate: boolean; readonly notes: Terminal },
): Plan {
  if (!approximate) refuseFor(network, plan);
  refuseTooLarge(network, plan);
  const leftOver = withoutImpossible(network, plan);
  const rest = impossibleOn(network, leftOver);
  if (rest.length > 0) throw refused(network, plan, rest, 'run it in simulation');
  const omitted = impossibleOn(network, plan);
  if (omitted.length > 0) {
    notes.print(notes.style('yellow', `${plan.name} on ${NAMES[network]}, left out: ${omitted.join(', ')}`));
  }
  if (plan.endUs >= WORTH_SAYING_US) {
    notes.print(`${plan.name} takes up to ${formatDuration(plan.endUs)} of real time on sockets`);
  }
  return omitted.length === 0 ? plan : leftOver;
}

function refuseTooLarge(network: RealNetwork, plan: Plan): void {
  const tooLarge = tooLargeFor(network, plan);
  if (tooLarge.length === 0) return;
  throw new CommandError(
    `${plan.name} is too large for ${NAMES[network]}: ${tooLarge.join('; ')}\n  run it in simulation`,
    ExitCode.usage,
  );
}

function refused(
  network: RealNetwork,
  plan: Plan,
  impossible: readonly string[],
  advice: string,
): CommandError {
  return new CommandError(
    `${NAMES[network]} cannot do what ${plan.name} asks for: ${impossible.join(', ')}\n  ${advice}`,
    ExitCode.usage,
  );
}
