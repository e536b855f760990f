/** What the tests of the scenario language share: strategy names, a small valid scenario, the text of its errors. */
import { formatScenarioErrors, ScenarioError } from '../../src/scenarios/errors.ts';
import { parseScenario } from '../../src/scenarios/parse.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { KnownStrategies } from '../../src/scenarios/schema.ts';

export const STRATEGIES = new KnownStrategies({
  pickers: ['rarest-first', 'random', 'sequential'],
  chokers: ['tit-for-tat', 'never'],
});

export const SMALL = `version: 1
name: small
time: { until: 10m }
torrent: { size: 4 MiB }
peers:
  - group: seed
    have: all
    link: { down: 10 Mbit/s, up: 2 Mbit/s }
  - group: crowd
    count: 3
    link: { down: 16 Mbit/s, up: 1 Mbit/s, latency: 20ms..60ms }
expect:
  - name: everyone finishes
    that: fraction(peer.complete{group=crowd}) == 1
`;

export function parse(text: string): Scenario {
  return parseScenario(text, 'test.yaml', STRATEGIES);
}

/** The formatted errors of a text that must not be accepted. */
export function errorsOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof ScenarioError) return formatScenarioErrors(error);
    throw error;
  }
  throw new Error('the scenario was accepted');
}

/** `SMALL` with one piece of its text replaced; the piece must be there. */
export function small(piece: string, replacement: string): string {
  if (!SMALL.includes(piece)) throw new Error(`no such text: ${piece}`);
  return SMALL.replace(piece, () => replacement);
}
