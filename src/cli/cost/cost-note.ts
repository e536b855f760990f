/** What to say before runs that take long: how much there is to do, and about how long one will wait for it. */
import type { Plan } from '../../scenarios/plan.ts';
import type { NetworkKind } from '../../scenarios/run/run-options.ts';
import { formatCount } from '../../scenarios/unit-text.ts';
import { COST, estimateCost } from './estimate-cost.ts';

/** Whoever waits less need not be told. */
const WORTH_SAYING_SECONDS = 30;

/** A line about all of `plans`, of which `jobs` run at a time; undefined when they are soon over. */
export function costNote(plans: readonly Plan[], network: NetworkKind, jobs = 1): string | undefined {
  const costs = plans.map((plan) => estimateCost(plan, network));
  // The program gets up to speed once.
  const again = network === 'sim' ? (plans.length - 1) * (COST.start - COST.again) : 0;
  const seconds = (costs.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0) - again) / jobs;
  if (!(seconds > WORTH_SAYING_SECONDS)) return undefined;
  const blocks = formatCount(roughly(costs.reduce((sum, cost) => sum + cost.blocks, 0)));
  const what = plans.length === 1 ? (plans[0]?.name ?? '') : `${plans.length} runs`;
  const how = network !== 'sim' ? 'in real time' : 'of computing';
  return `${what}: about ${blocks} blocks to move, roughly ${waiting(seconds)} ${how}; Ctrl-C ends it and keeps what there is`;
}

/** To one digit that counts, or two: more would be a pretence. */
function roughly(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / unit) * unit;
}

function waiting(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds / 10) * 10} s`;
  if (seconds < 90 * 60) return `${roughly(Math.round(seconds / 60))} minutes`;
  if (seconds < 36 * 3600) return `${roughly(Math.round(seconds / 3600))} hours`;
  return `${roughly(Math.round(seconds / 86_400))} days`;
}
