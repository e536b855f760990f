/** Bytes by rank of the remote, received and sent. */
import { drawRankShares, ranksShown } from '../../charts/rank-shares.ts';
import type { Cell } from '../chart-table.ts';
import { readRanks } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

export const RANKS: ChartSection = {
  id: 'ranks',
  part: 'fairness',
  title: 'From whom and to whom',
  units: 'share of the payload by number of remotes',
  appliesTo: ({ quantities: { ranks } }) => ranks.received.some((shares) => shares !== null),
  reading: readRanks,
  definition: ({ quantities: { ranks } }) =>
    `Of each downloader the remotes are put in order of the payload that it got from them (left) or gave to them (right); the curve is the share of all its payload that the first so many account for, on average over the peers of a group. A curve that rises at once belongs to peers that deal with few; one that rises slowly to peers that deal with many alike. Remotes beyond the ${ranks.ranks}th are not shown.`,
  table(model) {
    const { ranks } = model.quantities;
    const shown = ranksShown(model);
    const rows = [
      { direction: 'received', shares: ranks.received },
      { direction: 'sent', shares: ranks.sent },
    ].flatMap(({ direction, shares }) =>
      shares.flatMap((own, group) =>
        (own ?? [])
          .slice(0, shown)
          .map((share, rank): Cell[] => [direction, model.groups[group]?.name ?? '', rank + 1, share]),
      ),
    );
    return {
      columns: [
        { name: 'direction', title: 'Payload', unit: 'text' },
        { name: 'group', title: 'Group', unit: 'text' },
        { name: 'remotes', title: 'Remotes', unit: 'number' },
        { name: 'share', title: 'Share', unit: 'share' },
      ],
      count: rows.length,
      row: (index) => rows[index] ?? [],
      shown: [...rows.keys()].filter((index) => [1, 2, 5, 10, 20].includes(Number(rows[index]?.[2]))),
    };
  },
  redrawOn: ['peers'],
  prepare: (host, context) => () => drawRankShares(host, context),
};
