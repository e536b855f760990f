/** The story, in its order. */
import type { Chapter } from '../chapter.ts';
import { linesAndCaps } from './lines-and-caps.ts';
import { oneServer } from './one-server.ts';
import { rarestFirst } from './rarest-first.ts';
import { seedLeaves } from './seed-leaves.ts';
import { swarm } from './swarm.ts';
import { titForTat } from './tit-for-tat.ts';

export const CHAPTERS: readonly Chapter[] = [
  oneServer,
  swarm,
  rarestFirst,
  seedLeaves,
  linesAndCaps,
  titForTat,
];
