/** Entropy: for what share of the time downloaders had something for each other. */
import { drawCurvePanels } from '../../charts/curve-panels.ts';
import { groupCurves } from '../../charts/distributions.ts';
import { distributionTable } from '../distribution-table.ts';
import { readInterest } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

const DIRECTIONS = ['in the others', 'of the others in it'] as const;

export const INTEREST: ChartSection = {
  id: 'interest',
  part: 'fairness',
  title: 'Interest in each other',
  units: 'share of the downloaders by share of shared time',
  shows: ['peer.interest', 'peer.interest_of_others'],
  appliesTo: ({ quantities: { interest } }) => interest.inOthers.some(({ of }) => of > 0),
  reading: readInterest,
  definition: () =>
    'Two downloaders share time while they are connected and neither is complete. Of that time, summed over all others: the share in which a peer was interested in the other (left), and the other in it (right). This is the entropy of Legout et al. (2006): where pieces are well mixed everybody has something for everybody, and the curves rise only near 100 %.',
  table: (model) =>
    distributionTable(
      [
        { name: 'interest', title: 'Interest', unit: 'text' },
        { name: 'group', title: 'Group', unit: 'text' },
      ],
      { name: 'share', title: 'Downloaders', unit: 'share' },
      { name: 'share_of_time', title: 'For at most', unit: 'share' },
      [model.quantities.interest.inOthers, model.quantities.interest.ofOthers].flatMap(
        (distributions, direction) =>
          distributions.map((distribution, group) => ({
            cells: [DIRECTIONS[direction] ?? '', model.groups[group]?.name ?? ''],
            distribution,
          })),
      ),
    ),
  redrawOn: ['peers'],
  prepare(host, context) {
    const { model, selection } = context;
    const { inOthers, ofOthers } = model.quantities.interest;
    const panel = (title: string, distributions: typeof inOthers) => ({
      title,
      curves: groupCurves(model, distributions, selection.selected.peers),
      axis: 'share of the time',
      of: 'shares' as const,
      whose: 'of the downloaders',
    });
    return () =>
      drawCurvePanels(host, context, 'Shares of time in which downloaders were interested in each other', [
        panel('A peer was interested in the other', inOthers),
        panel('The other was interested in it', ofOthers),
      ]);
  },
};
