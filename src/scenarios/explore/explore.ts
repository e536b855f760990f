/**
 * Exploration: random small worlds, each run with every checker on; a failure is made as small as it gets and becomes a
 * scenario file. World number n of a seed is always the same, whichever others are run.
 */
import { stringify } from 'yaml';
import type { Hasher } from '../../core/ports.ts';
import { SeededRandom } from '../../sim/random.ts';
import type { ScenarioDraft } from './draft.ts';
import { drawDraft } from './draw-draft.ts';
import { shrink, sizeOf } from './shrink.ts';
import { type Failure, type Tried, tryDraft } from './try-draft.ts';

/** One in so many worlds is run twice, and both runs must have the same digest. */
const REPEATED = 10;

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
  return { ...tried, failure: tried.failure ?? repeatedFailure(number, draft, tried, hasher), number, draft };
}

function repeatedFailure(
  number: number,
  draft: ScenarioDraft,
  { digest }: Tried,
  hasher: Hasher,
): Failure | undefined {
  if (number % REPEATED !== 0) return undefined;
  const again = tryDraft(draft, hasher).digest;
  if (again === digest) return undefined;
  return {
    identity: 'not deterministic',
    message: `digest ${digest} in the first run, ${again} in the second`,
  };
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
    const found = failureOf(smaller, hasher);
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
function failureOf(draft: ScenarioDraft, hasher: Hasher): Failure | undefined {
  try {
    return tryDraft(draft, hasher).failure;
  } catch {
    return undefined;
  }
}

function fileText(draft: ScenarioDraft, { message }: Failure): string {
  const comment = `What goes wrong: ${message}`.match(/.{1,110}(\s|$)/g) ?? [];
  return `${comment.map((line) => `# ${line.trim()}\n`).join('')}${stringify(draft, { lineWidth: 120 })}`;
}
