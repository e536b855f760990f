/**
 * `import { swarm } from 'swarmlab/vitest'`: swarm tests beside a project's unit tests. Importing it adds the matchers to
 * vitest's `expect`. A failure says what broke, when, by how much, and the command that replays it.
 */
import { expect } from 'vitest';
import { parseDuration } from '../scenarios/units.ts';
import { ScenarioSwarm } from './scenario-swarm.ts';
import type { Swarm, SwarmMatchers, SwarmOptions, SwarmVerdict } from './types.ts';

export type { Swarm, SwarmMatchers, SwarmOptions, SwarmResult, SwarmVerdict } from './types.ts';

declare module 'vitest' {
  interface Matchers<T> {
    toHold: T extends Swarm ? SwarmMatchers['toHold'] : never;
    toFinishWithin: T extends Swarm ? SwarmMatchers['toFinishWithin'] : never;
    toMeet: T extends Swarm ? SwarmMatchers['toMeet'] : never;
  }
}

/**
 * A scenario to be run: a path from the present folder, a URL such as `new URL('./crowd.yaml', import.meta.url)`, or the
 * name of one in the library. It runs when a matcher first asks, in this process.
 */
export function swarm(reference: string | URL, options: SwarmOptions = {}): Swarm {
  return new ScenarioSwarm(reference, options);
}

interface Matched {
  readonly pass: boolean;
  readonly message: () => string;
}

/** What was judged, as vitest wants it: of what failed the failures are shown, of what held (under `not`) all. */
function matched(verdicts: readonly SwarmVerdict[]): Matched {
  const red = verdicts.filter(({ status, severity }) => status !== 'held' && severity !== 'warning');
  const shown = red.length > 0 ? red : verdicts;
  const head =
    red.length > 0 ? `${red.length} of ${verdicts.length} did not hold` : 'it was not to hold, and it held';
  return {
    pass: red.length === 0,
    message: () => `${head}\n\n${shown.map(({ text }) => text).join('\n\n')}`,
  };
}

function swarmOf(received: unknown): Swarm {
  if (received instanceof ScenarioSwarm) return received;
  throw new TypeError('this matcher is for swarms: expect(swarm("flash-crowd", { seed: 7 }))');
}

expect.extend({
  async toHold(received: unknown): Promise<Matched> {
    return matched((await swarmOf(received).run()).verdicts);
  },

  async toFinishWithin(
    received: unknown,
    time: string,
    { group }: { group?: string } = {},
  ): Promise<Matched> {
    const subject = swarmOf(received);
    const parsed = parseDuration(time);
    if (!parsed.ok)
      throw new TypeError(`toFinishWithin: ${parsed.complaint.message}; a time is "25m" or "90s"`);
    const label = group === undefined ? '' : `{group=${group}}`;
    const everybody = await subject.judge(`fraction(peer.complete${label}) == 1`);
    // Who did not complete has no time, so that there would be no data.
    if (everybody.status !== 'held') return matched([everybody]);
    return matched([await subject.judge(`max(peer.completion_time${label}) <= ${time}`)]);
  },

  async toMeet(received: unknown, expression: unknown): Promise<Matched> {
    return matched([await swarmOf(received).judge(String(expression))]);
  },
});
