/**
 * What a trace recorded beyond the tables of the run folder, row by row: who gave what to whom, and why. The columns are
 * described in docs/TRACE.md; their names and order are a promise: later versions only append. A value that does not exist
 * is undefined.
 */
import { JOIN_REASONS } from '../decisions/decision-columns.ts';
import { Decisions } from '../decisions/decisions.ts';
import { peerName } from '../explain/words.ts';
import type { Trace } from '../trace.ts';
import { Arrivals } from '../transfers/arrivals.ts';

export type ExportedCell = string | number | undefined;

export interface ExportTable {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly string[];
  /** Cells of each row, without `scenario` and `seed`, which are the same in all. */
  rows(trace: Trace): Generator<readonly ExportedCell[]>;
  /** Of every n-th peer the rows are there; 1: of all; 0: of none. */
  everyNth(trace: Trace): number;
}

export const EXPORT_TABLES: readonly ExportTable[] = [
  {
    name: 'transfers',
    description: 'which piece went from whom to whom, when, in how many bytes',
    columns: ['uploader', 'downloader', 'piece', 'first_us', 'last_us', 'bytes', 'blocks', 'wasted_bytes'],
    *rows(trace) {
      const { count, uploader, downloader, piece, firstUs, lastUs, bytes, blocks, wastedBytes } =
        trace.transfers;
      for (let row = 0; row < count; row++) {
        const number = piece[row] as number;
        yield [
          nameOf(trace, uploader[row]),
          nameOf(trace, downloader[row]),
          number < 0 ? undefined : number,
          firstUs[row],
          lastUs[row],
          bytes[row],
          blocks[row],
          wastedBytes[row],
        ];
      }
    },
    everyNth: ({ transfers }) => transfers.everyNth,
  },
  {
    name: 'pairs',
    description: 'how much each gave to each over the whole run',
    columns: ['uploader', 'downloader', 'first_us', 'last_us', 'bytes', 'blocks', 'wasted_bytes'],
    *rows(trace) {
      const { count, uploader, downloader, firstUs, lastUs, bytes, blocks, wastedBytes } = trace.pairs;
      for (let row = 0; row < count; row++) {
        yield [
          nameOf(trace, uploader[row]),
          nameOf(trace, downloader[row]),
          firstUs[row],
          lastUs[row],
          bytes[row],
          blocks[row],
          wastedBytes[row],
        ];
      }
    },
    everyNth: ({ pairs }) => pairs.everyNth,
  },
  {
    name: 'arrivals',
    description: 'when the first 100 and the last 100 blocks of each peer came',
    columns: ['peer', 'block', 'of_blocks', 'time_us'],
    *rows(trace) {
      const arrivals = new Arrivals(trace.arrivals);
      for (const [peer, { id }] of trace.header.peers.entries()) {
        const first = arrivals.first(peer);
        const last = arrivals.last(peer);
        if (first === undefined || last === undefined) continue;
        const blocks = arrivals.blocks(peer);
        for (const [index, timeUs] of first.entries()) yield [id, index + 1, blocks, timeUs];
        for (const [index, timeUs] of last.entries()) {
          const block = blocks - last.length + index + 1;
          if (block > first.length) yield [id, block, blocks, timeUs];
        }
      }
    },
    everyNth: ({ arrivals }) => arrivals.everyNth,
  },
  {
    name: 'picks',
    description: 'why each piece was started',
    columns: [
      'time_us',
      'peer',
      'remote',
      'piece',
      'rule',
      'copies',
      'equally_rare',
      'candidates',
      'allowed_fast',
    ],
    *rows(trace) {
      const decisions = new Decisions(trace);
      for (const [peer, { id }] of trace.header.peers.entries()) {
        for (const { timeUs, remote, piece, rule, reasons } of decisions.picks(peer)) {
          yield [
            timeUs,
            id,
            nameOf(trace, remote),
            piece,
            rule,
            reasons?.copies,
            reasons?.equallyRare,
            reasons?.candidates,
            reasons === undefined ? undefined : Number(reasons.allowedFast),
          ];
        }
      }
    },
    everyNth: ({ decisions }) => decisions.everyNth,
  },
  {
    name: 'joins',
    description: 'why a piece that was begun was asked of one more peer',
    columns: ['time_us', 'peer', 'remote', 'piece', 'reason', 'copies', 'other_copies'],
    *rows(trace) {
      const { count, timeUs, peer, remote, piece, reason, copies, other } = trace.decisions.joins;
      for (let row = 0; row < count; row++) {
        yield [
          timeUs[row],
          nameOf(trace, peer[row]),
          nameOf(trace, remote[row]),
          piece[row],
          JOIN_REASONS[reason[row] as number],
          known(copies[row]),
          known(other[row]),
        ];
      }
    },
    everyNth: ({ decisions }) => decisions.everyNth,
  },
  {
    name: 'judgements',
    description: 'what each choker held of each remote, where it changed',
    columns: [
      'time_us',
      'peer',
      'remote',
      'outcome',
      'had_slot',
      'interested',
      'snubbed',
      'unchokes_us',
      'rank',
      'measure',
      'value',
      'chance',
    ],
    *rows(trace) {
      const decisions = new Decisions(trace);
      for (const [peer, { id }] of trace.header.peers.entries()) {
        for (const judged of decisions.allJudgements(peer)) {
          const isRanked = judged.rank > 0;
          yield [
            judged.timeUs,
            id,
            nameOf(trace, judged.remote),
            judged.outcome ?? 'choked',
            Number(judged.hadSlot),
            Number(judged.interested),
            Number(judged.snubbed),
            Number(judged.unchokesUs),
            isRanked ? judged.rank : undefined,
            isRanked ? judged.measure : undefined,
            isRanked && judged.measure !== 'order' ? judged.value : undefined,
            judged.chance === 'none' ? undefined : judged.chance,
          ];
        }
      }
    },
    everyNth: ({ decisions }) => decisions.everyNth,
  },
];

/** Empty for a client outside the run. */
function nameOf(trace: Trace, peer: number | undefined): string | undefined {
  return peer === undefined || peer < 0 ? undefined : peerName(trace, peer);
}

function known(count: number | undefined): number | undefined {
  return count === undefined || count < 0 ? undefined : count;
}
