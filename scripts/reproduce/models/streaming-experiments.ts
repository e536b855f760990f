/**
 * What the model of whole pieces says of result 7, and what each difference between it and an ordinary client does to that: a table
 * for a crowd (streaming-orders) and one for viewers who come one after another (streaming-arrivals). The numbers that these
 * scenarios and docs/REPRODUCTION.md quote are those of `npm run models`.
 */
import { type Estimate, estimateOf } from '../../../src/scenarios/statistics/estimate.ts';
import { runPieceSwarm, type SwarmOptions } from './piece-swarm.ts';

export interface Experiment {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly ExperimentRow[];
}

interface ExperimentRow {
  readonly label: string;
  readonly options: SwarmOptions;
  /** Downloads are held against those with these, seed by seed. */
  readonly against?: SwarmOptions;
}

/** Each over the seeds, in rounds; `over` is the ratio to what the row is held against, `use` that of the viewers' uplinks. */
export interface RowOutcome {
  readonly label: string;
  readonly download: Estimate;
  readonly leastDelay: Estimate;
  readonly use: Estimate;
  readonly over: Estimate | undefined;
}

/** Rounds of arrival of those who are judged where viewers come one after another: neither an empty beginning nor the end counts. */
const JUDGED_FROM = 200;
const JUDGED_UNTIL = 560;

const PLAIN = {
  order: 'rarest-first',
  downlink: 8,
  inStep: true,
  turns: 'by-chance',
  originTurns: 'by-chance',
  blocks: 1,
  turn: 1,
  begun: 'in-order',
  helps: false,
  patience: 0,
  leavers: 'finish',
} as const;

export const CROWD: SwarmOptions = { ...PLAIN, pieces: 50, arrivals: { crowd: 100 }, origin: 4 };
export const ARRIVALS: SwarmOptions = {
  ...PLAIN,
  pieces: 40,
  arrivals: { perRound: 0.5, until: 640 },
  origin: 2,
};

// What can be switched on, in the words of the tables.
const OUT_OF_STEP: Partial<SwarmOptions> = { inStep: false };
/** A turn goes on until the next round of the choker, by three blocks of sixteen. */
const AHEAD: Partial<SwarmOptions> = { ...OUT_OF_STEP, blocks: 16, turn: 19 };
const LITTLE_AHEAD: Partial<SwarmOptions> = { ...OUT_OF_STEP, blocks: 64, turn: 67 };
const ORIGIN_IN_TURN: Partial<SwarmOptions> = { ...OUT_OF_STEP, originTurns: 'longest-ago' };
const ALL_IN_TURN: Partial<SwarmOptions> = { ...ORIGIN_IN_TURN, turns: 'longest-ago' };
/** A choker that looks every 10 s sees after 10 to 20 s that somebody takes nothing; a round is 39 s. */
const PATIENT: Partial<SwarmOptions> = { ...OUT_OF_STEP, patience: 15 / 39 };
/** In blocks, as soon as what a viewer sends does not arrive when he leaves. */
const LEAVING: Partial<SwarmOptions> = { ...OUT_OF_STEP, blocks: 16, turn: 16, leavers: 'stop' };
const HELPING: Partial<SwarmOptions> = { ...LEAVING, helps: true };

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'streaming-orders',
    title: 'a crowd of 100 at once, 50 pieces, an origin that sends four a round',
    rows: [
      ...crowd('', {}),
      { label: 'in order', options: { ...CROWD, order: 'in-order' }, against: CROWD },
      ...crowd(', 3/16 of a piece ahead', AHEAD),
      ...crowd(', 3/64 of a piece ahead', LITTLE_AHEAD),
    ],
  },
  {
    name: 'streaming-arrivals',
    title: 'one viewer in two rounds, 40 pieces, an origin that sends two a round',
    rows: [
      { label: 'rarest first', options: ARRIVALS },
      held('window of 3, p = 0.8', { order: { window: 3, percent: 80 } }),
      held('in order', { order: 'in-order' }),
      ...inOrder('out of step', OUT_OF_STEP),
      ...inOrder('the origin serves who waited longest', ORIGIN_IN_TURN),
      ...inOrder('all serve who waited longest', ALL_IN_TURN),
      ...inOrder('uplinks wait for the interested', PATIENT),
      ...inOrder('the origin serves who waited longest, uplinks wait', { ...PATIENT, ...ORIGIN_IN_TURN }),
      ...inOrder('all serve who waited longest, uplinks wait', { ...PATIENT, ...ALL_IN_TURN }),
      ...inOrder('3/16 of a piece ahead', AHEAD),
      ...inOrder('whoever leaves stops', LEAVING),
      ...inOrder('whoever leaves stops, several help', HELPING),
      ...inOrder('whoever leaves stops, begun pieces last', { ...LEAVING, begun: 'last' }),
      ...inOrder('whoever leaves stops, several help, begun pieces last', { ...HELPING, begun: 'last' }),
      ...inOrder('the same, all serve who waited longest, uplinks wait', {
        ...PATIENT,
        ...ALL_IN_TURN,
        ...HELPING,
        begun: 'last',
      }),
    ],
  },
];

function crowd(what: string, changed: Partial<SwarmOptions>): ExperimentRow[] {
  const rarest = { ...CROWD, ...changed };
  const window = (percent: number): SwarmOptions => ({ ...rarest, order: { window: 4, percent } });
  return [
    { label: `rarest first${what}`, options: rarest },
    { label: `window of 4, p = 0.8${what}`, options: window(80), against: rarest },
    { label: `window of 4, p = 1${what}`, options: window(100), against: rarest },
  ];
}

function inOrder(what: string, changed: Partial<SwarmOptions>): ExperimentRow[] {
  return [held(`in order: ${what}`, { ...changed, order: 'in-order' })];
}

/** Viewers one after another, held against rarest first with the same changes. */
function held(label: string, changed: Partial<SwarmOptions>): ExperimentRow {
  const options = { ...ARRIVALS, ...changed };
  return { label, options, against: { ...options, order: 'rarest-first' } };
}

/** Seeds from 1. */
export function runExperimentRow({ label, options, against }: ExperimentRow, runs: number): RowOutcome {
  const seeds = Array.from({ length: runs }, (_, index) => index + 1);
  const means = seeds.map((seed) => meansOf(options, seed));
  const over = against && means.map(({ download }, index) => download / meansOf(against, index + 1).download);
  return {
    label,
    download: estimateOf(means.map(({ download }) => download)),
    leastDelay: estimateOf(means.map(({ leastDelay }) => leastDelay)),
    use: estimateOf(means.map(({ use }) => use)),
    over: over && estimateOf(over),
  };
}

/** Of one run, over the viewers that are judged. */
export function meansOf(
  options: SwarmOptions,
  seed: number,
): { readonly download: number; readonly leastDelay: number; readonly use: number } {
  const { viewers, use } = runPieceSwarm(options, seed);
  const judged =
    'crowd' in options.arrivals
      ? viewers
      : viewers.filter(({ arrived }) => arrived >= JUDGED_FROM && arrived < JUDGED_UNTIL);
  const sum = judged.reduce(
    (sums, { download, leastDelay }) => [sums[0] + download, sums[1] + leastDelay] as const,
    [0, 0] as readonly [number, number],
  );
  return { download: sum[0] / judged.length, leastDelay: sum[1] / judged.length, use };
}
