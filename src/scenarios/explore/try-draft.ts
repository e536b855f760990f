/**
 * Runs one draft with every checker on and says how it failed, if it did. A failure has an identity that stays the same
 * while the draft is made smaller: what went wrong, without numbers and without the names of peers.
 */
import type { Hasher } from '../../core/ports.ts';
import type { Trace } from '../../trace/trace.ts';
import { formatScenarioErrors, ScenarioError } from '../errors.ts';
import { expand } from '../expand.ts';
import { parseScenario } from '../parse.ts';
import type { Plan } from '../plan.ts';
import { SimulatedRun } from '../run/simulate.ts';
import { strategyNames } from '../strategy-names.ts';
import type { ScenarioDraft } from './draft.ts';

/** A run of a small swarm that makes more calls than this does not get on. */
const EVENTS_MAX = 5_000_000;

export interface Failure {
  readonly identity: string;
  /** With all its particulars. */
  readonly message: string;
}

export interface Tried {
  readonly failure: Failure | undefined;
  readonly events: number;
  /** Undefined where the run did not come to its end. */
  readonly trace: Trace | undefined;
  /** How often each checker looked. */
  readonly checks: readonly { readonly name: string; readonly evaluations: number }[];
}

export function planOf(draft: ScenarioDraft): Plan {
  const scenario = parseScenario(JSON.stringify(draft), 'draft.yaml', strategyNames);
  return expand(scenario, scenario.seed);
}

export function tryDraft(draft: ScenarioDraft, hasher: Hasher): Tried {
  let run: SimulatedRun | undefined;
  const outcome = (failure: Failure | undefined, trace?: Trace): Tried => ({
    failure,
    trace,
    events: run?.eventCount ?? 0,
    checks: run?.checks ?? [],
  });
  try {
    run = new SimulatedRun(planOf(draft), hasher);
    if (run.advance(EVENTS_MAX)) {
      return outcome(failureOf(`the run makes more than ${EVENTS_MAX} calls and has not ended`, draft));
    }
    const trace = run.finish();
    const owed = run.healVerdict;
    if (owed?.status === 'broken') {
      const guilty = owed.peers.filter(({ outcome: how }) => how === 'stuck' || how === 'false claim');
      const [first] = guilty;
      const message = guilty.map(({ id, reason }) => `${id} ${reason}`).join('; ');
      return outcome(
        { identity: `after healing a peer is ${first?.outcome}`, message: `after healing: ${message}` },
        trace,
      );
    }
    run.breakUp();
    return outcome(undefined, trace);
  } catch (error) {
    // A draft that does not parse is a mistake of whoever drew or shrank it, and no failure of the world.
    if (error instanceof ScenarioError) throw new Error(formatScenarioErrors(error));
    return outcome(failureOf(error instanceof Error ? error.message : String(error), draft));
  }
}

function failureOf(message: string, { peers }: ScenarioDraft): Failure {
  let identity = message.replace(/ \(seed .*$/s, '');
  for (const { group } of peers) identity = identity.replaceAll(group, 'peer');
  return { identity: identity.replace(/[0-9a-f]{16,}/g, '#').replace(/\d+(\.\d+)*/g, '#'), message };
}
