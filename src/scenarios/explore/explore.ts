/**
 * Exploration: random small worlds, each run with every checker on; a failure is made as small as it gets and becomes a
 * scenario file. World number n of a seed is always the same, whichever others are run.
 */
import { stringify } from 'yaml';
import type { Hasher } from '../../core/ports.ts';
import { SeededRandom } from '../../sim/random.ts';
import { firstDifference } from '../first-difference.ts';
import type { ScenarioDraft } from './draft.ts';
import { drawDraft } from './draw-draft.ts';
import { shrink, sizeOf } from './shrink.ts';
import { type Failure, type Tried, tryDraft } from './try-draft.ts';

/** One in so many worlds is run twice, and both runs must have the same digest. */
const REPEATED = 10;
const NOT_DETERMINISTIC = 'not deterministic';

export interface ExploredWorld extends Tried {
  readonly number: number;
  readonly draft: ScenarioDraft;
}

export function drawWorld(seed: number, number: number): ScenarioDraft {
  return drawDraft(`explored-${seed}-${number}`, number, SeededRandom.ofRun(seed).fork(`explore/${number}`));
}

export function exploreWorld(seed: number, number: number, hasher: Hasher): ExploredWorld {
  const draft = drawWorld(seed, number);
  const tried = tryDraft(draft, hasher);
  const repeated = number % REPEATED === 0 ? repeatedFailure(draft, tried, hasher) : undefined;
  return { ...tried, failure: tried.failure ?? repeated, number, draft };
}

/** Runs the draft once more in this process: nothing may be left of the first run that changes the second. */
function repeatedFailure(draft: ScenarioDraft, { trace }: Tried, hasher: Hasher): Failure | undefined {
  if (trace === undefined) return undefined;
  const again = tryDraft(draft, hasher);
  const difference =
    again.trace === undefined
      ? `the second run fails: ${again.failure?.message}`
      : firstDifference(trace, again.trace);
  if (difference === undefined) return undefined;
  return { identity: NOT_DETERMINISTIC, message: `not deterministic: ${difference}` };
}

export interface ShrunkFailure {
  readonly draft: ScenarioDraft;
  readonly failure: Failure;
  readonly tries: number;
  /** "3 peers, 2 pieces, 1 event". */
  readonly size: string;
  /** The scenario file. */
  readonly text: string;
}

/** Makes the failure of a draft smaller, in at most `triesMax` runs. */
export function shrinkFailure(
  draft: ScenarioDraft,
  failure: Failure,
  hasher: Hasher,
  triesMax: number,
): ShrunkFailure {
  let last = failure;
  const fails = (smaller: ScenarioDraft): boolean => {
    const found = failureOf(smaller, hasher, failure.identity === NOT_DETERMINISTIC);
    if (found?.identity !== failure.identity) return false;
    last = found;
    return true;
  };
  const shrunk = shrink(draft, fails, triesMax);
  return {
    draft: shrunk.draft,
    failure: last,
    tries: shrunk.tries,
    size: sizeOf(shrunk.draft),
    text: fileText(shrunk.draft, last),
  };
}

/** A step that makes a scenario senseless is no step. */
function failureOf(draft: ScenarioDraft, hasher: Hasher, twice: boolean): Failure | undefined {
  try {
    const tried = tryDraft(draft, hasher);
    return twice ? repeatedFailure(draft, tried, hasher) : tried.failure;
  } catch {
    return undefined;
  }
}

function fileText(draft: ScenarioDraft, { message }: Failure): string {
  const comment = `What goes wrong: ${message}`.match(/.{1,110}(\s|$)/g) ?? [];
  return `${comment.map((line) => `# ${line.trim()}\n`).join('')}${stringify(draft, { lineWidth: 120 })}`;
}
