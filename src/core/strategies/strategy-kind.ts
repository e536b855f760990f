/** What is known of a registered strategy besides its code: what it does, which options it takes, how one is made. */
import type { SwarmOracle } from './swarm-oracle.ts';

/** The values of the options that are given, by key; all numbers, in base units. */
export type StrategyOptions = Readonly<Record<string, number>>;

/** What a strategy may be given of the world around its peer. */
export interface StrategyWorld {
  /** Only in simulation. */
  readonly oracle?: SwarmOracle | undefined;
}

export interface StrategyOption {
  readonly key: string;
  /** What it counts: whole numbers, microseconds, bytes per second, millionths. */
  readonly takes: 'count' | 'duration' | 'rate' | 'share';
  /** Undefined: it has to be given. */
  readonly default: number | undefined;
  readonly least: number;
  readonly most: number;
  /** What it means, as a sentence. */
  readonly description: string;
}

export interface StrategyKind<Strategy> {
  readonly name: string;
  /** What it does, as a part of a sentence. */
  readonly description: string;
  readonly options: readonly StrategyOption[];
  /** It knows what only the simulated world can tell. */
  readonly simulationOnly: boolean;
  /** A fresh one for each peer: strategies may keep state of their own. What is not given has its default. */
  create(options?: StrategyOptions, world?: StrategyWorld): Strategy;
}
