/** Says before a run on real sockets starts what they cannot do of it, and refuses it or leaves that out, as asked. */
import type { Plan } from '../scenarios/plan.ts';
import { simulatedOnly, tooLargeForSockets, withoutSimulatedOnly } from '../scenarios/run/socket-limits.ts';
import { formatDuration } from '../scenarios/unit-text.ts';
import { CommandError, ExitCode } from './exit-codes.ts';
import type { Terminal } from './output/terminal.ts';

/** From so much on, the user is told beforehand how long it may take. */
const WORTH_SAYING_US = 60_000_000;

/**
 * The plan to be run on sockets. `approximate`: without what they cannot do, which is said; else a plan that asks for
 * such a thing is refused, as is always one that is too large. Throws `CommandError`.
 */
export function socketPlan(
  plan: Plan,
  { approximate, notes }: { readonly approximate: boolean; readonly notes: Terminal },
): Plan {
  const tooLarge = tooLargeForSockets(plan);
  if (tooLarge.length > 0) {
    throw new CommandError(
      `${plan.name} is too large for real sockets: ${tooLarge.join('; ')}\n  run it in simulation`,
      ExitCode.usage,
    );
  }
  const impossible = simulatedOnly(plan);
  if (impossible.length > 0 && !approximate) {
    throw new CommandError(
      `real sockets cannot do what ${plan.name} asks for: ${impossible.join(', ')}\n  run it in simulation, or leave that out with --approximate`,
      ExitCode.usage,
    );
  }
  if (impossible.length > 0) {
    notes.print(notes.style('yellow', `${plan.name} on real sockets, left out: ${impossible.join(', ')}`));
  }
  if (plan.endUs >= WORTH_SAYING_US) {
    notes.print(`${plan.name} takes up to ${formatDuration(plan.endUs)} of real time on sockets`);
  }
  return impossible.length === 0 ? plan : withoutSimulatedOnly(plan);
}
