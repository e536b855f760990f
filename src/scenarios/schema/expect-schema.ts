/** The form of what a scenario expects. What an expression means is checked where it is compiled. */
import { z } from 'zod';

export function expectation() {
  return z.strictObject({
    name: z.string().min(1).max(200).describe('What is expected, in words.'),
    that: z.string().describe('What must hold, such as "p95(peer.download_time) < 25m".'),
    severity: z
      .enum(['error', 'warning'])
      .default('error')
      .describe('"warning": printed when it does not hold, and never turns the run red.'),
    abort: z
      .boolean()
      .default(false)
      .describe('Whether the run is stopped as soon as it is violated; for what must always hold.'),
    because: z.string().max(1000).default('').describe('Why it should hold, for whoever sees it fail.'),
  });
}
