/** How soon downloaders had their first piece, a quarter, half, three quarters, everything. */
import { drawCurvePanels } from '../../charts/curve-panels.ts';
import type { Curve } from '../../charts/distributions.ts';
import { distributionTable } from '../distribution-table.ts';
import type { ReportModel } from '../model.ts';
import { readMilestones } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

const MILESTONES = ['first piece', '25 %', '50 %', '75 %', 'all'];
const OPACITIES = [0.3, 0.45, 0.6, 0.8, 1];

function curvesOf({ quantities: { milestones } }: ReportModel): Curve[] {
  return milestones.all.map((distribution, index) => ({
    name: MILESTONES[index] ?? '',
    colour: 'var(--accent)',
    distribution,
    opacity: OPACITIES[index] ?? 1,
  }));
}

export const MILESTONES_SECTION: ChartSection = {
  id: 'milestones',
  part: 'peers',
  title: 'From the first piece to the last',
  units: 'share of the downloaders by virtual time since their arrival',
  shows: ['peer.time_to_first_piece', 'peer.time_to_25', 'peer.time_to_50', 'peer.time_to_75'],
  appliesTo: ({ quantities }) => quantities.downloads.order.length > 0,
  reading: readMilestones,
  definition: () =>
    'The share of all downloaders that, within a time of their arrival, had downloaded and verified a first piece, and held a quarter, half, three quarters and all of the pieces. A wide gap before the first curve is a slow start; one before the last is the wait for the last pieces.',
  table: (model) =>
    distributionTable(
      [{ name: 'milestone', title: 'Held', unit: 'text' }],
      { name: 'share', title: 'Downloaders', unit: 'share' },
      { name: 'since_arrival_us', title: 'Within', unit: 'us' },
      curvesOf(model).map(({ name, distribution }) => ({ cells: [name], distribution })),
    ),
  redrawOn: [],
  prepare: (host, context) => () =>
    drawCurvePanels(
      host,
      context,
      'Share of the downloaders by time since arrival, for five parts of the content',
      [
        {
          title: '',
          curves: curvesOf(context.model),
          axis: 'time since arrival',
          of: 'durations',
          whose: 'of the downloaders',
        },
      ],
    ),
};
