/** What a planned strategy is called: its name, or the path of the user's own module. */
import type { PlannedStrategy } from '../plan.ts';

export function strategyName(planned: PlannedStrategy): string {
  if (typeof planned === 'string') return planned;
  return 'module' in planned ? planned.module : planned.name;
}
