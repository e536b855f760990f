/** Says before a run on real sockets starts what they cannot do of it, and refuses it or leaves that out, as asked. */
import type { Plan } from '../scenarios/plan.ts';
import { simulatedOnly, tooLargeForSockets, withoutSimulatedOnly } from '../scenarios/run/socket-limits.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import type { Terminal } from './output/terminal.ts';

/** From so much on, the user is told beforehand how long it may take. */
const WORTH_SAYING_US = 60_000_000;

/** Throws `CommandError` for a plan that is too large for sockets, or asks for what they cannot do. */
export function refuseForSockets(plan: Plan): void {
  refuseTooLarge(plan);
  const impossible = simulatedOnly(plan);
  if (impossible.length === 0) return;
  const rest = simulatedOnly(withoutSimulatedOnly(plan));
  const advice = rest.length > 0 ? '' : ', or leave that out with --approximate';
  throw refused(plan, impossible, `run it in simulation${advice}`);
}

/**
 * The plan to be run on sockets. `approximate`: without what they cannot do, which is said; else a plan that asks for
 * such a thing is refused, as is always one that is too large, or that nothing would be left of. Throws `CommandError`.
 */
export function socketPlan(
  plan: Plan,
  { approximate, notes }: { readonly approximate: boolean; readonly notes: Terminal },
): Plan {
  if (!approximate) refuseForSockets(plan);
  refuseTooLarge(plan);
  const leftOver = withoutSimulatedOnly(plan);
  const rest = simulatedOnly(leftOver);
  if (rest.length > 0) throw refused(plan, rest, 'run it in simulation');
  const omitted = simulatedOnly(plan);
  if (omitted.length > 0) {
    notes.print(notes.style('yellow', `${plan.name} on real sockets, left out: ${omitted.join(', ')}`));
  }
  if (plan.endUs >= WORTH_SAYING_US) {
    notes.print(`${plan.name} takes up to ${formatDuration(plan.endUs)} of real time on sockets`);
  }
  return omitted.length === 0 ? plan : leftOver;
}

function refuseTooLarge(plan: Plan): void {
  const tooLarge = tooLargeForSockets(plan);
  if (tooLarge.length === 0) return;
  throw new CommandError(
    `${plan.name} is too large for real sockets: ${tooLarge.join('; ')}\n  run it in simulation`,
    ExitCode.usage,
  );
}

function refused(plan: Plan, impossible: readonly string[], advice: string): CommandError {
  return new CommandError(
    `real sockets cannot do what ${plan.name} asks for: ${impossible.join(', ')}\n  ${advice}`,
    ExitCode.usage,
  );
}
