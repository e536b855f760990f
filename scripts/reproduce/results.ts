/** The suite: which published results are reproduced by which scenarios, in the order of their numbers. */
import { CROWDS } from './crowd-results.ts';
import { OPEN_SWARMS } from './open-swarm-results.ts';
import type { ResultSpec } from './result-spec.ts';
import { STREAMING } from './streaming-result.ts';

export const RESULTS: readonly ResultSpec[] = [...CROWDS, ...OPEN_SWARMS, STREAMING];
