/**
 * What the model of equal peers says of pieces-in-rounds, and what each thing that an ordinary client does differently does to it. The
 * numbers that the scenario and docs/REPRODUCTION.md quote are those of these rows.
 */
import { type Estimate, estimateOf } from '../../../src/scenarios/statistics/estimate.ts';
import { type EqualPeers, IDEAL, runEqualPeers } from './equal-peers.ts';

export interface EqualPeersRow {
  readonly label: string;
  readonly options: EqualPeers;
}

/** Over the seeds, in rounds for each piece. */
export interface EqualPeersMeans {
  readonly mean: Estimate;
  readonly last: Estimate;
  readonly copiesOut: Estimate;
}

/** Pieces of 1 MiB in blocks of 16 KiB. */
const BLOCKS: EqualPeers = { ...IDEAL, blocks: 64 };
/** What lies in the stream of a line of 80 kbit/s: 48 KiB. */
const AHEAD: EqualPeers = { ...BLOCKS, ahead: 3 };
/** A minute without a block, found out in the next of the rounds of 10 s; a block takes 1.6 s. */
const BLIND = { turns: 'who-lacks', idle: 40 } as const;
const CLIENT: EqualPeers = { ...AHEAD, ...BLIND, shares: 'unless-rarer', firstPieces: 4 };

export const EQUAL_PEERS: readonly EqualPeersRow[] = [
  { label: 'rarest first, in step', options: IDEAL },
  { label: 'random order, in step', options: { ...IDEAL, order: 'random' } },
  { label: 'in order, in step', options: { ...IDEAL, order: 'in-order' } },
  { label: 'rarest first, in step, all leave', options: { ...IDEAL, leave: true } },
  { label: 'random order, in step, all leave', options: { ...IDEAL, order: 'random', leave: true } },
  { label: 'in order, in step, all leave', options: { ...IDEAL, order: 'in-order', leave: true } },
  { label: 'rarest first, a turn begins when it can', options: BLOCKS },
  { label: '... and begun pieces are helped with', options: { ...BLOCKS, shares: 'unless-rarer' } },
  {
    label: '... and the first four pieces are finished first',
    options: { ...BLOCKS, shares: 'unless-rarer', firstPieces: 4 },
  },
  { label: 'a turn also for who can take nothing', options: { ...BLOCKS, ...BLIND } },
  { label: '... for ten seconds', options: { ...BLOCKS, ...BLIND, idle: 9 } },
  { label: 'three blocks under way', options: AHEAD },
  { label: '... and a seed that gives nothing twice', options: { ...AHEAD, smartSeed: true } },
  { label: 'all of it', options: CLIENT },
  { label: 'all but the help with begun pieces', options: { ...CLIENT, shares: 'last', firstPieces: 0 } },
  { label: 'all but the four first pieces', options: { ...CLIENT, firstPieces: 0 } },
  { label: 'all but a seed that gives twice', options: { ...CLIENT, smartSeed: true } },
  { label: 'all but the minute, which is ten seconds', options: { ...CLIENT, idle: 9 } },
  { label: 'all but turns for who can take nothing', options: { ...CLIENT, turns: 'who-can-take' } },
  {
    label: 'all of it, random order, each piece from one sender',
    options: { ...CLIENT, order: 'random', shares: 'last', firstPieces: 0 },
  },
  {
    label: 'all of it, in order, begun pieces first',
    options: { ...CLIENT, order: 'in-order', shares: 'always' },
  },
  { label: '255 peers, rarest first, in step', options: { ...IDEAL, peers: 255 } },
  { label: '255 peers, random order, in step', options: { ...IDEAL, peers: 255, order: 'random' } },
  { label: '255 peers, rarest first, in step, all leave', options: { ...IDEAL, peers: 255, leave: true } },
  {
    label: '255 peers, random order, in step, all leave',
    options: { ...IDEAL, peers: 255, order: 'random', leave: true },
  },
  { label: '255 peers, a turn begins when it can', options: { ...BLOCKS, peers: 255 } },
  { label: '255 peers, all of it', options: { ...CLIENT, peers: 255 } },
];

/** With seeds from 1. */
export function meansOfEqualPeers(options: EqualPeers, runs: number): EqualPeersMeans {
  const outcomes = Array.from({ length: runs }, (_, index) => runEqualPeers(options, index + 1));
  return {
    mean: estimateOf(outcomes.map(({ mean }) => mean)),
    last: estimateOf(outcomes.map(({ last }) => last)),
    copiesOut: estimateOf(outcomes.map(({ copiesOut }) => copiesOut)),
  };
}
