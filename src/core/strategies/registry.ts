/** The strategies by name. Scenarios and the command line know exactly these, and modules of the user's own. */
import { invariant } from '../result.ts';
import { AntiLeech } from './anti-leech.ts';
import { BitTyrant } from './bit-tyrant.ts';
import { BlockTitForTat } from './block-tit-for-tat.ts';
import type { Choker } from './choker.ts';
import { FastestUpload } from './fastest-upload.ts';
import { GlobalRarestPicker } from './global-rarest.ts';
import { MostCommonPicker } from './most-common.ts';
import { NeverUnchoke } from './never-unchoke.ts';
import type { PiecePicker } from './picker.ts';
import { PieceByPiece } from './piece-by-piece.ts';
import { ProportionalShare } from './proportional-share.ts';
import { RandomChoker } from './random-choker.ts';
import { RandomFirstPicker } from './random-first.ts';
import { RandomPicker } from './random-picker.ts';
import { RandomUsefulPicker } from './random-useful.ts';
import { RarestFirstPicker } from './rarest-first.ts';
import { RoundRobin } from './round-robin.ts';
import { SeedRotation } from './seed-rotation.ts';
import { SequentialPicker } from './sequential-picker.ts';
import type { StrategyKind, StrategyOption, StrategyOptions, StrategyWorld } from './strategy-kind.ts';
import { StreamingPicker } from './streaming-picker.ts';
import { SuggestedPicker } from './suggested.ts';
import { TitForTat } from './tit-for-tat.ts';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;

/** Every option is there by then. */
type Filled = Readonly<Record<string, number>>;

const randomPieces = option('pieces', 'count', 4, 0, 2 ** 24, 'Pieces that are picked at random first.');

const pickerKinds: readonly StrategyKind<PiecePicker>[] = [
  kind('rarest-first', 'four pieces at random, then those with the fewest copies among its peers', () => {
    return new RarestFirstPicker();
  }),
  kind('random', 'any useful piece with equal chance', () => new RandomPicker()),
  kind('random-useful', 'any useful piece with equal chance, each from one remote as far as possible', () => {
    return new RandomUsefulPicker();
  }),
  kind(
    'random-first',
    'some pieces at random, then the rarest',
    ({ pieces = 0 }) => new RandomFirstPicker({ pieces }),
    [randomPieces],
  ),
  kind(
    'rarest-useful',
    'some pieces at random, then the rarest, each from one remote as far as possible',
    ({ pieces = 0 }) => new RandomFirstPicker({ pieces }, 'rarest-useful'),
    [randomPieces],
  ),
  kind(
    'rarest-strict',
    'what is begun, else some pieces at random, then the rarest',
    ({ pieces = 0 }) => new RandomFirstPicker({ pieces }, 'rarest-strict'),
    [randomPieces],
  ),
  kind('sequential', 'the first useful piece in the order of the content', () => new SequentialPicker()),
  kind(
    'sequential-useful',
    'the first useful piece in the order of the content, each from one remote as far as possible',
    () => new SequentialPicker('sequential-useful'),
  ),
  kind(
    'streaming',
    'what is due soon in order, then the rarest of a window of missing pieces at the playhead, then the rarest of the rest',
    ({ bitrate = 0, window = 0, delay = 0, urgent = 0, within = 0 }) =>
      new StreamingPicker({ bitrate, window, delay, urgent, within }),
    [
      option(
        'bitrate',
        'rate',
        undefined,
        1,
        Number.MAX_SAFE_INTEGER,
        'Rate at which the content is played.',
      ),
      option(
        'window',
        'count',
        20,
        1,
        2 ** 24,
        'Missing pieces next at the playhead, which come before all others.',
      ),
      option(
        'delay',
        'duration',
        10 * SECOND_US,
        0,
        DAY_US,
        'Time from the start of the peer to the start of the player.',
      ),
      option(
        'urgent',
        'duration',
        10 * SECOND_US,
        0,
        DAY_US,
        'Pieces that are due within so long are fetched in order.',
      ),
      option(
        'within',
        'share',
        1_000_000,
        0,
        1_000_000,
        'Share of the picks that look into the window first.',
      ),
    ],
  ),
  kind('most-common', 'the piece with the most copies: bad on purpose', () => new MostCommonPicker()),
  {
    ...kind(
      'global-rarest',
      'the piece with the fewest copies in the whole swarm, which no client can know: a bound, in simulation only',
      (_options, { oracle }) => {
        invariant(oracle !== undefined, 'the picker global-rarest was given no oracle');
        return new GlobalRarestPicker(oracle);
      },
    ),
    simulationOnly: true,
  },
  kind('suggested', 'what the remote suggests (BEP 6), else the rarest', () => new SuggestedPicker()),
];

const chokerKinds: readonly StrategyKind<Choker>[] = [
  kind(
    'tit-for-tat',
    'those who send most, and one by chance; a complete one rotates',
    () => new TitForTat(),
  ),
  kind(
    'block-tit-for-tat',
    'as tit-for-tat, but nobody is sent more than it gave and a credit; a complete one rotates',
    ({ credit = 0 }) => new BlockTitForTat({ credit }),
    [option('credit', 'count', 2, 1, 2 ** 24, 'Pieces that a peer may have been sent beyond what it gave.')],
  ),
  kind('seed-rotation', 'everybody in turn, whatever they give', () => new SeedRotation()),
  kind('fastest-upload', 'those who take fastest, and one by chance', () => new FastestUpload()),
  kind(
    'anti-leech',
    'those at the beginning and the end of their download, and one by chance',
    () => new AntiLeech(),
  ),
  kind(
    'proportional-share',
    'each in proportion to what it gave, and one by chance; a complete one rotates',
    () => new ProportionalShare(),
  ),
  kind(
    'bit-tyrant',
    'those who give most for what they cost, while upload lasts; a complete one rotates',
    ({ upload = 0 }) => new BitTyrant({ upload }),
    [
      option(
        'upload',
        'rate',
        0,
        0,
        Number.MAX_SAFE_INTEGER,
        'Upload to spend; where absent the upload limit, or the most that was ever sent.',
      ),
    ],
  ),
  kind(
    'round-robin',
    'each in turn for a number of pieces, whoever was served longest ago first',
    ({ quota = 0, idle = 0 }) => new RoundRobin({ quota, idle }),
    [
      option('quota', 'count', 20, 1, 2 ** 24, 'Pieces that each is sent before its slot goes to another.'),
      option(
        'idle',
        'duration',
        60 * SECOND_US,
        SECOND_US,
        DAY_US,
        'Who takes nothing for so long has had its turn, at the next round.',
      ),
    ],
  ),
  kind('piece-by-piece', 'a piece to each, one drawn after the other', () => new PieceByPiece()),
  kind('random', 'anybody, drawn anew every 30 s', () => new RandomChoker()),
  kind('never', 'nobody', () => new NeverUnchoke()),
];

export const pickers: ReadonlyMap<string, StrategyKind<PiecePicker>> = byName(pickerKinds);
export const chokers: ReadonlyMap<string, StrategyKind<Choker>> = byName(chokerKinds);

function byName<Strategy>(
  kinds: readonly StrategyKind<Strategy>[],
): ReadonlyMap<string, StrategyKind<Strategy>> {
  return new Map(kinds.map((one) => [one.name, one]));
}

function kind<Strategy>(
  name: string,
  description: string,
  create: (options: Filled, world: StrategyWorld) => Strategy,
  options: readonly StrategyOption[] = [],
): StrategyKind<Strategy> {
  const defaults: Record<string, number> = {};
  for (const { key, default: value } of options) if (value !== undefined) defaults[key] = value;
  return {
    name,
    description,
    options,
    simulationOnly: false,
    create: (given: StrategyOptions = {}, world: StrategyWorld = {}) =>
      create({ ...defaults, ...given }, world),
  };
}

function option(
  key: string,
  takes: StrategyOption['takes'],
  value: number | undefined,
  least: number,
  most: number,
  description: string,
): StrategyOption {
  return { key, takes, default: value, least, most, description };
}
