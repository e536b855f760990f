/** Who was connected to whom, and who gave to whom, ordered by capacity; the same by group. */
import { formatBytes } from '../../charts/format.ts';
import { createPeerMatrix, formatPairTime, type MatrixQuantity, rowName } from '../../charts/peer-matrix.ts';
import { unpackUint16 } from '../base64.ts';
import type { ReportModel } from '../model.ts';
import { readNeighbours } from '../quantity-readings.ts';
import type { ChartSection } from '../section.ts';

function quantitiesOf({ quantities: { matrix } }: ReportModel): MatrixQuantity[] {
  const { regularUs } = matrix.groups;
  const shares = 'Regular unchoke time of downloaders, to whom';
  const { bytes } = matrix;
  const given: MatrixQuantity[] =
    bytes === null || matrix.groups.bytes === null
      ? []
      : [
          {
            key: 'bytes',
            text: 'payload given',
            cells: bytes,
            format: formatBytes,
            groups: matrix.groups.bytes,
            shares: 'Payload given, to whom',
          },
        ];
  return [
    {
      key: 'unchoked',
      text: 'time unchoked',
      cells: matrix.unchoked,
      format: formatPairTime,
      groups: regularUs,
      shares,
    },
    {
      key: 'connected',
      text: 'time connected',
      cells: matrix.connected,
      format: formatPairTime,
      groups: regularUs,
      shares,
    },
    ...given,
  ];
}

export const NEIGHBOURS: ChartSection = {
  id: 'neighbours',
  part: 'fairness',
  title: 'Who deals with whom',
  units: 'virtual time and payload of each pair, from sender to receiver; shares by group',
  appliesTo: ({ quantities: { matrix } }) => matrix.order.length > 1 && matrix.connected.most > 0,
  reading: readNeighbours,
  definition({ quantities: { matrix } }) {
    const folded =
      matrix.perRow > 1
        ? ` A row and a column stand for ${matrix.perRow} neighbouring peers, a cell for the mean of their pairs.`
        : '';
    return `Left: for how long the sender had the receiver unchoked, or was connected to it, as the sender tells, or how much payload it gave it; peers from the strongest uplink down, those of one uplink by group and arrival; the edges show groups.${folded} Right: of the time for which downloaders of a group had somebody unchoked for what it gave (no optimistic unchokes, and only until they were complete), the share that went to each group: the clustering of Legout et al. (2007), where peers of one class find each other. By chance alone each column would have the share of its group in the swarm. With payload chosen: the share of all payload that the group gave.`;
  },
  table(model) {
    const { matrix } = model.quantities;
    const groups = matrix.groups.order.flatMap((from) =>
      matrix.groups.order.map((to) => [from, to] as const),
    );
    const connected = unpackUint16(matrix.connected.cells);
    const unchoked = unpackUint16(matrix.unchoked.cells);
    const bytes = matrix.bytes === null ? undefined : unpackUint16(matrix.bytes.cells);
    return {
      columns: [
        { name: 'from', title: 'From', unit: 'text' },
        { name: 'to', title: 'To', unit: 'text' },
        { name: 'regular_unchoke_us', title: 'Regular unchokes', unit: 'us' },
        { name: 'unchoked_us', title: 'Unchoked', unit: 'us' },
        { name: 'connected_us', title: 'Connected', unit: 'us' },
        { name: 'given_bytes', title: 'Payload given', unit: 'bytes' },
      ],
      count: groups.length + connected.length,
      row(index) {
        const cell = index - groups.length;
        if (cell >= 0) {
          const [from, to] = [Math.floor(cell / matrix.rows), cell % matrix.rows];
          const scaled = (value: number | undefined, most: number): number =>
            Math.round(((value ?? 0) / 65_535) * most);
          return [
            rowName(model, from),
            rowName(model, to),
            null,
            scaled(unchoked[cell], matrix.unchoked.most),
            scaled(connected[cell], matrix.connected.most),
            bytes === undefined ? null : scaled(bytes[cell], matrix.bytes?.most ?? 0),
          ];
        }
        const [from, to] = groups[index] ?? [-1, -1];
        const name = (group: number): string => `all of ${model.groups[group]?.name ?? ''}`;
        return [
          name(from),
          name(to),
          matrix.groups.regularUs[from]?.[to] ?? 0,
          null,
          null,
          matrix.groups.bytes?.[from]?.[to] ?? null,
        ];
      },
      shown: [...groups.keys()],
    };
  },
  redrawOn: ['peers'],
  prepare: (host, context) => createPeerMatrix(host, context, quantitiesOf(context.model)),
};
