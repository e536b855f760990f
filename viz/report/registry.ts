/**
 * The charts of a report, in the order in which a reader comes across them; `REPORT_PARTS` orders the parts. This list is
 * all that a new chart has to be added to.
 */
import type { ReportModel } from './model.ts';
import { type ChartSection, REPORT_PARTS } from './section.ts';
import { CHOKING } from './sections/choking.ts';
import { COMPLETION } from './sections/completion.ts';
import { COPIES } from './sections/copies.ts';
import { DOWNLOADS } from './sections/downloads.ts';
import { GAPS } from './sections/gaps.ts';
import { HEAT } from './sections/heat.ts';
import { INTEREST } from './sections/interest.ts';
import { MAP } from './sections/map.ts';
import { MILESTONES_SECTION } from './sections/milestones.ts';
import { NEIGHBOURS } from './sections/neighbours.ts';
import { PEER_SETS } from './sections/peer-sets.ts';
import { POPULATION } from './sections/population.ts';
import { PRESENCE } from './sections/presence.ts';
import { RANKS } from './sections/ranks.ts';
import { RARITY } from './sections/rarity.ts';
import { RATES } from './sections/rates.ts';
import { SHARING } from './sections/sharing.ts';
import { SWARM } from './sections/swarm.ts';
import { TRAFFIC } from './sections/traffic.ts';
import { USE } from './sections/use.ts';

export const CHART_SECTIONS: readonly ChartSection[] = [
  SWARM,
  COMPLETION,
  DOWNLOADS,
  POPULATION,
  MAP,
  COPIES,
  HEAT,
  RARITY,
  GAPS,
  PRESENCE,
  MILESTONES_SECTION,
  SHARING,
  INTEREST,
  CHOKING,
  NEIGHBOURS,
  RANKS,
  USE,
  RATES,
  PEER_SETS,
  TRAFFIC,
];

/** Those that have something to show of this run, part by part. */
export function sectionsOf(model: ReportModel): ChartSection[] {
  const present = CHART_SECTIONS.filter((section) => section.appliesTo?.(model) ?? true);
  return REPORT_PARTS.flatMap(({ id }) => present.filter(({ part }) => part === id));
}
